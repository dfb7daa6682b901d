package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisApi;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.SharedClock;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in Redis; one a node. While Redis is away each node counts for itself.
 *
 * <p>Thread: its own context has the connection; it may be asked on any.
 */
public final class RedisRateLimits extends VerticleBase implements RateLimits {
  private static final int ANSWER_MILLIS = 500;
  private static final LuaScript WINDOW = LuaScript.load("rate_limit.lua");
  private static final LuaScript SLOW_DOWN = LuaScript.load("slow_down.lua");
  private static final LuaScript BUCKET = LuaScript.load("bucket.lua");

  private static final long TICK_MILLIS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

  private final Bus bus;
  private final Settings.Redis settings;
  private final SharedClock clock;
  private final LocalRateLimits local = new LocalRateLimits();
  private RedisLink redis;
  private boolean failed;

  public RedisRateLimits(Bus bus, Settings.Redis settings) {
    this.bus = bus;
    this.settings = settings;
    this.clock = new SharedClock(settings.prefix());
  }

  @Override
  public Future<?> start() {
    redis = new RedisLink(vertx, RedisConnector.forKeys(vertx, settings.servers()), "rate limits", () -> { });
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    return redis.start();
  }

  private void tick() {
    clock.agree(redis).onComplete(answer -> {
      bus.announce(RedisApi.HEALTH, new RedisApi.Health("rate limits", answer.succeeded() && !failed));
      failed = false;
    });
  }

  @Override
  public Future<?> stop() {
    return redis.stop();
  }

  @Override
  public Future<Long> take(String key, Budget budget) {
    return window(key, budget, "take").recover(away -> local.take(key, budget));
  }

  @Override
  public void settle(String key, Budget budget, boolean counts) {
    window(key, budget, counts ? "keep" : "back").onFailure(away -> local.settle(key, budget, counts));
  }

  private Future<Long> window(String key, Budget budget, String what) {
    return run(WINDOW, List.of("rate:" + key), List.of(budget.tries(), budget.windowMillis(), what));
  }

  @Override
  public Future<Long> waitMillis(String key, SlowDown slowDown) {
    return slowDown(key, slowDown, "ask").recover(away -> local.waitMillis(key, slowDown));
  }

  @Override
  public void failed(String key, SlowDown slowDown) {
    slowDown(key, slowDown, "fail").onFailure(away -> local.failed(key, slowDown));
  }

  /** In a cluster both keys must be in one slot, which is that of what stands in braces. */
  private Future<Long> slowDown(String key, SlowDown slowDown, String what) {
    return run(SLOW_DOWN, List.of("rate:{" + key + "}:failures", "rate:{" + key + "}:wait"), List.of(what,
        slowDown.free(), slowDown.windowMillis(), slowDown.firstMillis(), slowDown.longestMillis()));
  }

  /** A node never lets more through than the rate of all, so a flood is refused here and costs Redis nothing. */
  @Override
  public Future<Long> pour(String key, int costMillis, int sizeMillis) {
    return local.pour(key, costMillis, sizeMillis).compose(wait -> wait > 0 ? Future.succeededFuture(wait)
        : run(BUCKET, List.of("rate:" + key), List.of(costMillis, sizeMillis)).otherwise(0L));
  }

  /** The time that the nodes share is the last argument, so that no window depends on Redis's clock. */
  private Future<Long> run(LuaScript script, List<String> names, List<?> arguments) {
    Promise<Long> answered = Promise.promise();
    List<String> keys = names.stream().map(name -> settings.prefix() + name).toList();
    context.runOnContext(turn -> clock.known(redis)
        .compose(now -> script.run(redis, keys, Stream.concat(arguments.stream(), Stream.of(now)).toList()))
        .onFailure(this::note)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(answer -> answer.toLong())
        .onComplete(answered));
    return SharedAnswer.here(answered.future());
  }

  private void note(Throwable failure) {
    if (!(failure instanceof Refused) && !failed) {
      failed = true;
      LOG.warn("rate limits in redis: {}", failure.toString());
    }
  }
}
