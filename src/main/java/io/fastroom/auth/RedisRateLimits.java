package io.fastroom.auth;

import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.settings.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

  private final String url;
  private final LocalRateLimits local = new LocalRateLimits();
  private RedisLink redis;

  public RedisRateLimits(String redisUrl) {
    this.url = redisUrl;
  }

  @Override
  public Future<?> start() {
    redis = new RedisLink(vertx, RedisConnector.forKeys(vertx, RedisUrl.parse(url)), "rate limits", () -> { });
    return redis.start();
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

  private Future<Long> run(LuaScript script, List<String> keys, List<?> arguments) {
    Promise<Long> answered = Promise.promise();
    context.runOnContext(turn -> script.run(redis, keys, arguments)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(answer -> answer.toLong())
        .onComplete(answered));
    return answered.future();
  }
}
