package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokensTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final User ALICE = new User(1L << 40, "alice", null, null, false);
  private static final String SECRET = "s\u00e9cret";
  private static final Tokens TOKENS = tokens(SECRET);

  @AfterAll
  static void close() {
    VERTX.close();
  }

  private static Tokens tokens(String secret, String... previous) {
    return new Tokens(VERTX, new Settings.Tokens(secret, List.of(previous), Duration.ofHours(8), Duration.ofDays(14)));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject claims(String token) {
    return new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8));
  }

  /** A token made by hand, signed as any other library would. */
  private static String forge(String header, String payload, String algorithm, String secret) {
    String input = base64(header) + "." + base64(payload);
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return input + "." + Base64.getUrlEncoder().withoutPadding()
          .encodeToString(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String forge(JsonObject payload) {
    return forge("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", payload.encode(), "HmacSHA256", SECRET);
  }

  private static JsonObject good() {
    long now = Instant.now().getEpochSecond();
    return new JsonObject().put("sub", "alice").put("uid", 1L << 40).put("iat", now).put("exp", now + 60)
        .put("jti", "j").put("typ", "access").put("v", 1);
  }

  private static void isRefused(Future<?> verified) {
    assertThat(verified.failed()).isTrue();
    assertThat(verified.cause()).isInstanceOfSatisfying(Refused.class,
        refused -> assertThat(refused.problem()).isEqualTo(Problem.UNAUTHORIZED));
  }

  @Test
  void signs_what_it_verifies() {
    Tokens.Pair pair = TOKENS.sign(ALICE);
    Principal principal = TOKENS.verifyAccess(pair.access()).result();
    assertThat(principal).isEqualTo(new Principal(1L << 40, "alice", pair.accessJti(), pair.accessExpiresAt()));
    assertThat(Duration.between(Instant.now(), principal.expiresAt())).isBetween(Duration.ofHours(8).minusSeconds(2),
        Duration.ofHours(8));
    assertThat(claims(pair.access()).fieldNames())
        .containsExactlyInAnyOrder("sub", "uid", "iat", "exp", "jti", "typ", "v");
    assertThat(claims(pair.access()).getLong("exp") - claims(pair.access()).getLong("iat")).isEqualTo(8 * 3_600);
    assertThat(claims(pair.refresh()).getString("typ")).isEqualTo("refresh");
    assertThat(claims(pair.refresh()).getString("jti")).isNotEqualTo(pair.accessJti());
    assertThat(TOKENS.verifyRefresh(pair.refresh()).succeeded()).isTrue();
    assertThat(pair.refreshHash()).isEqualTo(Tokens.hash(pair.refresh())).hasSize(32);
  }

  @Test
  void any_library_with_the_secret_can_sign_and_a_clock_ahead_is_no_reason_to_refuse() {
    assertThat(TOKENS.verifyAccess(forge(good())).succeeded()).isTrue();
    assertThat(TOKENS.verifyAccess(forge(good().put("iat", Instant.now().getEpochSecond() + 30))).succeeded()).isTrue();
  }

  @Test
  void each_type_is_refused_for_the_other() {
    Tokens.Pair pair = TOKENS.sign(ALICE);
    isRefused(TOKENS.verifyAccess(pair.refresh()));
    isRefused(TOKENS.verifyRefresh(pair.access()));
  }

  @Test
  void previous_secrets_verify_and_do_not_sign() {
    Tokens rotated = tokens("new", "older", SECRET);
    assertThat(rotated.verifyAccess(TOKENS.sign(ALICE).access()).succeeded()).isTrue();
    isRefused(TOKENS.verifyAccess(rotated.sign(ALICE).access()));
    isRefused(tokens("new").verifyAccess(TOKENS.sign(ALICE).access()));
  }

  static Stream<String> forgeries() {
    String token = TOKENS.sign(ALICE).access();
    String[] parts = token.split("\\.");
    String payload = good().encode();
    long now = Instant.now().getEpochSecond();
    Stream<String> claims = Stream.of("sub", "uid", "iat", "exp", "jti", "typ", "v").flatMap(claim -> Stream.of(
        forge(without(claim)), forge(good().putNull(claim)), forge(good().put(claim, new JsonObject())),
        forge(good().put(claim, "")), forge(good().put(claim, -1)), forge(good().put(claim, 1.5))));
    return Stream.concat(claims, Stream.of(
        null, "", ".", "..", "...", "x", "a.b.c", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
        token + ".", "." + token, token + "x", token.substring(1), " " + token, token + "\n", "x".repeat(100_000),
        base64("{\"alg\":\"none\"}") + "." + base64(payload) + ".", base64("{\"alg\":\"none\"}") + "." + base64(payload),
        base64("{\"alg\":\"none\"}") + "." + base64(payload) + "." + parts[2],
        base64("{\"alg\":\"NONE\"}") + "." + base64(payload) + ".x",
        parts[0] + "." + base64(payload) + "." + parts[2],
        forge("{\"alg\":\"HS256\"}", payload, "HmacSHA256", "wrong"),
        forge("{\"alg\":\"HS256\"}", payload, "HmacSHA256", "secret"),
        forge("{\"alg\":\"HS512\"}", payload, "HmacSHA512", SECRET),
        forge("{\"alg\":\"RS256\"}", payload, "HmacSHA256", SECRET),
        forge("{\"alg\":1}", payload, "HmacSHA256", SECRET), forge("{}", payload, "HmacSHA256", SECRET),
        forge("[]", payload, "HmacSHA256", SECRET), forge("x", payload, "HmacSHA256", SECRET),
        forge("[".repeat(2_000), payload, "HmacSHA256", SECRET),
        forge("{\"alg\":\"HS256\"}", "[]", "HmacSHA256", SECRET), forge("{\"alg\":\"HS256\"}", "x", "HmacSHA256", SECRET),
        forge(good().put("exp", now)), forge(good().put("exp", now - 1)), forge(good().put("v", 2)),
        forge(good().put("typ", "refresh")), forge(good().put("typ", "ACCESS"))));
  }

  private static JsonObject without(String claim) {
    JsonObject payload = good();
    payload.remove(claim);
    return payload;
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void refuses_a_forgery(String token) {
    isRefused(TOKENS.verifyAccess(token));
  }

  @Test
  void a_token_ends_when_it_was_promised() {
    JsonObject brief = good().put("exp", Instant.now().getEpochSecond() + 1);
    assertThat(TOKENS.verifyAccess(forge(brief)).succeeded()).isTrue();
    isRefused(TOKENS.verifyAccess(forge(brief.put("exp", Instant.now().getEpochSecond()))));
  }
}
