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
import org.junit.jupiter.params.provider.CsvSource;

/** A Redis that answers but takes nothing for longer than a heartbeat lives: full, or without the replicas it must have. */
class RedisRefusesTest extends Story {
  private static final int ROOMS = 8;

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
