package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Ports;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RedisProcess.Make;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** A Redis that becomes somebody's replica behind its address: it answers, and takes nothing any more. */
class RedisDemotedTest extends Story {
  private static final Duration LEFT = Duration.ofSeconds(10);
  private static final Map<String, String> SETTINGS = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000");

  @ParameterizedTest
  @EnumSource(Make.class)
  void is_left_by_every_connection_and_taken_again_when_it_is_a_master_again(Make make) {
    try (RedisProcess redis = new RedisProcess(make, Map.of()); RedisProcess master = new RedisProcess();
        NodeProcess near = new NodeProcess(Backends.postgres(), redis, SETTINGS);
        NodeProcess far = new NodeProcess(Backends.postgres(), redis, SETTINGS)) {
      NodeProcess.start(near, far);
      Person alice = Person.register(near, "alice");
      Person bob = Person.register(near, "bob");
      RoomRef room = alice.createRoom(near);
      Ws a = inRoom(alice, near, room);
      Ws b = inRoom(bob, far, room);
      Set<String> before = clients(redis);
      assertThat(before).hasSizeGreaterThanOrEqualTo(8);

      redis.call(jedis -> jedis.slaveof("127.0.0.1", master.port()));
      Until.holds("no connection stays", LEFT, () -> clients(redis).stream().noneMatch(before::contains));
      Until.holds("readiness says so", LEFT, () -> near.readiness() == 503 && far.readiness() == 503);
      long made = connections(redis);
      Until.pause(5_000);
      // Two nodes of six connections each, at most one attempt in a second and a bit, and each attempt is two or three.
      assertThat(connections(redis) - made).isLessThan(90);
      a.chat(room.name(), "by PostgreSQL");
      b.await("the chat", Duration.ofSeconds(3), chat("by PostgreSQL"));

      redis.call(Jedis::slaveofNoOne);
      Until.holds("both are ready again", LEFT, () -> near.readiness() == 200 && far.readiness() == 200);
      b.mark();
      a.send("typing", "room", room.name(), "isTyping", true);
      b.await("typing, which only Redis carries", type("typing"));
      Person carol = Person.register(near, "carol");
      Ws c = inRoom(carol, far, room);
      a.await("carol comes", diff("join", carol));
      c.close();
      a.await("carol goes", diff("leave", carol));
      assertThat(a.seen()).noneMatch(diff("leave", bob));
      assertThat(b.seen()).noneMatch(diff("leave", alice));
    }
  }

  /** A replica is what the address leads to from the first on. */
  @ParameterizedTest
  @EnumSource(Make.class)
  void is_not_taken_for_a_master_by_a_node_that_starts(Make make) {
    try (RedisProcess redis = new RedisProcess(make, Map.of(), "--replicaof", "127.0.0.1", "" + Ports.free());
        NodeProcess node = new NodeProcess(Backends.postgres(), redis, SETTINGS).start()) {
      long made = connections(redis);
      Until.pause(5_000);
      assertThat(connections(redis) - made).isLessThan(50);
      assertThat(node.readiness()).isEqualTo(503);
      redis.call(Jedis::slaveofNoOne);
      Until.holds("it is ready", LEFT, () -> node.readiness() == 200);
    }
  }

  /** Their ids. */
  private static Set<String> clients(RedisProcess redis) {
    return redis.call(jedis -> jedis.clientList()).lines().filter(line -> !line.contains("cmd=client"))
        .filter(line -> !line.contains("flags=S") && !line.contains("flags=M"))
        .map(line -> line.replaceFirst(" .*", "")).collect(Collectors.toSet());
  }

  private static long connections(RedisProcess redis) {
    return Long.parseLong(redis.call(jedis -> jedis.info("stats"))
        .replaceFirst("(?s).*total_connections_received:(\\d+).*", "$1"));
  }
}
