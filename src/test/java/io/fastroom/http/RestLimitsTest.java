package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.Problem;
import io.fastroom.model.Role;
import io.fastroom.model.User;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.ExportApi;
import io.fastroom.persistence.ExportApi.Part;
import io.fastroom.persistence.MailApi;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Credentials;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.support.TestSettings;
import io.fastroom.support.Until;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever wants too much is refused, counted by why, and nobody else is asked for them. */
class RestLimitsTest {
  private static final int AT_ONCE = 2;
  private static final int EXPORTS = 4;
  private static final int LOOK_UPS = 4;
  private static final Account WAITING =
      new Account(RestNode.ALICE, Role.USER, false, Instant.EPOCH, false, "new@example.org");
  private static final Queue<Object> ASKED = new ConcurrentLinkedQueue<>();
  private static final ScriptedLimits LIMITS = new ScriptedLimits(key -> 0);

  private static RestNode node;
  private static volatile Future<Account> account;
  private static volatile Promise<Part> export;
  private static volatile Promise<Credentials> credentials;

  @BeforeAll
  static void start() {
    node = new RestNode(TestSettings.of("REST_WRITE_RATE", "5", "REST_CONCURRENCY", "" + AT_ONCE, "AUTH_RATE_PER_MINUTE",
        "30", "SMTP_URL", "smtp://127.0.0.1:1", "MAIL_FROM", "chat@example.org", "PUBLIC_URL", "https://chat.example.org/"),
        LIMITS);
    node.answer(AccountApi.GET_ACCOUNT, question -> asked(question).compose(now -> account));
    node.answer(ExportApi.READ_SECTION, question -> asked(question).compose(now -> export.future()));
    node.answer(PersistenceApi.FIND_CREDENTIALS, question -> asked(question).compose(now -> credentials.future()));
    node.answer(PersistenceApi.FIND_REFRESH_TOKEN,
        question -> Future.succeededFuture(new RefreshOwner(RestNode.ALICE, "f", Instant.now())));
    node.answer(PersistenceApi.ROTATE_REFRESH_TOKEN, question -> asked(question).compose(now -> away()));
    node.answer(PersistenceApi.CREATE_ROOM, question -> asked(question).compose(now -> away()));
    node.answer(PersistenceApi.REGISTER_USER, question -> asked(question).compose(now -> away()));
    node.answer(MailApi.ASK_RESET, RestLimitsTest::asked);
    node.answer(MailApi.ASK_VERIFICATION, RestLimitsTest::asked);
  }

  private static Future<Void> asked(Object question) {
    ASKED.add(question);
    return Future.succeededFuture();
  }

  private static <T> Future<T> away() {
    return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
  }

  @BeforeEach
  void forget() {
    ASKED.clear();
    LIMITS.answer = key -> 0;
    account = Future.succeededFuture(WAITING);
    export = Promise.promise();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static double counted(String kind) {
    Counter counter = node.registry.find("fastroom_rate_limited").tag("kind", kind).counter();
    return counter == null ? 0 : counter.count();
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, String field, String value) {
    return RestNode.json(request, "POST", new JsonObject().put(field, value).encode());
  }

  private static boolean isDone() {
    return ASKED.stream().anyMatch(question -> !(question instanceof AccountApi.GetAccount));
  }

  /** @param key how what the limit counts begins; without it the same gets through. @return the answer then */
  private static HttpResponse<String> limited(String kind, String key, int status, HttpRequest.Builder request) {
    double before = counted(kind);
    ASKED.clear();
    LIMITS.answer = asked -> asked.startsWith(key) ? 1_500 : 0;
    HttpResponse<String> answer = node.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(counted(kind)).isEqualTo(before + 1);
    assertThat(isDone()).isFalse();
    LIMITS.answer = asked -> 0;
    node.send(request);
    assertThat(counted(kind)).isEqualTo(before + 1);
    assertThat(isDone()).isTrue();
    return answer;
  }

  private static void refused(String kind, String key, HttpRequest.Builder request) {
    HttpResponse<String> answer = limited(kind, key, 429, request);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("rate_limited");
  }

  @Test
  void changes_of_a_user_and_pairs_of_a_login() {
    refused("rest_write", "write:7", post(node.signedIn("/rooms"), "name", "a room"));
    refused("refresh", "refresh:f", post(node.request("/refresh"), "refresh_token",
        node.tokens.sign(RestNode.ALICE).refresh()));
  }

  @Test
  void registrations_from_an_address() {
    refused("registration_address", "from:", RestNode.json(node.request("/register"), "POST",
        "{\"username\":\"carol\",\"password\":\"correct horse battery\"}"));
  }

  /** Somebody known there may be among them, but a flood must not reach PostgreSQL. */
  @Test
  void look_ups_for_an_address_that_has_failed_too_often() {
    LIMITS.answer = key -> key.startsWith("from:") ? 1_500 : 0;
    credentials = Promise.promise();
    double before = counted("login_address");
    HttpRequest.Builder login = node.request("/token").header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("username=alice&password=wrong"));
    List<CompletableFuture<Integer>> underWay = new ArrayList<>();
    for (int i = 0; i < LOOK_UPS; i++) {
      underWay.add(status(login));
    }
    Until.holds("as many as may be are looked up", () -> ASKED.size() == LOOK_UPS);
    assertThat(node.send(login).statusCode()).isEqualTo(429);
    assertThat(ASKED).hasSize(LOOK_UPS);
    credentials.complete(new Credentials(null, null, false));
    assertThat(underWay).allMatch(each -> each.join() == 429);
    assertThat(counted("login_address")).isEqualTo(before + LOOK_UPS + 1);
  }

  /** Whoever asks is told nothing of it. */
  @Test
  void letters_of_an_account_to_an_address_and_from_a_client() {
    limited("letter_account", "letters-of:7", 202, node.signedIn("/users/me/email/verify").POST(BodyPublishers.noBody()));
    limited("letter_address", "letters-to:new@example.org", 202,
        node.signedIn("/users/me/email/verify").POST(BodyPublishers.noBody()));
    limited("letter_client", "forgot:", 202, post(node.request("/password/forgot"), "email", "a@example.org"));
    limited("letter_address", "letters-to:a@example.org", 202, post(node.request("/password/forgot"), "email",
        "A+b@example.org"));
  }

  private static CompletableFuture<Integer> status(HttpRequest.Builder request) {
    return node.sendAsync(request).thenApply(HttpResponse::statusCode);
  }

  @Test
  void calls_of_a_user_beside_one_another() {
    Promise<Account> later = Promise.promise();
    account = later.future();
    double before = counted("rest_concurrency");
    List<CompletableFuture<Integer>> underWay = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      underWay.add(status(node.signedIn("/users/me")));
    }
    Until.holds("as many as may be are asked for", () -> ASKED.size() == AT_ONCE);
    HttpResponse<String> answer = node.send(node.signedIn("/users/me"));
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("rate_limited");
    assertThat(counted("rest_concurrency")).isEqualTo(before + 1);
    assertThat(ASKED).hasSize(AT_ONCE);
    later.complete(WAITING);
    assertThat(underWay).allMatch(each -> each.join() == 200);
    assertThat(node.send(node.signedIn("/users/me")).statusCode()).isEqualTo(200);
  }

  private static HttpRequest.Builder export(long user) {
    return node.request("/users/me/export").header("Authorization", "Bearer "
        + node.tokens.sign(new User(user, "user_" + user, null, null, false)).access());
  }

  @Test
  void exports_of_a_node_and_of_a_user() {
    double before = counted("exports");
    List<CompletableFuture<Integer>> underWay = new ArrayList<>();
    for (int i = 1; i <= EXPORTS; i++) {
      underWay.add(status(export(i)));
      int begun = i;
      Until.holds("it has begun", () -> ASKED.size() == begun);
      assertThat(node.send(export(i)).statusCode()).as("another one of the same user").isEqualTo(429);
    }
    assertThat(node.send(export(EXPORTS + 1)).statusCode()).as("one more than the node makes at once").isEqualTo(429);
    assertThat(counted("exports")).isEqualTo(before + EXPORTS + 1);
    assertThat(ASKED).hasSize(EXPORTS);
    export.fail(new Refused(Problem.UNAVAILABLE));
    assertThat(underWay).allMatch(each -> each.join() == 503);
    assertThat(node.send(export(EXPORTS + 1)).statusCode()).as("after them").isEqualTo(503);
  }
}
