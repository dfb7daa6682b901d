package io.fastroom.presence;

import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.SharedClock;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Function;

/**
 * How a presence verticle runs its scripts: with the time that the nodes share as the first argument.
 *
 * <p>Thread: the verticle's.
 */
final class PresenceScripts {
  private final RedisConnector connector;
  private final RedisLink redis;
  private final SharedClock clock;
  private final String prefix;

  PresenceScripts(RedisConnector connector, RedisLink redis, SharedClock clock, String prefix) {
    this.connector = connector;
    this.redis = redis;
    this.clock = clock;
    this.prefix = prefix;
  }

  /** Whether it is a cluster is known only when Redis is there. */
  PresenceKeys keys() {
    return new PresenceKeys(prefix, connector.cluster());
  }

  /** @param arguments by the time, which they begin with */
  Future<Response> run(LuaScript script, List<String> names, Function<Long, List<Object>> arguments) {
    return clock.known(redis).compose(now -> script.run(redis, names, arguments.apply(now)));
  }

  /** Tells the other nodes the time and follows them. Fails when scripts do not do what they should. */
  Future<Long> agree() {
    return clock.agree(redis);
  }
}
