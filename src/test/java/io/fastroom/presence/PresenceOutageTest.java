package io.fastroom.presence;

import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.Restore;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.redis.TestNode;
import io.fastroom.redis.TestRedis;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes that keep house as rooms do, while the world does what it does. */
@Tag("slow")
class PresenceOutageTest {
  private static final Duration TTL = Duration.ofSeconds(2);
  private static final String ROOM = "outage";

  private Vertx vertx;
  private TestRedis redis;
  private House a;
  private House b;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    redis = new TestRedis(vertx);
    a = new House("node-a", "alice");
    b = new House("node-b", "bob");
    until(TTL.plusSeconds(2), () -> a.looks.get() > 0 && !a.held.get() && !b.held.get());
  }

  @AfterEach
  void stop() {
    a.node.close();
    b.node.close();
    redis.close();
    vertx.close();
  }

  @Test
  void users_of_a_node_that_is_killed_are_announced_once_within_the_ttl_and_two_seconds() {
    House c = new House("node-c", "carol");
    c.node.vertx.close();
    until(TTL.plusSeconds(2), () -> !a.left.isEmpty() || !b.left.isEmpty());
    int looks = a.looks.get();
    until(TTL, () -> a.looks.get() > looks + 3);
    assertThat(List.of(a.left, b.left)).containsExactlyInAnyOrder(List.of("carol"), List.of());
  }

  @Test
  void nobody_is_gone_after_redis_stood_still_for_as_long_as_a_heartbeat_lives() {
    redis.freeze();
    TestNode.pause(TTL.toMillis() - 100);
    redis.thaw();
    everythingStays();
  }

  @Test
  void nobody_is_gone_after_redis_was_killed_and_came_back_without_its_data() {
    redis.kill();
    TestNode.pause(500);
    redis.start();
    everythingStays();
    assertThat(a.lost.get()).isPositive();
    assertThat(b.lost.get()).isPositive();
  }

  private void everythingStays() {
    until(Duration.ofSeconds(8), () -> a.held.get() || b.held.get());
    until(Duration.ofSeconds(12), () -> !a.held.get() && !b.held.get());
    int looks = a.looks.get();
    until(TTL.multipliedBy(3), () -> a.looks.get() > looks + 8);
    assertThat(a.left).isEmpty();
    assertThat(b.left).isEmpty();
    assertThat(a.node.ask(PresenceApi.SNAPSHOT, new Snapshot(ROOM)).users()).containsExactly("alice", "bob");
  }

  /** One connection on one node: refreshed twice a second, five sweeps a second. */
  private final class House {
    final TestNode node;
    final List<String> left = new CopyOnWriteArrayList<>();
    final AtomicBoolean held = new AtomicBoolean();
    final AtomicInteger lost = new AtomicInteger();
    final AtomicInteger looks = new AtomicInteger();
    private final Entry entry;

    House(String serverId, String user) {
      node = new TestNode(redis.url(), serverId, TTL);
      entry = new Entry(ROOM, user, "c1");
      node.ask(PresenceApi.JOIN, new Join(1, entry));
      node.vertx.setPeriodic(500, timer -> refresh());
      node.vertx.setPeriodic(200, timer -> sweep());
    }

    private void refresh() {
      node.later(PresenceApi.REFRESH, new Refresh(1, ROOM, List.of(entry))).onSuccess(refreshed -> {
        if (!refreshed.lost().isEmpty()) {
          node.later(PresenceApi.RESTORE, new Restore(1, ROOM, refreshed.lost()));
        }
      });
    }

    private void sweep() {
      node.later(PresenceApi.SWEEP, new Sweep(List.of(new RoomRef(1, ROOM)))).onSuccess(swept -> {
        left.addAll(swept.left().stream().map(Left::username).toList());
        held.set(swept.held());
        looks.incrementAndGet();
        if (swept.dataLost()) {
          lost.incrementAndGet();
          refresh();
        }
      });
    }
  }
}
