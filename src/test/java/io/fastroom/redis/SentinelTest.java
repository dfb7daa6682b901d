package io.fastroom.redis;

import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bridge.BridgeApi.State;
import io.fastroom.bridge.BridgeApi.Subscribe;
import io.fastroom.bus.Address;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SentinelTest {
  private static final Duration LIMIT = Duration.ofSeconds(25);

  /** Each connection of a node finds the master for itself, so one may be a moment behind another. */
  private static <Q, A> A answer(TestNode node, Address<Q, A> at, Q question) {
    AtomicReference<A> answer = new AtomicReference<>();
    until(LIMIT, () -> {
      answer.set(node.later(at, question).otherwiseEmpty().toCompletionStage().toCompletableFuture().join());
      return answer.get() != null;
    });
    return answer.get();
  }

  @Test
  void follows_the_master_when_sentinels_choose_another() {
    Vertx vertx = Vertx.vertx();
    try (TestRedis master = new TestRedis(vertx);
         TestRedis replica = new TestRedis(vertx, "--replicaof", "127.0.0.1", "" + master.port());
         TestRedis sentinel = TestRedis.sentinel(vertx, "chat", master)) {
      until(LIMIT, () -> replica.command("INFO", "replication").toString().contains("master_link_status:up")
          && sentinel.command("INFO", "sentinel").toString().contains("slaves=1"));
      String url = "redis+sentinel://127.0.0.1:" + sentinel.port() + "/chat";
      try (TestNode a = new TestNode(url, "a", Duration.ofSeconds(30));
           TestNode b = new TestNode(url, "b", Duration.ofSeconds(30))) {
        until(LIMIT, () -> a.lastState().up() && b.lastState().up());
        a.ask(BridgeApi.SUBSCRIBE, new Subscribe("room"));
        answer(b, PresenceApi.JOIN, new Join(1, new Entry("room", "alice", "c1")));
        until(LIMIT, () -> a.received.size() == 1);
        until(LIMIT, () -> replica.command("EXISTS", "presence:hb:room:alice:c1").toInteger() == 1);
        a.states.clear();
        b.states.clear();

        master.kill();
        until(LIMIT, () -> a.states.contains(new State(true, true)) && b.states.contains(new State(true, true)));
        assertThat(answer(a, PresenceApi.SWEEP, new Sweep(List.of(new RoomRef(1, "room")))).held()).isTrue();
        assertThat(answer(a, PresenceApi.SNAPSHOT, new Snapshot("room")).users()).containsExactly("alice");
        b.tell(BridgeApi.PUBLISH, new PublishAll(List.of(
            new Publish("room", 1, 1, "{\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8)))));
        until(LIMIT, () -> a.received.size() == 2);
      }
    } finally {
      vertx.close();
    }
  }

  @Test
  void has_a_login_for_sentinels_and_another_for_servers() {
    Vertx vertx = Vertx.vertx();
    try (TestRedis master = new TestRedis(vertx, "--requirepass", "servers");
         TestRedis closed = TestRedis.sentinel(vertx, "chat", master, "watchers");
         TestRedis same = TestRedis.sentinel(vertx, "chat", master, "servers")) {
      for (String url : List.of(
          "redis+sentinel://:servers@127.0.0.1:" + closed.port() + "/chat?sentinel_password=watchers",
          "redis+sentinel://:servers@127.0.0.1:" + same.port() + "/chat",
          // The first sentinel lets nobody in, the second one does.
          "redis+sentinel://:servers@127.0.0.1:" + closed.port() + ",127.0.0.1:" + same.port() + "/chat")) {
        try (TestNode node = new TestNode(url, "a", Duration.ofSeconds(30))) {
          until(LIMIT, () -> node.lastState().up());
          answer(node, PresenceApi.JOIN, new Join(1, new Entry("room", "alice", "c1")));
          assertThat(answer(node, PresenceApi.SNAPSHOT, new Snapshot("room")).users()).containsExactly("alice");
        }
      }
      try (TestNode node = new TestNode("redis+sentinel://:wrong@127.0.0.1:" + closed.port() + "/chat", "a",
          Duration.ofSeconds(30))) {
        assertThat(node.later(PresenceApi.SNAPSHOT, new Snapshot("room")).map(present -> true).otherwise(false)
            .toCompletionStage().toCompletableFuture().join()).isFalse();
      }
    } finally {
      vertx.close();
    }
  }
}
