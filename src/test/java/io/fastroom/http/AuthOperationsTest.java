package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.Passwords;
import io.fastroom.auth.Tokens;
import io.fastroom.bridge.BridgeApi;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Revocation;
import io.fastroom.model.User;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Credentials;
import io.fastroom.persistence.PersistenceApi.EndLogin;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.support.TestSettings;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What registration, login, rotation and logout ask of others, in which order. */
@Tag("alone")
class AuthOperationsTest {
  private static final User BOB = new User(8, "bob", null, null, true);
  private static final Queue<Object> ASKED = new ConcurrentLinkedQueue<>();
  private static final BlockedToken STOLEN = new BlockedToken("stolen", Instant.MAX);
  private static final Revocation TOLD = new Revocation(List.of(STOLEN), List.of(), List.of());
  private static RestNode node;
  private static String hash;
  private static volatile Rotation rotation = Rotation.ROTATED;

  @BeforeAll
  static void start() {
    node = new RestNode(TestSettings.of("AUTH_RATE_PER_MINUTE", "30"),
        new ScriptedLimits(ASKED, key -> key.startsWith("pair:mallory") ? 1 : 0));
    hash = RestNode.await(new Passwords(node.vertx).hash("correct horse"));
    node.answer(PersistenceApi.FIND_CREDENTIALS, question -> Future.succeededFuture(switch (question.username()) {
      case "alice" -> new Credentials(RestNode.ALICE, hash, false);
      case "bob" -> new Credentials(BOB, hash, false);
      default -> new Credentials(null, null, false);
    }));
    node.answer(PersistenceApi.REGISTER_USER, question -> asked(question, RestNode.ALICE));
    node.answer(PersistenceApi.START_LOGIN, question -> asked(question, null));
    node.answer(AccountApi.AUDIT, question -> Future.succeededFuture());
    node.answer(AccountApi.NOTE_LOGIN, question -> Future.succeededFuture(List.of()));
    node.answer(PersistenceApi.FIND_REFRESH_TOKEN,
        question -> Future.succeededFuture(new RefreshOwner(RestNode.ALICE, "f", Instant.now())));
    node.answer(PersistenceApi.ROTATE_REFRESH_TOKEN, question -> {
      ASKED.add(question);
      return Future.succeededFuture(new Rotated(rotation, RestNode.ALICE,
          rotation == Rotation.REUSED ? List.of(STOLEN) : List.of()));
    });
    node.answer(PersistenceApi.END_LOGIN, question -> asked(question, List.of(STOLEN)));
    node.answer(BridgeApi.REVOKE, question -> asked(question, null));
  }

  private static <A> Future<A> asked(Object question, A answer) {
    ASKED.add(question);
    return Future.succeededFuture(answer);
  }

  @BeforeEach
  void forget() {
    ASKED.clear();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static HttpResponse<String> logIn(String username, String password) {
    return node.send(node.request("/token").header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("username=" + username + "&password=" + password)));
  }

  private static HttpResponse<String> refresh(String token) {
    return node.send(RestNode.json(node.request("/refresh"), "POST",
        new JsonObject().put("refresh_token", token).encode()));
  }

  @Test
  void registers_the_normalised_name_and_only_a_hash() {
    assertThat(node.send(RestNode.json(node.request("/register"), "POST",
        "{\"username\":\" Alice-B \",\"password\":\"correct horse\",\"email\":\"A@b\"}")).statusCode()).isEqualTo(201);
    assertThat(ASKED.poll()).isEqualTo("from:127.0.0.1");
    assertThat(ASKED.poll()).isInstanceOfSatisfying(RegisterUser.class, user -> {
      assertThat(user.username()).isEqualTo("alice_b");
      assertThat(user.email()).isEqualTo("A@b");
      assertThat(user.passwordHash()).startsWith("$argon2id$");
    });
  }

  @Test
  void a_login_that_succeeds_counts_against_nothing() {
    HttpResponse<String> response = logIn("+ALICE+", "correct+horse");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(List.copyOf(ASKED)).startsWith("from:127.0.0.1", "pair:alice:127.0.0.1", "account:alice",
        "back from:127.0.0.1", "back pair:alice:127.0.0.1").hasSize(6);
  }

  @Test
  void a_login_that_fails_says_the_same_whatever_is_wrong() {
    List<String> answers = List.of(logIn("alice", "wrong"), logIn("nobody", "wrong"), logIn("bob", "correct+horse"),
        logIn("%20!", "wrong"), logIn("alice", "x".repeat(129))).stream().map(response -> {
          assertThat(response.statusCode()).isEqualTo(401);
          return response.body();
        }).distinct().toList();
    assertThat(answers).hasSize(1);
    assertThat(ASKED).noneMatch(each -> each.toString().startsWith("back"))
        .contains("keep pair:alice:127.0.0.1", "keep pair:bob:127.0.0.1", "failed account:nobody");
  }

  @Test
  void an_account_under_attack_is_limited_from_that_address() {
    assertThat(logIn("mallory", "wrong").statusCode()).isEqualTo(429);
    assertThat(ASKED).last().isEqualTo("back from:127.0.0.1");
  }

  @Test
  void a_login_takes_as_long_for_an_unknown_user() {
    logIn("alice", "wrong");
    long wrong = nanos("alice");
    long unknown = nanos("nobody");
    assertThat((double) unknown / wrong).isBetween(0.4, 2.5);
  }

  /** The shortest of several: what else the machine does only adds. */
  private static long nanos(String username) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 7; i++) {
      long start = System.nanoTime();
      logIn(username, "wrong");
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  @Test
  void a_refresh_that_is_no_live_token_of_ours_asks_nobody() {
    for (String token : List.of("x", node.token())) {
      assertThat(refresh(token).statusCode()).isEqualTo(401);
    }
    assertThat(ASKED).isEmpty();
  }

  @Test
  void a_reused_token_tells_every_node_what_is_dead() {
    Tokens.Pair pair = node.tokens.sign(RestNode.ALICE);
    rotation = Rotation.ROTATED;
    assertThat(new JsonObject(refresh(pair.refresh()).body()).getString("refresh_token")).isNotEqualTo(pair.refresh());
    rotation = Rotation.DEAD;
    assertThat(refresh(pair.refresh()).statusCode()).isEqualTo(401);
    assertThat(ASKED).hasSize(2);
    rotation = Rotation.REUSED;
    assertThat(refresh(pair.refresh()).statusCode()).isEqualTo(401);
    assertThat(ASKED).last().isEqualTo(TOLD);
  }

  @Test
  void a_logout_ends_the_logins_of_both_tokens_before_it_answers() {
    Tokens.Pair pair = node.tokens.sign(RestNode.ALICE);
    HttpRequest.Builder request = RestNode.json(node.request("/logout"), "POST", "{\"refresh_token\":\"x\"}");
    for (HttpRequest.Builder without : List.of(request, request.copy().header("Authorization", "Bearer rubbish"))) {
      assertThat(node.send(without).statusCode()).isEqualTo(204);
      assertThat(ASKED.poll()).isInstanceOfSatisfying(EndLogin.class, end -> assertThat(end.bearer()).isNull());
      assertThat(ASKED.poll()).isEqualTo(TOLD);
    }
    assertThat(node.send(request.copy().header("Authorization", "Bearer " + pair.access())).statusCode()).isEqualTo(204);
    assertThat(ASKED.poll()).isInstanceOfSatisfying(EndLogin.class, end -> {
      assertThat(end.hash()).isEqualTo(Tokens.hash("x"));
      assertThat(end.bearer()).isEqualTo(new BlockedToken(pair.accessJti(), pair.accessExpiresAt()));
    });
    assertThat(ASKED).containsExactly(TOLD);
  }
}
