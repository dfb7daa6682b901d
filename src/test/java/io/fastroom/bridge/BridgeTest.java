package io.fastroom.bridge;

import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.AuthApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bridge.BridgeApi.State;
import io.fastroom.bridge.BridgeApi.Subscribe;
import io.fastroom.bridge.BridgeApi.Unsubscribe;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Revocation;
import io.fastroom.redis.TestNode;
import io.fastroom.redis.TestRedis;
import io.fastroom.wire.Received;
import io.fastroom.wire.Received.Origin;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class BridgeTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration TTL = Duration.ofSeconds(30);
  private static Vertx vertx;
  private static TestRedis redis;
  private static TestNode a;
  private static TestNode b;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    redis = new TestRedis(vertx, "--requirepass", "sesame");
    a = new TestNode(redis.url(), "same", TTL);
    b = new TestNode(redis.url(), "same", TTL);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
    redis.close();
    vertx.close();
  }

  @BeforeEach
  void up() {
    until(SOON, () -> a.lastState().up() && b.lastState().up());
  }

  @Test
  void carries_events_to_other_nodes_in_order_and_not_back() {
    listen("ordered");
    List<Publish> events = LongStream.rangeClosed(1, 3_000).mapToObj(seq -> event("ordered", seq)).toList();
    a.tell(BridgeApi.PUBLISH, new PublishAll(events.subList(0, 1_500)));
    a.tell(BridgeApi.PUBLISH, new PublishAll(events.subList(1_500, 3_000)));
    until(SOON, () -> heard(b, "ordered").size() == 3_000);
    assertThat(heard(b, "ordered")).extracting(Received::seq).isSorted().doesNotHaveDuplicates();
    assertThat(heard(b, "ordered")).extracting(Received::origin).containsOnly(Origin.NODE);
    assertThat(heard(b, "ordered").get(6).json()).isEqualTo(events.get(6).json());
    assertThat(heard(a, "ordered")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a/b", "with space", "🙂", "quo\"te'\\", "*", "room:room:", "две"})
  void works_in_rooms_of_any_name(String room) {
    listen(room);
    a.tell(BridgeApi.PUBLISH, new PublishAll(List.of(event(room, 1))));
    until(SOON, () -> heard(b, room).size() == 1);
  }

  @Test
  void hears_other_programs_and_survives_what_is_no_event() {
    listen("foreign");
    redis.command("PUBLISH", "room:foreign", "garbage");
    redis.command("PUBLISH", "room:foreign", "{\"type\":\"chat\",\"room\":\"foreign\",\"message\":\"from redis-cli\"}");
    until(SOON, () -> heard(a, "foreign").size() == 1 && heard(b, "foreign").size() == 1);
    assertThat(heard(a, "foreign").get(0).origin()).isEqualTo(Origin.FOREIGN);
  }

  @Test
  void hears_nothing_more_after_unsubscribing() {
    listen("left");
    b.tell(BridgeApi.UNSUBSCRIBE, new Unsubscribe("left"));
    until(SOON, () -> redis.command("PUBSUB", "NUMSUB", "room:left").get(1).toInteger() == 1);
    redis.command("PUBLISH", "room:left", "{\"type\":\"chat\",\"seq\":1}");
    b.ask(BridgeApi.SUBSCRIBE, new Subscribe("left"));
    a.tell(BridgeApi.PUBLISH, new PublishAll(List.of(event("left", 2))));
    until(SOON, () -> !heard(b, "left").isEmpty());
    assertThat(heard(b, "left")).extracting(Received::seq).containsExactly(2L);
  }

  @Test
  void tells_every_node_of_dead_tokens() {
    BlockedToken token = new BlockedToken("jti-1", Instant.ofEpochMilli(1_800_000_000_123L));
    a.ask(BridgeApi.REVOKE, dead(token));
    until(SOON, () -> revoked(a, token) && revoked(b, token));
    redis.command("PUBLISH", "fastroom:control", "{\"type\":\"revoke\",\"tokens\":[[\"forged\",1]]}");
    a.ask(BridgeApi.REVOKE, dead(new BlockedToken("jti-2", token.expiresAt())));
    until(SOON, () -> b.revoked.stream().anyMatch(fact -> fact.tokens().get(0).jti().equals("jti-2")));
    assertThat(b.revoked).noneMatch(fact -> fact.tokens().get(0).jti().equals("forged"));
  }

  @Test
  void tells_every_node_who_is_disabled_and_who_is_no_more() {
    a.ask(BridgeApi.REVOKE, new Revocation(List.of(new BlockedToken("jti-3", Instant.EPOCH)), List.of(7L, 9L), List.of(8L)));
    for (TestNode node : List.of(a, b)) {
      until(SOON, () -> node.revoked.stream().anyMatch(fact -> fact.disabledUsers().equals(List.of(7L, 9L))
          && fact.tokens().equals(List.of(new BlockedToken("jti-3", Instant.EPOCH)))));
      until(SOON, () -> node.enabled.contains(new AuthApi.Enabled(List.of(8L))));
    }
  }

  @Test
  void comes_back_by_itself_when_redis_is_killed_and_started_again() {
    listen("killed");
    forget();
    redis.kill();
    until(SOON, () -> !a.lastState().up() && !b.lastState().up());
    BlockedToken token = new BlockedToken("while-away", Instant.EPOCH);
    a.ask(BridgeApi.SUBSCRIBE, new Subscribe("killed later"));
    a.ask(BridgeApi.REVOKE, dead(token));
    assertThat(revoked(a, token)).isTrue();

    redis.start();
    until(SOON, () -> a.lastState().up() && b.lastState().up());
    assertThat(a.states.stream().filter(State::resubscribed)).hasSize(1);
    b.tell(BridgeApi.PUBLISH, new PublishAll(List.of(event("killed", 1), event("killed later", 1))));
    until(SOON, () -> heard(a, "killed").size() == 1 && heard(a, "killed later").size() == 1);
  }

  @Test
  void knows_within_six_seconds_that_a_frozen_redis_does_not_carry_and_comes_back_by_itself() {
    listen("frozen");
    forget();
    redis.freeze();
    try {
      until(Duration.ofMillis(6_500), () -> !a.states.isEmpty() && !a.lastState().up()
          && !b.states.isEmpty() && !b.lastState().up());
    } finally {
      redis.thaw();
    }
    until(Duration.ofSeconds(6), () -> a.lastState().up() && b.lastState().up());
    assertThat(a.states.stream().filter(State::resubscribed)).hasSize(1);
    b.tell(BridgeApi.PUBLISH, new PublishAll(List.of(event("frozen", 9))));
    until(SOON, () -> heard(a, "frozen").stream().anyMatch(event -> event.seq() == 9));
  }

  @Test
  void a_node_that_starts_while_redis_is_away_comes_up_with_it() {
    redis.kill();
    try (TestNode late = new TestNode(redis.url(), "late", TTL)) {
      late.ask(BridgeApi.SUBSCRIBE, new Subscribe("late"));
      assertThat(late.lastState().up()).isFalse();
      redis.start();
      until(SOON, () -> late.lastState().up() && a.lastState().up());
      a.tell(BridgeApi.PUBLISH, new PublishAll(List.of(event("late", 1))));
      until(SOON, () -> heard(late, "late").size() == 1);
    }
  }

  private static void listen(String room) {
    a.ask(BridgeApi.SUBSCRIBE, new Subscribe(room));
    b.ask(BridgeApi.SUBSCRIBE, new Subscribe(room));
  }

  private static void forget() {
    a.states.clear();
    b.states.clear();
  }

  private static Publish event(String room, long seq) {
    return new Publish(room, 1, seq, ("{\"type\":\"chat\",\"seq\":" + seq + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static List<Received> heard(TestNode node, String room) {
    return node.received.stream().filter(event -> event.room().equals(room)).toList();
  }

  private static Revocation dead(BlockedToken token) {
    return new Revocation(List.of(token), List.of(), List.of());
  }

  private static boolean revoked(TestNode node, BlockedToken token) {
    return node.revoked.stream().anyMatch(fact -> fact.tokens().contains(token));
  }
}
