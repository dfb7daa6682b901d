package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens, and what becomes of the sockets that were opened with them. */
class SignInTest extends Story {
  private final ExecutorService tabs = Executors.newFixedThreadPool(20);

  @AfterEach
  void close_the_tabs() {
    tabs.shutdownNow();
  }

  @Test
  void takes_the_token_from_the_query_the_header_and_the_subprotocol() {
    Person alice = person("alice");
    for (Ws ws : List.of(
        Ws.open(one(), "/ws?access_token=" + alice.access(), Map.of()),
        Ws.open(one(), "/ws", Map.of("Authorization", "Bearer " + alice.access())),
        Ws.open(one(), "/ws", Map.of("Sec-WebSocket-Protocol", "bearer, " + alice.access())))) {
      closing(ws).await("the banner", f -> ("connected as " + alice.name()).equals(f.getString("message")));
    }
  }

  @Test
  void a_bad_token_opens_says_why_and_closes_with_4401() {
    Person alice = person("alice");
    String[] parts = alice.access().split("\\.");
    String none = Base64.getUrlEncoder().withoutPadding()
        .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "." + parts[1] + ".";
    String flipped = parts[0] + "." + parts[1] + "." + (parts[2].startsWith("A") ? "B" : "A") + parts[2].substring(1);
    for (String bad : List.of("", "x", none, flipped, alice.refresh())) {
      Ws ws = closing(Ws.open(two(), "/ws?access_token=" + Rest.encode(bad), Map.of()));
      assertThat(ws.awaitClose()).as(bad).isEqualTo(4401);
      assertThat(ws.seen()).hasSize(1).allMatch(error("unauthorized"));
      assertThat(new Rest(one().url(), bad).get("/users/me").expect(401).header("WWW-Authenticate"))
          .startsWith("Bearer");
    }
  }

  @Test
  void logout_closes_the_sockets_of_the_token_on_the_other_node_within_a_second() {
    Person alice = person("alice");
    Person again = alice.login(one());
    Ws here = connect(alice, one());
    Ws there = connect(alice, two());
    Ws otherLogin = connect(again, two());
    long start = System.nanoTime();
    alice.on(one()).post("/logout", new JsonObject().put("refresh_token", alice.refresh())).expect(204);
    assertThat(here.awaitClose()).isEqualTo(4401);
    assertThat(there.awaitClose()).isEqualTo(4401);
    assertThat(Duration.ofNanos(there.closedAt() - start)).isLessThan(Duration.ofMillis(1_300));
    Until.holds("the token is dead everywhere", Duration.ofSeconds(1),
        () -> alice.on(two()).get("/users/me").status() == 401 && alice.on(one()).get("/users/me").status() == 401);
    alice.on(one()).post("/refresh", new JsonObject().put("refresh_token", alice.refresh())).expect(401);
    new Rest(two().url(), null).post("/logout", new JsonObject().put("refresh_token", alice.refresh())).expect(204);
    otherLogin.barrier();
  }

  @Test
  void twenty_tabs_that_refresh_at_once_all_get_a_pair_that_works() {
    Person alice = person("alice");
    JsonObject body = new JsonObject().put("refresh_token", alice.refresh());
    List<JsonObject> pairs = IntStream.range(0, 20).mapToObj(i -> CompletableFuture.supplyAsync(
        () -> new Rest((i % 2 == 0 ? one() : two()).url(), null).post("/refresh", body).expect(200).json(), tabs))
        .toList().stream().map(CompletableFuture::join).toList();
    for (JsonObject pair : pairs) {
      new Rest(one().url(), pair.getString("access_token")).get("/users/me").expect(200);
    }
    for (JsonObject pair : pairs) {
      assertThat(refresh(pair.getString("refresh_token")).getString("access_token")).isNotEmpty();
    }
    assertThat(alice.on(one()).get("/users/me").status()).isEqualTo(200);
  }

  @Test
  void a_lost_answer_signs_nobody_out() {
    Person alice = person("alice");
    refresh(alice.refresh());
    Until.pause(2_000);
    JsonObject second = refresh(alice.refresh());
    JsonObject third = refresh(alice.refresh());
    for (JsonObject pair : List.of(second, third)) {
      new Rest(one().url(), pair.getString("access_token")).get("/users/me").expect(200);
    }
  }

  @Test
  void logging_out_with_the_refresh_token_alone_ends_every_access_token_of_the_login() {
    Person alice = person("alice");
    JsonObject second = refresh(alice.refresh());
    Ws first = connect(alice, one());
    Ws renewed = closing(Ws.connect(two(), second.getString("access_token")));
    Ws other = connect(alice.login(one()), two());
    long start = System.nanoTime();
    new Rest(one().url(), null).post("/logout", new JsonObject().put("refresh_token", second.getString("refresh_token")))
        .expect(204);
    assertThat(first.awaitClose()).isEqualTo(4401);
    assertThat(renewed.awaitClose()).isEqualTo(4401);
    assertThat(Duration.ofNanos(renewed.closedAt() - start)).isLessThan(Duration.ofMillis(1_300));
    Until.holds("both tokens are dead everywhere", Duration.ofSeconds(1), () -> Stream.of(one(), two()).allMatch(node ->
        alice.on(node).get("/users/me").status() == 401
            && new Rest(node.url(), second.getString("access_token")).get("/users/me").status() == 401));
    other.barrier();
  }

  @Test
  void rotation_gives_a_new_pair_that_works() {
    Person alice = person("alice");
    JsonObject pair = refresh(alice.refresh());
    assertThat(pair.getString("token_type")).isEqualTo("bearer");
    assertThat(pair.getInteger("expires_in")).isPositive();
    assertThat(pair.getString("refresh_token")).isNotEqualTo(alice.refresh());
    new Rest(two().url(), pair.getString("access_token")).get("/users/me").expect(200);
    refresh(pair.getString("refresh_token"));
  }

  private static JsonObject refresh(String token) {
    return new Rest(two().url(), null).post("/refresh", new JsonObject().put("refresh_token", token)).expect(200)
        .json();
  }

  @Test
  void a_rotated_token_that_comes_back_after_the_new_one_was_used_ends_the_login_and_closes_its_sockets() {
    Person alice = person("alice");
    Person innocent = alice.login(one());
    JsonObject pair = refresh(alice.refresh());
    Ws family = closing(Ws.connect(two(), pair.getString("access_token")));
    Ws other = connect(innocent, two());
    Rest nobody = new Rest(one().url(), null);
    JsonObject stolen = new JsonObject().put("refresh_token", alice.refresh());
    family.barrier();
    nobody.post("/refresh", stolen).expect(401);
    assertThat(family.awaitClose(Duration.ofSeconds(2))).isEqualTo(4401);
    nobody.post("/refresh", new JsonObject().put("refresh_token", pair.getString("refresh_token"))).expect(401);
    other.barrier();
  }

  @Test
  void an_expired_token_closes_its_socket_unless_it_was_renewed_in_place() {
    Person alice = person("alice");
    try (NodeProcess node = Cluster.start(Map.of("ACCESS_TOKEN_EXP_SECONDS", "3"))) {
      RoomRef room = alice.createRoom(one());
      Person brief = alice.login(node);
      Ws expiring = connect(brief, node);
      Ws renewed = inRoom(brief, node, room);
      JsonObject bad = renewed.ask("auth", "access_token", "nonsense");
      assertThat(bad.getString("code")).isEqualTo("unauthorized");
      JsonObject good = renewed.ask("auth", "access_token", alice.access());
      assertThat(good.getString("type")).isEqualTo("authenticated");
      assertThat(good.getInteger("expires_in")).isBetween(28_000, 28_800);
      assertThat(expiring.awaitClose(Duration.ofSeconds(5))).isEqualTo(4401);
      renewed.chat(room.name(), "still here");
      new Rest(node.url(), brief.access()).get("/users/me").expect(401);
    }
  }
}
