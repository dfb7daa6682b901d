package io.fastroom.auth;

import static io.fastroom.support.IdentityProvider.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Problem;
import io.fastroom.settings.Settings;
import io.fastroom.support.IdentityProvider.Answering;
import io.fastroom.support.LogLines;
import io.fastroom.support.RawHttpServer;
import io.fastroom.support.SigningKey;
import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the keys of a provider are read, and what becomes of those that are known. */
@Tag("slow")
class OidcKeysTest extends OidcUnderTest {
  @Test
  void an_unknown_key_is_asked_for_at_once_but_seldom() {
    SigningKey first = identity.key("RS256");
    start(NEVER);
    SigningKey second = identity.key("ES256");
    List<Future<Principal>> several = IntStream.range(0, 20)
        .mapToObj(i -> tokens.verifyAccess(second.sign(claims().put("n", i)))).toList();
    Future.all(several).await();
    assertThat(identity.readings()).hasSize(2);
    for (int i = 0; i < 50; i++) {
      refusedAs(Problem.UNAUTHORIZED, "unknown", SigningKey.make("EdDSA").sign(claims()));
    }
    assertThat(identity.readings()).hasSize(2);
    accepted(first.sign(claims()));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "the key")
  void a_key_in_the_place_of_another_is_asked_for_at_once_but_seldom(String name) {
    SigningKey first = SigningKey.make("RS256").named(name);
    SigningKey second = SigningKey.make("RS256").named(name);
    identity.answerKeys(exchange -> reply(exchange, 200, set(first)));
    start(NEVER);
    accepted(first.sign(claims()));
    identity.answerKeys(exchange -> reply(exchange, 200, set(second)));
    accepted(second.sign(claims()));
    assertThat(refused(first.sign(claims())).getMessage()).contains("signature is wrong");
    SigningKey stranger = SigningKey.make("RS256").named(name);
    for (int i = 0; i < 50; i++) {
      refusedAs(Problem.UNAUTHORIZED, "a stranger's", stranger.sign(claims().put("n", i)));
    }
    assertThat(identity.readings()).hasSize(2);
    // Strangers keep nobody from a key with a name of its own.
    SigningKey third = SigningKey.make("ES256");
    identity.answerKeys(exchange -> reply(exchange, 200, set(second, third)));
    accepted(third.sign(claims()));
    assertThat(identity.readings()).hasSize(3);
  }

  @Test
  void a_withdrawn_key_is_announced_and_its_tokens_are_dead() {
    SigningKey first = identity.key("RS256");
    SigningKey second = identity.key("ES256");
    List<AuthApi.Revoked> announced = Collections.synchronizedList(new ArrayList<>());
    bus.hear(AuthApi.REVOKED, announced::add).await();
    start(100);
    Principal dead = accepted(first.sign(claims()));
    // The same key by another name is the same key.
    identity.withdraw(second);
    identity.answerKeys(null);
    SigningKey renamed = second.named("renamed");
    identity.answerKeys(exchange -> reply(exchange, 200, set(first, renamed)));
    Until.holds("it is known by its new name", LIMIT, () -> refused(renamed.sign(claims())) == null);
    assertThat(announced).isEmpty();

    identity.answerKeys(exchange -> reply(exchange, 200, set(renamed)));
    Until.holds("it is told", LIMIT, () -> !announced.isEmpty());
    assertThat(announced.get(0).withdrawnKeys()).containsExactly(dead.signedBy());
    assertThat(new LiveRevocations(bus, provider::trusts).allows(dead)).isFalse();
    refusedAs(Problem.UNAUTHORIZED, "withdrawn", first.sign(claims()));
    assertThat(new LiveRevocations(bus, provider::trusts).allows(accepted(renamed.sign(claims())))).isTrue();
  }

  private static String set(SigningKey... keys) {
    return new JsonObject().put("keys", new JsonArray(List.of(keys).stream().map(SigningKey::jwk).toList())).encode();
  }

  @Test
  void known_keys_go_on_whatever_the_provider_answers() {
    SigningKey key = identity.key("RS256");
    start(50);
    String token = key.sign(claims());
    accepted(token);
    StringBuilder many = new StringBuilder("{\"keys\":[");
    IntStream.range(0, 101).forEach(i -> many.append(i == 0 ? "" : ",").append(SigningKey.make("EdDSA").jwk().encode()));
    for (Answering bad : List.<Answering>of(
        exchange -> reply(exchange, 500, "{}"), exchange -> reply(exchange, 404, ""),
        exchange -> reply(exchange, 200, ""), exchange -> reply(exchange, 200, "<html>"),
        exchange -> reply(exchange, 200, "[]"), exchange -> reply(exchange, 200, "{\"keys\":{}}"),
        exchange -> reply(exchange, 200, "{}"), exchange -> reply(exchange, 200, many + "]}"),
        exchange -> reply(exchange, 200, "{\"keys\":[" + "[".repeat(100_000)),
        exchange -> reply(exchange, 200, "{\"x\":\"" + "x".repeat(300_000) + "\"," + set(key).substring(1)),
        exchange -> {
          exchange.getResponseHeaders().add("Location", identity.keysUrl() + "?elsewhere");
          reply(exchange, 302, set());
        },
        exchange -> exchange.close())) {
      double before = readings("failed");
      identity.answerKeys(bad);
      Until.holds("it has failed", LIMIT, () -> readings("failed") > before);
      accepted(token);
    }
    assertThat(provider.keys().size()).isEqualTo(1);
    double before = readings("read");
    identity.answerKeys(null);
    Until.holds("it answers again", LIMIT, () -> readings("read") > before);
    identity.goAway();
    double failed = readings("failed");
    Until.holds("it is away", LIMIT, () -> readings("failed") > failed + 1);
    accepted(token);
    refusedAs(Problem.UNAVAILABLE, "nobody can say", SigningKey.make("RS256").sign(claims()));
    identity.comeBack();
    SigningKey next = identity.key("EdDSA");
    Until.holds("it is back", LIMIT, () -> refused(next.sign(claims())) == null);
  }

  @Test
  void what_is_said_before_the_answer_is_none_and_what_is_no_http_is_told_once() {
    SigningKey key = SigningKey.make("RS256");
    try (RawHttpServer raw = new RawHttpServer(); LogLines log = new LogLines()) {
      String keys = set(key);
      raw.answer(out -> out.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 150 So so\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: " + keys.length() + "\r\n\r\n" + keys));
      start(50, "OIDC_JWKS_URL", raw.url() + "/keys");
      accepted(key.sign(claims()));
      raw.answer(out -> out.write("\0\1 and this is no HTTP\r\n\r\n"));
      Until.holds("it has failed", LIMIT, () -> readings("failed") > 3);
      accepted(key.sign(claims()));
      assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR") || line.contains("cannot be read")).singleElement()
          .asString().startsWith("WARN fastroom.auth the keys of ");
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_told_as_what_it_is() {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("provider", "localhost", "IP:127.0.0.1");
    PemKeyCertOptions own = new PemKeyCertOptions().addCertPath(certificates.path("provider.crt"))
        .addKeyPath(certificates.path("provider.key"));
    int port = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(own))
        .requestHandler(request -> request.response().end("{\"keys\":[]}")).listen(0, "127.0.0.1").await().actualPort();
    try (LogLines log = new LogLines()) {
      start(NEVER, "OIDC_JWKS_URL", "https://127.0.0.1:" + port + "/keys");
      assertThat(log.lines()).anyMatch(line -> line.contains("cannot be read") && line.contains("certification path"));
    }
  }

  @Test
  void an_answer_that_never_ends_is_given_up() {
    identity.key("RS256");
    identity.answerKeys(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
    });
    start(NEVER);
    assertThat(readings("failed")).isEqualTo(1);
    assertThat(provider.isFailing()).isTrue();
  }

  @Test
  void starts_without_the_provider_and_finds_it_later() {
    SigningKey key = identity.key("RS256");
    identity.goAway();
    start(100);
    refusedAs(Problem.UNAVAILABLE, "away", key.sign(claims()));
    identity.comeBack();
    Until.holds("it is there", LIMIT, () -> refused(key.sign(claims())) == null);
  }

  @Test
  void keys_that_are_of_no_use_are_left_out() {
    SigningKey good = SigningKey.make("RS256");
    SigningKey small = SigningKey.make("RS256", 1_024);
    JsonArray all = new JsonArray().add(good.jwk()).add(small.jwk()).add(7).add("x").add(new JsonObject())
        .add(new JsonObject().put("kty", "oct").put("k", "c2VjcmV0").put("kid", "secret").put("alg", "HS256"))
        .add(SigningKey.make("RS256").named("enc").jwk().put("use", "enc"))
        .add(SigningKey.make("RS256").named("ops").jwk().put("key_ops", new JsonArray().add("encrypt")))
        .add(SigningKey.make("RS256").named("pss").jwk().put("alg", "PS256"))
        .add(SigningKey.make("ES256").named("curve").jwk().put("crv", "P-384"))
        .add(SigningKey.make("ES256").named("off").jwk().put("x", SigningKey.make("ES256").jwk().getString("x")))
        .add(good.jwk().put("kid", "huge").put("n", "AQAB".repeat(2_000)))
        .add(good.jwk().put("kid", "exponent").put("e", "AQAB".repeat(20)))
        .add(good.jwk().put("kid", "types").put("n", 7)).add(good.jwk().put("kid", "missing").put("n", null))
        .add(new JsonObject().put("kty", "OKP").put("crv", "Ed25519").put("x", "AA"));
    identity.answerKeys(exchange -> reply(exchange, 200, new JsonObject().put("keys", all).encode()));
    start(NEVER);
    accepted(good.sign(claims()));
    refusedAs(Problem.UNAUTHORIZED, "too small", small.sign(claims()));
    refusedAs(Problem.UNAUTHORIZED, "a secret in public", SigningKey.hmac("secret".getBytes(StandardCharsets.US_ASCII),
        new JsonObject().put("alg", "HS256").put("kid", "secret"), claims()));
    for (Object each : all) {
      String id = each instanceof JsonObject key ? key.getString("kid") : null;
      boolean dropped = id != null && !id.equals(good.id()) && !id.equals("off");
      assertThat(!dropped || provider.keys().find(id, "RS256").isEmpty()
          && provider.keys().find(id, "ES256").isEmpty()).as(String.valueOf(id)).isTrue();
    }
  }

  @Test
  void keys_of_one_name_are_each_tried_and_one_that_is_listed_twice_is_one() {
    SigningKey first = SigningKey.make("RS256");
    SigningKey second = SigningKey.make("RS256").named(first.id());
    SigningKey stranger = SigningKey.make("RS256").named(first.id());
    SigningKey elliptic = SigningKey.make("ES256");
    identity.answerKeys(exchange -> reply(exchange, 200, set(first, second, elliptic, elliptic, elliptic.named("again"))));
    start(NEVER);
    assertThat(accepted(first.sign(claims())).signedBy()).isNotEqualTo(accepted(second.sign(claims())).signedBy());
    refusedAs(Problem.UNAUTHORIZED, "of the name alone", stranger.sign(claims()));
    assertThat(refused(second.sign(claims().put("aud", "account"))).getMessage()).contains("another audience");
    accepted(elliptic.named(null).sign(claims()));
    refusedAs(Problem.UNAUTHORIZED, "one of two", first.named(null).sign(claims()));
  }

  @Test
  void what_a_key_says_nothing_about_may_be_null() {
    SigningKey key = SigningKey.make("RS256");
    JsonObject bare = key.jwk().putNull("alg").putNull("use").putNull("key_ops").putNull("x5c");
    identity.answerKeys(exchange -> reply(exchange, 200,
        new JsonObject().put("keys", new JsonArray().add(bare)).encode()));
    start(NEVER);
    accepted(key.sign(claims()));
  }

  @Test
  void discovery_is_believed_only_about_its_issuer() {
    SigningKey key = identity.key("RS256");
    JsonObject good = new JsonObject().put("issuer", identity.issuer()).put("jwks_uri", identity.keysUrl());
    for (JsonObject bad : List.of(new JsonObject(), good.copy().put("issuer", identity.issuer() + "/"),
        good.copy().put("jwks_uri", "http://127.0.0.1:1/keys"), good.copy().put("jwks_uri", "file:///etc/passwd"),
        good.copy().put("jwks_uri", 7), good.copy().put("jwks_uri", identity.keysUrl().replace("//", "//me:you@")))) {
      identity.discovery(bad);
      OidcDocuments documents = new OidcDocuments(vertx, new Settings.Provider(identity.issuer(), List.of("x"), null, "y"));
      assertThat(documents.keys().map("keys").otherwise("refused").await()).as(bad.encode()).isEqualTo("refused");
    }
    start(NEVER, "OIDC_JWKS_URL", identity.keysUrl());
    accepted(key.sign(claims()));
  }
}
