package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.IdentityProvider;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.SigningKey;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users of a provider of one's own, on two nodes, of which the second knows nobody else. */
class IdentityTest extends Story {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final IdentityProvider IDENTITY = new IdentityProvider();
  private static final SigningKey KEY = IDENTITY.key("RS256");
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    left = node("true");
    right = node("false");
    left.launch();
    right.launch();
    left.awaitServing(Duration.ofSeconds(60));
    right.awaitServing(Duration.ofSeconds(60));
  }

  private static NodeProcess node(String localAccounts) {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(IDENTITY.settings());
    settings.put("LOCAL_ACCOUNTS", localAccounts);
    return new NodeProcess(Backends.postgres(), Backends.redis(), settings);
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
    IDENTITY.close();
    left.assertCleanLog(0);
    right.assertCleanLog(0);
  }

  /** A user of the provider, who is not known here. */
  private record User(String subject, String name) {
    static User unique(String hint) {
      String name = Names.unique(hint);
      return new User("sub-" + name, name);
    }

    JsonObject claims() {
      return IDENTITY.claims(subject, name);
    }

    String token() {
      return KEY.sign(claims());
    }

    Rest on(NodeProcess node) {
      return new Rest(node.url(), token());
    }
  }

  private static String code(Answer answer) {
    return answer.json().getString("code");
  }

  private Ws socket(String token, NodeProcess node) {
    Ws ws = closing(Ws.connect(node, token));
    ws.mark();
    return ws;
  }

  private static long count(String what) {
    try (var database = Backends.postgres().connect(); var statement = database.createStatement();
         var row = statement.executeQuery("SELECT count(*) FROM " + what)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_token_of_the_provider_opens_rest_and_sockets_in_all_places() {
    User alice = User.unique("Alice-of.id");
    JsonObject me = alice.on(right).get("/users/me").expect(200).json();
    assertThat(me.getString("username")).isEqualTo(alice.name.toLowerCase().replace('-', '_'));
    assertThat(me.getString("role")).isEqualTo("user");
    assertThat(alice.on(left).get("/users/me").expect(200).json().getLong("id")).isEqualTo(me.getLong("id"));
    // Who it is, is the subject: neither another name nor another key makes another account.
    SigningKey second = IDENTITY.key("EdDSA");
    String renamed = second.sign(alice.claims().put("preferred_username", Names.unique("renamed")));
    for (NodeProcess node : List.of(left, right)) {
      Until.holds("the new key is known", LIMIT,
          () -> new Rest(node.url(), renamed).get("/users/me").expect(200).json().getLong("id").equals(me.getLong("id")));
    }

    JsonObject room = alice.on(left).post("/rooms", new JsonObject().put("name", Names.unique("room"))).expect(201).json();
    String name = room.getString("name");
    for (Ws ws : List.of(Ws.open(right, "/ws?access_token=" + alice.token(), Map.of()),
        Ws.open(left, "/ws", Map.of("Authorization", "Bearer " + renamed)),
        Ws.open(right, "/ws", Map.of("Sec-WebSocket-Protocol", "bearer, " + alice.token())))) {
      closing(ws).await("the banner", type("system"));
      ws.join(name);
      assertThat(ws.chat(name, "by socket").getString("user")).isEqualTo(me.getString("username"));
    }
    // A node without a provider takes none of it.
    alice.on(one()).get("/users/me").expect(401);
  }

  @Test
  void twenty_calls_at_once_on_two_nodes_make_one_account() {
    User carol = User.unique("carol");
    List<CompletableFuture<Answer>> calls = IntStream.range(0, 20).mapToObj(i ->
        CompletableFuture.supplyAsync(() -> carol.on(i % 2 == 0 ? left : right).get("/users/me"))).toList();
    assertThat(calls.stream().map(call -> call.join().expect(200).json().getLong("id")).distinct()).hasSize(1);
    assertThat(count("external_identities WHERE subject = '" + carol.subject + "'")).isEqualTo(1);
  }

  @Test
  void where_the_name_is_somebody_elses_nothing_is_made() {
    Person owner = person("owner");
    User thief = new User("sub-" + Names.unique("thief"), owner.name().toUpperCase());
    Answer refused = thief.on(right).get("/rooms").expect(403);
    assertThat(code(refused)).isEqualTo("username_taken");
    assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
    assertThat(code(thief.on(left).post("/rooms", new JsonObject().put("name", Names.unique("r"))).expect(403)))
        .isEqualTo("username_taken");
    Ws ws = closing(Ws.open(left, "/ws?access_token=" + thief.token(), Map.of()));
    ws.await("why", error("username_taken"));
    assertThat(ws.awaitClose()).isEqualTo(4401);
    for (String unusable : List.of("deleted.7", "x", "jo@example.org", "", "a".repeat(33), "иван")) {
      assertThat(code(new User("sub-" + Names.unique("u"), unusable).on(left).get("/rooms").expect(403))).as(unusable)
          .isEqualTo("username_unusable");
    }
    assertThat(code(new Rest(left.url(), KEY.sign(thief.claims().put("sub", "s").put("preferred_username", null)))
        .get("/rooms").expect(403))).isEqualTo("username_unusable");
    assertThat(count("external_identities WHERE subject IN ('s', '" + thief.subject + "')")).isZero();
    assertThat(owner.on(left).get("/users/me").expect(200).json().getLong("id")).isEqualTo(owner.id());
  }

  @Test
  void a_socket_ends_with_its_token_unless_it_is_renewed() {
    User dora = User.unique("dora");
    dora.on(left).get("/users/me").expect(200);
    Instant end = Instant.now().plusSeconds(4);
    JsonObject brief = dora.claims().put("exp", end.getEpochSecond());
    Ws ends = socket(KEY.sign(brief), left);
    Ws stays = socket(KEY.sign(brief), right);
    assertThat(stays.ask("auth", "access_token", User.unique("another").token()).getString("code"))
        .isEqualTo("unauthorized");
    assertThat(stays.ask("auth", "access_token", dora.token() + "x").getString("code")).isEqualTo("unauthorized");
    assertThat(stays.ask("auth", "access_token", dora.token()).getLong("expires_in")).isBetween(200L, 300L);
    assertThat(ends.awaitClose()).isEqualTo(4401);
    assertThat(Instant.now()).isAfter(Instant.ofEpochSecond(end.getEpochSecond()));
    new Rest(left.url(), KEY.sign(brief)).get("/rooms").expect(401);
    stays.barrier();
  }

  @Test
  void a_disabled_account_is_out_at_once_and_in_again() {
    Person admin = AdministrationTest.admin();
    User erin = User.unique("erin");
    long id = erin.on(left).get("/users/me").expect(200).json().getLong("id");
    List<Ws> sockets = List.of(socket(erin.token(), left), socket(erin.token(), right));
    long since = System.nanoTime();
    admin.on(one()).patch("/admin/users/" + id, new JsonObject().put("disabled", true)).expect(200);
    for (Ws ws : sockets) {
      assertThat(ws.awaitClose()).isEqualTo(4401);
      assertThat(Duration.ofNanos(ws.closedAt() - since)).isLessThan(Duration.ofMillis(1_200));
    }
    erin.on(left).get("/rooms").expect(401);
    erin.on(right).get("/rooms").expect(401);
    admin.on(one()).patch("/admin/users/" + id, new JsonObject().put("disabled", false)).expect(200);
    Until.holds("enabled again", LIMIT, () -> erin.on(right).get("/rooms").status() == 200);
  }

  @Test
  void who_deletes_their_account_gets_a_new_one_only_by_a_new_token() {
    User fred = User.unique("fred");
    String old = fred.token();
    Rest rest = new Rest(left.url(), old);
    long id = rest.get("/users/me").expect(200).json().getLong("id");
    assertThat(code(rest.post("/users/me/password", new JsonObject().put("current_password", "x")
        .put("new_password", "another long one")).expect(403))).isEqualTo("no_password");
    assertThat(code(rest.send("DELETE", "/users/me", "application/json", "{\"password\":\"x\"}").expect(403)))
        .isEqualTo("no_password");
    rest.send("DELETE", "/users/me", "application/json", "{\"confirm\":\"somebody\"}").expect(422);
    Ws there = socket(old, right);
    rest.send("DELETE", "/users/me", "application/json",
        new JsonObject().put("confirm", fred.name.toLowerCase()).encode()).expect(204);
    assertThat(there.awaitClose()).isEqualTo(4401);
    rest.get("/rooms").expect(401);
    new Rest(right.url(), old).get("/rooms").expect(401);
    // Nothing says any more who it was, and yet the old token makes no account, whenever it comes.
    assertThat(count("external_identities WHERE subject = '" + fred.subject + "'")).isZero();
    rest.get("/rooms").expect(401);
    assertThat(count("users WHERE username = '" + fred.name.toLowerCase() + "'")).isZero();
    // Tokens tell the second they are from, and one of the same second may be an old one.
    Until.holds("a new one makes an account", Duration.ofSeconds(3), () -> fred.on(left).get("/users/me").status() == 200);
    long again = fred.on(right).get("/users/me").expect(200).json().getLong("id");
    assertThat(again).isNotEqualTo(id);
    rest.get("/rooms").expect(401);
    new Rest(right.url(), old).get("/rooms").expect(401);
  }

  @Test
  void a_token_that_logs_out_is_dead_everywhere() {
    User gina = User.unique("gina");
    String token = gina.token();
    Ws there = socket(token, right);
    Rest rest = new Rest(left.url(), token);
    rest.post("/logout", new JsonObject().put("refresh_token", "none")).expect(204);
    assertThat(there.awaitClose()).isEqualTo(4401);
    rest.get("/rooms").expect(401);
    Until.holds("everywhere", LIMIT, () -> new Rest(right.url(), token).get("/rooms").status() == 401);
    gina.on(left).get("/rooms").expect(200);
  }

  @Test
  void a_withdrawn_key_ends_its_sockets_within_a_second_of_its_being_learnt() {
    SigningKey doomed = IDENTITY.key("ES256");
    User hugo = User.unique("hugo");
    String token = doomed.sign(hugo.claims());
    for (NodeProcess node : List.of(left, right)) {
      Until.holds("the key is known", LIMIT, () -> new Rest(node.url(), token).get("/rooms").status() == 200);
    }
    RoomRef room = person("host").createRoom(one());
    List<Ws> sockets = List.of(socket(token, left), socket(token, right));
    sockets.forEach(ws -> ws.join(room.name()));
    Ws stays = socket(hugo.token(), right);
    IDENTITY.withdraw(doomed);
    long since = System.nanoTime();
    for (Ws ws : sockets) {
      assertThat(ws.awaitClose(LIMIT)).isEqualTo(4401);
      long learnt = IDENTITY.readings().stream().filter(at -> at > since && at <= ws.closedAt())
          .mapToLong(Long::longValue).max().orElseThrow();
      assertThat(Duration.ofNanos(ws.closedAt() - learnt)).isLessThan(Duration.ofMillis(1_500));
    }
    new Rest(left.url(), token).get("/rooms").expect(401);
    new Rest(right.url(), token).get("/rooms").expect(401);
    stays.barrier();
  }

  @Test
  void local_accounts_can_be_switched_off() {
    Person local = person("local");
    Rest nobody = new Rest(right.url(), null);
    JsonObject registration = new JsonObject().put("username", Names.unique("x")).put("password", "correct horse x");
    for (Answer answer : List.of(nobody.post("/register", registration), nobody.post("/register", new JsonObject()),
        nobody.get("/register"), nobody.form("/token", Map.of("username", local.name(), "password", local.password())),
        nobody.post("/token/"), nobody.send("OPTIONS", "/token", null, null),
        nobody.post("/refresh", new JsonObject().put("refresh_token", local.refresh())),
        nobody.post("/password/forgot", new JsonObject().put("email", "a@example.org")),
        nobody.post("/password/reset", new JsonObject().put("token", "x").put("password", "correct horse")),
        local.on(right).post("/users/me/password", new JsonObject()))) {
      assertThat(code(answer.expect(404))).isEqualTo("not_found");
    }
    JsonObject paths = nobody.get("/openapi.json").expect(200).json().getJsonObject("paths");
    assertThat(paths.fieldNames()).doesNotContain("/register", "/token", "/refresh", "/users/me/password",
        "/password/forgot", "/password/reset")
        .contains("/logout", "/users/me");
    // What was opened elsewhere goes on until it ends, and everything else is as ever.
    local.on(right).get("/users/me").expect(200);
    new Rest(left.url(), null).post("/register", registration).expect(201);
  }
}
