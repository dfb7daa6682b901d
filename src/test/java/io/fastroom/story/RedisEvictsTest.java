package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Crowd;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/** A Redis that is full and makes room by deleting keys, ours among them. */
class RedisEvictsTest extends Story {
  private static final int PEOPLE = 60;

  @ParameterizedTest
  @ValueSource(strings = {"allkeys-random", "volatile-random"})
  void nobody_is_announced_as_gone_for_a_key_that_was_evicted_and_who_goes_is(String policy) {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(Map.of("WS_HEARTBEAT_INTERVAL", "3", "WS_HEARTBEAT_TTL_MS", "6000"));
    try (RedisProcess redis = new RedisProcess();
        NodeProcess near = new NodeProcess(Backends.postgres(), redis, settings);
        NodeProcess far = new NodeProcess(Backends.postgres(), redis, settings)) {
      NodeProcess.start(near, far);
      List<Person> people = Crowd.of(Backends.postgres(), "full", PEOPLE);
      RoomRef room = people.get(0).createRoom(near);
      List<Ws> sockets = new ArrayList<>();
      for (int i = 0; i < PEOPLE; i++) {
        sockets.add(inRoom(people.get(i), i % 2 == 0 ? near : far, room));
      }
      Ws first = sockets.get(0);
      Ws second = sockets.get(1);
      Until.holds("no hold is on", () -> !redis.call(jedis -> jedis.exists("presence:hold")));
      redis.call(jedis -> jedis.configSet("maxmemory-policy", policy));
      redis.call(jedis -> jedis.configSet("maxmemory", "" + (used(redis) + 3_000_000)));
      first.mark();
      second.mark();
      redis.call(jedis -> crowd(jedis, Duration.ofSeconds(20)));
      assertThat(evicted(redis)).isGreaterThan(2_000);
      for (Ws each : List.of(first, second)) {
        assertThat(each.seen()).noneMatch(f -> Ws.type(f, "presence_diff") && f.containsKey("leave"));
      }
      assertThat(people.get(0).on(far).get(room.path() + "/presence").json().getInteger("count")).isEqualTo(PEOPLE);
      assertThat(near.log().lines().filter(line -> line.contains("evicts")).count()).isEqualTo(1);
      sockets.get(2).close();
      sockets.get(3).abandon();
      for (Ws each : List.of(first, second)) {
        each.await("who went", diff("leave", people.get(2)));
        each.await("who vanished", diff("leave", people.get(3)));
      }
      sockets.forEach(Ws::close);
    }
  }

  /** Another program that stores much, at a pace that leaves the machine to others. Answers how many keys. */
  private static int crowd(Jedis jedis, Duration duration) {
    String value = "x".repeat(4_000);
    int stored = 0;
    for (long end = System.nanoTime() + duration.toNanos(); System.nanoTime() < end; Until.pause(10)) {
      for (int i = 0; i < 20; i++) {
        try {
          jedis.set("other:" + stored++, value, SetParams.setParams().ex(3_600));
        } catch (JedisDataException full) {
          // It has not made room yet.
        }
      }
    }
    return stored;
  }

  private static long used(RedisProcess redis) {
    return number(redis, "memory", "used_memory");
  }

  private static long evicted(RedisProcess redis) {
    return number(redis, "stats", "evicted_keys");
  }

  private static long number(RedisProcess redis, String section, String name) {
    return Long.parseLong(redis.call(jedis -> jedis.info(section)).replaceFirst("(?s).*\\b" + name + ":(\\d+).*", "$1"));
  }
}
