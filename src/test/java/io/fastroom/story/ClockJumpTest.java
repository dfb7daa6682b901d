package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.ClockShim;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redis's clock, or a node's, is set while people talk: promise 4 holds all the same. Heartbeats of 2 s, TTL of 4. */
class ClockJumpTest extends Story {
  private static final Duration TOLD = Duration.ofMillis(1_500);
  private static final Duration GONE = Duration.ofMillis(6_500);
  private static final Duration START = Duration.ofSeconds(60);
  private static final long INTERVAL_MILLIS = 2_000;

  private static ClockShim redisClock;
  private static ClockShim nodeClock;
  private static RedisProcess redis;
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    redisClock = new ClockShim();
    nodeClock = new ClockShim();
    redis = new RedisProcess(RedisProcess.Make.INSTALLED, redisClock.environment());
    left = node(Map.of());
    right = node(nodeClock.environment());
    NodeProcess.start(left, right);
  }

  private static NodeProcess node(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.putAll(Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000",
        "ACCESS_TOKEN_EXP_SECONDS", "864000"));
    return new NodeProcess(Backends.postgres(), redis, settings);
  }

  @AfterAll
  static void stop() {
    Stream.of(left, right, redis, redisClock, nodeClock).forEach(each -> {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(longs = {-600, 600, -86_400, 86_400})
  void redis_has_another_time(long seconds) {
    jumps(() -> redisClock.moveTo(Duration.ofSeconds(seconds)), () -> redisClock.moveTo(Duration.ZERO));
  }

  @AfterEach
  void back_to_the_truth() {
    redisClock.moveTo(Duration.ZERO);
    nodeClock.moveTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(longs = {-600, 86_400})
  void a_node_has_another_time(long seconds) {
    jumps(() -> nodeClock.moveTo(Duration.ofSeconds(seconds)), () -> nodeClock.moveTo(Duration.ZERO));
  }

  /** Both ways: away and back. */
  private void jumps(Runnable away, Runnable back) {
    try (NodeProcess first = node(Map.of()); NodeProcess second = node(Map.of())) {
      first.launch();
      Talk talk = new Talk();
      Until.holds("no hold is on", () -> !redis.call(jedis -> jedis.exists("presence:hold")));
      first.awaitServing(START);
      // The second one starts while the first jump is judged.
      talk.goesOnThrough(away, first, second::launch);
      second.awaitServing(START);
      talk.goesOnThrough(back, second, () -> { });
    }
  }

  /** Alice hears of the others; what bob sees comes from the other node. */
  private final class Talk {
    private final Person alice = Person.register(left, "alice");
    private final Person bob = Person.register(left, "bob");
    private final RoomRef room = alice.createRoom(left);
    private final Ws a = inRoom(alice, left, room);
    private final Ws b = inRoom(bob, right, room);
    private final Ws others = inRoom(Person.register(left, "carol"), left, room);

    /** @param meanwhile runs while all heartbeats are awaited */
    private void goesOnThrough(Runnable jump, NodeProcess doomed, Runnable meanwhile) {
      Person dave = Person.register(left, "dave");
      inRoom(dave, doomed, room);
      a.await("dave comes", diff("join", dave));
      a.mark();
      jump.run();
      doomed.kill9();
      b.send("leave", "room", room.name());
      a.await("bob's leave is told in time", TOLD, diff("leave", bob));
      b.join(room.name());
      a.await("bob is told to be back", TOLD, diff("join", bob));
      a.await("the dead node's user goes in time", GONE, diff("leave", dave));
      meanwhile.run();
      // Whatever is wrong about the living shows by the time all heartbeats were due twice.
      Until.pause(3 * INTERVAL_MILLIS);
      assertThat(a.seen()).filteredOn(f -> Ws.type(f, "presence_diff"))
          .extracting(f -> f.getJsonArray("leave")).filteredOn(leave -> leave != null)
          .flatExtracting(leave -> leave.getList()).containsExactlyInAnyOrder(bob.name(), dave.name());
      List<Object> rest = alice.on(left).get(room.path() + "/presence").json().getJsonArray("users").getList();
      assertThat(rest).containsExactlyInAnyOrderElementsOf(a.join(room.name()).users()).doesNotContain(dave.name())
          .hasSize(3);
      assertThat(others.join(room.name()).users()).containsExactlyElementsOf(b.join(room.name()).users());
      assertThat(left.readiness()).isEqualTo(200);
    }
  }
}
