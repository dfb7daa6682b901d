package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives people everything that is kept of them; on a node to a few at once, and to nobody twice. Any thread. */
final class ExportOperations implements Operation.Group {
  private static final long RETRY_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private final Bus bus;
  private final RestLimits limits;

  ExportOperations(Bus bus, RestLimits limits) {
    this.bus = bus;
    this.limits = limits;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("exportCurrentUser", this::export);
  }

  private Future<Reply> export(Call call) {
    long user = call.userId();
    if (!limits.beginExport(user)) {
      limits.refused("exports", call);
      return Future.failedFuture(new Refused(Problem.RATE_LIMITED, "Too many exports at once, wait a moment",
          RETRY_MILLIS));
    }
    return Export.of(bus, user)
        .onFailure(failure -> limits.endExport(user))
        .map(export -> {
          write(call, export);
          return Reply.STREAM;
        });
  }

  /** One that breaks off is cut short, so that nobody takes it for whole. */
  private void write(Call call, Export export) {
    HttpServerResponse response = call.request().response();
    String name = call.principal().username();
    Future.succeededFuture(response).map(ours -> ours.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("Content-Disposition", "attachment; filename=\"fastroom-" + name + ".json\""))
        .compose(ours -> call.headOnly() ? Future.succeededFuture() : export.write(ours))
        // Whoever has the end of it may ask for the next at once.
        .onComplete(done -> limits.endExport(call.userId()))
        .compose(written -> call.headOnly() ? response.end() : response.end(Export.END))
        .onSuccess(done -> LOG.info("exported account={} request={}", name, call.requestId()))
        .onFailure(failure -> {
          LOG.warn("export broken off account={} request={}: {}", name, call.requestId(), failure.getMessage());
          response.reset();
        });
  }
}
