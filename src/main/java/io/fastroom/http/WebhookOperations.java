package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.bus.Bus;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Webhook;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.Targets;
import io.fastroom.net.Targets.Destination;
import io.fastroom.persistence.WebhookApi;
import io.fastroom.persistence.WebhookApi.CreateWebhook;
import io.fastroom.persistence.WebhookApi.DeleteWebhook;
import io.fastroom.persistence.WebhookApi.GetWebhook;
import io.fastroom.persistence.WebhookApi.ListWebhooks;
import io.fastroom.persistence.WebhookApi.ReplayWebhook;
import io.fastroom.persistence.WebhookApi.UpdateWebhook;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Webhooks of a room and, for administrators, of all rooms. Any thread. */
final class WebhookOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");
  private static final int SECRET_BYTES = 24;
  /** How long who makes a hook waits for its name to be looked up. */
  private static final long NAME_MILLIS = 3_000;

  private final Bus bus;
  private final Targets targets;
  private final ClientAddress addresses;
  private final SecureRandom random = new SecureRandom();

  WebhookOperations(Bus bus, Targets targets, ClientAddress addresses) {
    this.bus = bus;
    this.targets = targets;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.ofEntries(Map.entry("createWebhook", this::create), Map.entry("listWebhooks", this::list),
        Map.entry("getWebhook", this::get), Map.entry("updateWebhook", this::update),
        Map.entry("deleteWebhook", this::delete), Map.entry("replayWebhook", call -> replay(call, call.roomId())),
        Map.entry("createGlobalWebhook", this::create), Map.entry("listGlobalWebhooks", this::list),
        Map.entry("getGlobalWebhook", this::get), Map.entry("updateGlobalWebhook", this::update),
        Map.entry("deleteGlobalWebhook", this::delete),
        Map.entry("replayGlobalWebhook", call -> replay(call, call.body().getLong("room_id"))));
  }

  private Future<Reply> create(Call call) {
    String url = call.body().getString("url");
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = "whsec_" + Base64.getEncoder().encodeToString(bytes);
    return checked(url)
        .compose(fine -> bus.ask(WebhookApi.CREATE,
            new CreateWebhook(call.userId(), call.roomId(), url, events(call.body()), secret,
                addresses.of(call.request()))))
        .onSuccess(made -> log("made", call, made.id()))
        .map(made -> Reply.created(json(made, secret)));
  }

  private Future<Reply> list(Call call) {
    return bus.ask(WebhookApi.LIST, new ListWebhooks(call.userId(), call.roomId()))
        .map(hooks -> Reply.ok(Buffer.buffer(JsonBytes.encode(1_024, json -> {
          json.writeStartArray();
          for (Webhook hook : hooks) {
            write(json, hook, null);
          }
          json.writeEndArray();
        }))));
  }

  private Future<Reply> get(Call call) {
    return bus.ask(WebhookApi.GET, new GetWebhook(call.userId(), call.roomId(), id(call)))
        .map(hook -> Reply.ok(json(hook, null)));
  }

  private Future<Reply> update(Call call) {
    JsonObject body = call.body();
    if (body.isEmpty()) {
      throw InvalidInput.body("", "must have url, events or state");
    }
    String url = body.getString("url");
    Webhook.State state = body.getString("state") == null ? null : Webhook.State.of(body.getString("state"));
    return (url == null ? Future.<Void>succeededFuture() : checked(url))
        .compose(fine -> bus.ask(WebhookApi.UPDATE, new UpdateWebhook(call.userId(), call.roomId(), id(call), url,
            body.containsKey("events") ? events(body) : null, state, addresses.of(call.request()))))
        .onSuccess(hook -> log("changed", call, hook.id()))
        .map(hook -> Reply.ok(json(hook, null)));
  }

  private Future<Reply> delete(Call call) {
    return bus.ask(WebhookApi.DELETE,
            new DeleteWebhook(call.userId(), call.roomId(), id(call), addresses.of(call.request())))
        .onSuccess(gone -> log("deleted", call, id(call)))
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> replay(Call call, long inRoom) {
    long seq = call.body().getLong("seq");
    return bus.ask(WebhookApi.REPLAY,
            new ReplayWebhook(call.userId(), call.roomId(), id(call), inRoom, seq, addresses.of(call.request())))
        .onSuccess(hook -> log("replayed", call, hook.id()))
        .map(hook -> Reply.ok(json(hook, null)));
  }

  /** A name that nobody knows yet, or in time, may be known by the first event, when it is looked at again. */
  private Future<Void> checked(String url) {
    Destination to;
    try {
      to = Targets.parse(url);
    } catch (IllegalArgumentException e) {
      throw InvalidInput.body("/url", e.getMessage());
    }
    return targets.resolve(to).timeout(NAME_MILLIS, TimeUnit.MILLISECONDS)
        .transform(found -> found.cause() instanceof Targets.Forbidden
            ? Future.failedFuture(InvalidInput.body("/url", "leads to an address that is not public"))
            : Future.succeededFuture());
  }

  private static List<String> events(JsonObject body) {
    JsonArray events = body.getJsonArray("events");
    return events == null ? List.of() : events.stream().map(String.class::cast).distinct().toList();
  }

  private static long id(Call call) {
    return call.number("webhook_id");
  }

  private static Buffer json(Webhook hook, String secret) {
    return Buffer.buffer(JsonBytes.encode(512, json -> write(json, hook, secret)));
  }

  private static void write(JsonGenerator json, Webhook hook, String secret) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", hook.id());
    json.writeStringField("url", hook.url());
    if (hook.events().isEmpty()) {
      json.writeNullField("events");
    } else {
      json.writeArrayFieldStart("events");
      for (String event : hook.events()) {
        json.writeString(event);
      }
      json.writeEndArray();
    }
    json.writeStringField("state", hook.state().text());
    json.writeNumberField("lag", hook.lag());
    if (hook.lastStatus() == null) {
      json.writeNullField("last_status");
    } else {
      json.writeNumberField("last_status", hook.lastStatus());
    }
    json.writeStringField("last_error", hook.lastError());
    Json.writeTime(json, "last_at", hook.lastAt());
    if (secret != null) {
      json.writeStringField("secret", secret);
    }
    json.writeEndObject();
  }

  private static void log(String what, Call call, long id) {
    LOG.info("webhook {} webhook={} room={} by={} request={}", what, id, call.roomId(), call.userId(), call.requestId());
  }
}
