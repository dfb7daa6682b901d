package io.fastroom.http;

import io.fastroom.auth.RateLimits;
import io.fastroom.auth.Refusals;
import io.fastroom.bus.Refused;
import io.fastroom.internals.DirectMemory;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A signed-in user's fair share of REST: how fast they may write, counted over all nodes, and how many calls may be
 * under way at once on this one. One a node.
 *
 * <p>Thread: any.
 */
public final class RestLimits {
  private static final int BURST_MILLIS = 3_000;
  /** Limits the token pairs of one login, since revoking a login has to list them all. */
  private static final int REFRESH_COST_MILLIS = 2_000;
  private static final int REFRESH_BURST_MILLIS = 200_000;
  private static final int MAX_EXPORTS = 4;
  /** Of the direct memory, of which sockets have as much. */
  private static final int MEMORY_SHARE = 4;

  private final RateLimits shared;
  private final ClientAddress addresses;
  private final Refusals refusals;
  private final int writesPerSecond;
  private final int atOnce;
  private final int loginsPerMinute;
  private final Places places;
  private final HttpMemory memory;
  private final Set<Long> exports = ConcurrentHashMap.newKeySet();

  public RestLimits(Vertx vertx, Settings.Http settings, RateLimits shared, MeterRegistry registry) {
    this.shared = shared;
    this.addresses = new ClientAddress(new TrustedProxies(settings.trustedProxies()));
    this.refusals = new Refusals(registry);
    this.writesPerSecond = settings.writeRate();
    this.atOnce = settings.concurrency();
    this.loginsPerMinute = settings.authRatePerMinute();
    this.places = new Places(vertx, atOnce);
    this.memory = new HttpMemory(DirectMemory.max() / MEMORY_SHARE, addresses, refusals, registry);
  }

  HttpMemory memory() {
    return memory;
  }

  RateLimits logins() {
    return loginsPerMinute == 0 ? new RateLimits.Unlimited() : shared;
  }

  /** Whatever may be set about other limits. */
  RateLimits letters() {
    return shared;
  }

  /** Whether a user's export may begin; then it is to be ended. */
  boolean beginExport(long userId) {
    return exports.size() < MAX_EXPORTS && exports.add(userId);
  }

  void endExport(long userId) {
    exports.remove(userId);
  }

  Refusals refusals() {
    return refusals;
  }

  /** Runs a signed-in user's call when it is its turn. Fails with RATE_LIMITED when that does not come. */
  Future<Reply> run(Call call, boolean writes, Operation operation) {
    return (writes ? write(call) : Future.<Void>succeededFuture())
        .compose(go -> atOnce == 0 ? operation.handle(call) : inPlace(call, operation));
  }

  private Future<Void> write(Call call) {
    return writesPerSecond == 0 ? Future.succeededFuture() : pour(call, "rest_write", "write:" + call.userId(),
        Math.max(1, 1_000 / writesPerSecond), BURST_MILLIS, call.principal().username());
  }

  /** Counts one more token pair of a login. */
  Future<Void> refresh(Call call, String family, String username) {
    return writesPerSecond == 0 ? Future.succeededFuture()
        : pour(call, "refresh", "refresh:" + family, REFRESH_COST_MILLIS, REFRESH_BURST_MILLIS, username);
  }

  private Future<Void> pour(Call call, String kind, String key, int cost, int size, String username) {
    return shared.pour(key, cost, size).compose(wait -> {
      if (wait == 0) {
        return Future.succeededFuture();
      }
      tell(kind, username, call);
      return Future.failedFuture(new Refused(Problem.RATE_LIMITED, "Too many changes, wait a moment", wait));
    });
  }

  private Future<Reply> inPlace(Call call, Operation operation) {
    long user = call.userId();
    return places.enter(user)
        .onFailure(full -> tell("rest_concurrency", call.principal().username(), call))
        .compose(entered -> Future.succeededFuture(call).compose(operation::handle)
            .onComplete(done -> places.leave(user)));
  }

  /** An operation has refused a signed-in user, by a limit of its own. */
  void refused(String kind, Call call) {
    tell(kind, call.principal().username(), call);
  }

  /** An address has more connections than it may. */
  public void refusedConnection(String address) {
    refusals.limited("connections", null, address, "none");
  }

  /** The node has more connections than it may, and one of this address kept it waiting. */
  public void gaveUpConnection(String address) {
    refusals.limited("http_connections", null, address, "none");
  }

  /** More handshakes of TLS are under way on the node than may be, and one of this address has taken the longest. */
  public void gaveUpHandshake(String address) {
    refusals.limited("handshakes", null, address, "none");
  }

  private void tell(String kind, String username, Call call) {
    refusals.limited(kind, username, addresses.of(call.request()), call.requestId());
  }
}
