package io.fastroom.presence;

import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.SharedClock;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a presence verticle runs its scripts: with the time that the nodes share as the first argument.
 *
 * <p>Thread: the verticle's.
 */
final class PresenceScripts {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");
  private static final LuaScript MEND = LuaScript.load("mend.lua");

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

  /**
   * Once more when a list was no list any more: one room's would keep all the others' from being looked after.
   *
   * @param arguments by the time, which they begin with
   */
  Future<Response> run(LuaScript script, List<String> names, Function<Long, List<Object>> arguments) {
    return attempt(script, names, arguments).recover(failure -> mend(names, failure)
        .compose(mended -> attempt(script, names, arguments)));
  }

  /** Fails as before where there is nothing to be mended. */
  private Future<Void> mend(List<String> names, Throwable failure) {
    List<String> lists = names.stream().filter(keys()::isList).toList();
    if (lists.isEmpty() || !String.valueOf(failure.getMessage()).contains("WRONGTYPE")) {
      return Future.failedFuture(failure);
    }
    return MEND.run(redis, lists, List.of()).onSuccess(gone -> {
      // None where another verticle or node was quicker.
      if (gone.toInteger() > 0) {
        LOG.warn("presence in redis: another program has written to lists of rooms, {} are made anew", gone);
      }
    }).mapEmpty();
  }

  private Future<Response> attempt(LuaScript script, List<String> names, Function<Long, List<Object>> arguments) {
    return clock.known(redis).compose(now -> script.run(redis, names, arguments.apply(now)));
  }

  /** Tells the other nodes the time and follows them. Fails when scripts do not do what they should. */
  Future<Long> agree() {
    return clock.agree(redis);
  }
}
