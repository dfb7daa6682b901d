package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.wire.EphemeralJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LifeTest {
  private static SocketsUnderTest beating() {
    return new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "1", "WS_HEARTBEAT_TTL_MS", "2000");
  }

  @Test
  void a_socket_that_answers_pings_lives_and_one_that_vanished_is_closed() throws Exception {
    try (SocketsUnderTest node = beating()) {
      RawSocket alive = node.joined(user(), "a");
      RawSocket vanished = node.joined(user(), "b");
      long start = System.nanoTime();
      boolean[] left = new boolean[1];
      while (!left[0]) {
        alive.isSilent(100);
        node.rooms.now(rooms -> left[0] = rooms.room("b").conns.isEmpty());
        assertThat(System.nanoTime() - start).isLessThan(4_000_000_000L);
      }
      assertThat(vanished.closeCode()).isZero();
      alive.send(frame("ping"));
      assertThat(alive.json().getString("type")).isEqualTo("pong");
      node.rooms.now(rooms -> assertThat(rooms.room("a").conns).hasSize(1));
    }
  }

  @Test
  void who_answers_pings_lives_however_little_longer_than_the_interval_a_life_is() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "1", "WS_HEARTBEAT_TTL_MS", "1001")) {
      List<RawSocket> alive = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        alive.add(node.joined(user(), "a"));
      }
      RawSocket vanished = node.joined(user(), "b");
      long end = System.nanoTime() + 5_000_000_000L;
      while (System.nanoTime() < end) {
        for (RawSocket socket : alive) {
          socket.isSilent(20);
        }
      }
      node.rooms.now(rooms -> assertThat(rooms.room("a").conns).hasSize(8));
      node.rooms.now(rooms -> assertThat(rooms.room("b").conns).isEmpty());
      assertThat(vanished.closeCode()).isZero();
    }
  }

  @Test
  void a_drain_tells_sockets_1012_in_batches_and_lets_no_more_in() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest()) {
      List<RawSocket> sockets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sockets.add(node.joined(user(), "a"));
      }
      node.bus.announce(SessionApi.SHUT_DOOR, new SessionApi.ShutDoor());
      until(() -> node.counted("fastroom.sockets") == 40);
      RawSocket late = node.raw("/ws?access_token=" + node.tokens.sign(user()).access());
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.header("retry-after")).isNotNull();
      long start = System.nanoTime();
      Future<Void> undeployed = node.undeploy();
      for (RawSocket socket : sockets) {
        assertThat(socket.closeCode()).isEqualTo(1012);
        socket.close();
      }
      undeployed.await();
      assertThat(System.nanoTime() - start).isBetween(800_000_000L, 4_000_000_000L);
      node.rooms.now(rooms -> assertThat(rooms.room("a").conns).isEmpty());
    }
  }

  @Test
  void a_few_sockets_are_sent_away_one_after_the_other_too() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest()) {
      List<RawSocket> sockets = List.of(node.joined(user(), "a"), node.joined(user(), "a"), node.joined(user(), "a"));
      long start = System.nanoTime();
      Future<Void> undeployed = node.undeploy();
      for (RawSocket socket : sockets) {
        assertThat(socket.closeCode()).isEqualTo(1012);
        socket.close();
      }
      undeployed.await();
      assertThat(System.nanoTime() - start).as("until the last one").isGreaterThan(800_000_000L);
    }
  }

  @Test
  void a_busy_socket_is_pinged_more_often_than_a_quiet_one() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "10", "WS_HEARTBEAT_TTL_MS",
        "12000")) {
      RawSocket busy = node.joined(user(), "busy");
      RawSocket quiet = node.joined(user(), "quiet");
      // Until they rest.
      assertThat(busy.isSilent(4_000) && quiet.isSilent(1)).isTrue();
      int before = quiet.pings();
      byte[] typing = EphemeralJson.typing("busy", "x".repeat(4_000), true);
      long end = System.nanoTime() + 7_000_000_000L;
      while (System.nanoTime() < end) {
        node.rooms.now(rooms -> {
          for (int i = 0; i < 8; i++) {
            rooms.ephemeral(rooms.room("busy"), typing);
          }
        });
        for (int i = 0; i < 8; i++) {
          busy.next();
        }
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(quiet.isSilent(20)).isTrue();
      assertThat(quiet.pings() - before).isLessThanOrEqualTo(1);
      assertThat(busy.pings()).isBetween(2, 8);
    }
  }

  @Test
  void undeploying_an_edge_sends_its_sockets_away_and_cuts_off_who_stays() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest()) {
      RawSocket polite = node.joined(user(), "a");
      RawSocket deaf = node.joined(user(), "a");
      long start = System.nanoTime();
      Future<Void> undeployed = node.undeploy();
      assertThat(polite.closeCode()).isEqualTo(1012);
      polite.close();
      undeployed.await();
      assertThat(System.nanoTime() - start).isLessThan(4_000_000_000L);
      assertThat(deaf.closeCode()).isEqualTo(1012);
      assertThat(deaf.next()).isNull();
      until(() -> node.counted("fastroom.sockets") == 0);
    }
  }
}
