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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** A Redis that answers but takes nothing for longer than a heartbeat lives: full, or without the replicas it must have. */
class RedisRefusesTest extends Story {
  private static final int ROOMS = 8;

  private static List<String> told(NodeProcess node) {
    return node.log().lines().filter(line -> line.contains(" fastroom.redis ")).toList();
  }

  private static void hangUp(Jedis jedis) {
    for (ClientType type : List.of(ClientType.NORMAL, ClientType.PUBSUB)) {
      jedis.clientKill(new ClientKillParams().type(type).skipMe(ClientKillParams.SkipMe.YES));
    }
  }

  /** In its own words, which nobody else knows, and not at each of its refusals. */
  @Test
  void why_it_lets_nobody_in_is_told_once() {
    try (RedisProcess redis = new RedisProcess(); NodeProcess node = new NodeProcess(Backends.postgres(), redis, Map.of())) {
      node.start();
      redis.call(jedis -> {
        jedis.configSet("requirepass", "changed");
        hangUp(jedis);
        return null;
      });
      Until.holds("the node says what it was told", () -> node.log().contains("NOAUTH"));
      Until.pause(5_000);
      assertThat(told(node)).filteredOn(line -> line.contains("NOAUTH")).hasSizeBetween(1, 8);
      redis.call(jedis -> {
        jedis.auth("changed");
        return jedis.configSet("requirepass", "");
      });
      Until.holds("it is ready", () -> node.readiness() == 200);
      Until.holds("and says so", () -> told(node).stream().anyMatch(line -> line.strip().endsWith("publishing is back")));
    }
  }

  @Test
  void connections_that_end_again_and_again_do_not_fill_the_log() {
    try (RedisProcess redis = new RedisProcess(); NodeProcess node = new NodeProcess(Backends.postgres(), redis, Map.of())) {
      node.start();
      for (int i = 0; i < 12; i++) {
        redis.call(jedis -> {
          hangUp(jedis);
          return null;
        });
        Until.pause(500);
      }
      Until.holds("it is ready", () -> node.readiness() == 200);
      assertThat(told(node)).hasSizeBetween(1, 20);
    }
  }

  /** Its heartbeats are taken, although it may neither publish nor listen for longer than they live. */
  @Test
  void nobody_is_announced_as_gone_whose_node_is_only_deaf() {
    Map<String, String> settings = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000");
    try (RedisProcess redis = new RedisProcess(); NodeProcess near = new NodeProcess(Backends.postgres(), redis, settings)) {
      redis.call(jedis -> jedis.aclSetUser("far", "on", ">pass", "allkeys", "allchannels", "allcommands"));
      try (NodeProcess far = new NodeProcess(Backends.postgres().url(),
          redis.url().replace("//", "//far:pass@"), settings)) {
        NodeProcess.start(near, far);
        Person alice = Person.register(near, "alice");
        Person bob = Person.register(near, "bob");
        RoomRef room = alice.createRoom(near);
        Ws a = inRoom(alice, near, room);
        Ws b = inRoom(bob, far, room);
        a.await("bob comes", diff("join", bob));

        redis.call(jedis -> jedis.aclSetUser("far", "resetchannels"));
        Until.holds("readiness says so", () -> far.readiness() == 503);
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        Until.holds("every heartbeat ends that is not written again", Duration.ofSeconds(10),
            () -> System.nanoTime() > end);
        redis.call(jedis -> jedis.aclSetUser("far", "allchannels"));
        Until.holds("it hears again", Duration.ofSeconds(15), () -> far.readiness() == 200);
        a.chat(room.name(), "still here");
        b.await("the chat", chat("still here"));
        assertThat(a.seen()).noneMatch(diff("leave", bob));
        b.close();
        a.await("bob goes", diff("leave", bob));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"maxmemory,1,0", "min-replicas-to-write,1,0"})
  void nobody_is_announced_as_gone_who_is_there_and_who_went_is(String setting, String refusing, String taking) {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(Map.of("WS_HEARTBEAT_INTERVAL", "4", "WS_HEARTBEAT_TTL_MS", "6000"));
    try (RedisProcess redis = new RedisProcess();
        NodeProcess near = new NodeProcess(Backends.postgres(), redis, settings);
        NodeProcess far = new NodeProcess(Backends.postgres(), redis, settings)) {
      NodeProcess.start(near, far);
      List<Person> people = Crowd.of(Backends.postgres(), "refused", 3 * ROOMS);
      List<Ws> stay = new ArrayList<>();
      List<Ws> go = new ArrayList<>();
      for (int i = 0; i < ROOMS; i++) {
        RoomRef room = people.get(3 * i).createRoom(near);
        stay.add(inRoom(people.get(3 * i), near, room));
        stay.add(inRoom(people.get(3 * i + 1), far, room));
        go.add(inRoom(people.get(3 * i + 2), far, room));
      }
      Until.holds("no hold is on", () -> !redis.call(jedis -> jedis.exists("presence:hold")));
      redis.call(jedis -> jedis.configSet(setting, refusing));
      Until.holds("readiness says so", () -> near.readiness() == 503 && far.readiness() == 503);
      long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      Until.holds("every heartbeat ends", Duration.ofSeconds(10), () -> System.nanoTime() > end);
      go.forEach(Ws::close);
      for (NodeProcess node : List.of(near, far)) {
        assertThat(node.log().lines()).as("the reason is told, and not each second")
            .filteredOn(line -> line.contains(" in redis: ")).hasSizeBetween(1, 6);
      }
      redis.call(jedis -> jedis.configSet(setting, taking));
      for (int i = 0; i < stay.size(); i++) {
        stay.get(i).await("who went", Duration.ofSeconds(20), diff("leave", people.get(3 * (i / 2) + 2)));
      }
      for (Ws each : stay) {
        assertThat(each.seen()).filteredOn(f -> Ws.type(f, "presence_diff") && f.containsKey("leave")).hasSize(1);
      }
      Until.holds("readiness says so", () -> near.readiness() == 200 && far.readiness() == 200);
      stay.forEach(Ws::close);
    }
  }
}
