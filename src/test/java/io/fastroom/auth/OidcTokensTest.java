package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.IdentityApi.FindBound;
import io.fastroom.support.SigningKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which tokens of a provider are good. */
class OidcTokensTest extends OidcUnderTest {
  @Test
  void takes_each_algorithm_and_says_who_it_is() {
    List<SigningKey> keys = List.of(identity.key("RS256"), identity.key("ES256"), identity.key("EdDSA"));
    start(NEVER);
    for (SigningKey key : keys) {
      // Several, since the parts of an ECDSA signature differ in length now and then.
      IntStream.range(0, 40).forEach(i -> accepted(key.sign(claims().put("n", i))));
      Principal principal = accepted(key.sign(claims()));
      assertThat(principal.username()).isEqualTo("alice_smith");
      assertThat(principal.userId()).isEqualTo(7);
      assertThat(principal.expiresAt()).isBetween(Instant.now().plusSeconds(280), Instant.now().plusSeconds(301));
      assertThat(provider.trusts(principal.signedBy())).isTrue();
    }
    assertThat(asked.get(0).issuer()).isEqualTo(identity.issuer());
    assertThat(asked.get(0).subject()).isEqualTo("u-1");
    assertThat(identity.readings()).hasSize(1);
    SigningKey key = keys.get(0);
    accepted(key.sign(claims().put("aud", new JsonArray().add("another").add("other"))));
    accepted(key.sign(claims().put("nbf", Instant.now().getEpochSecond())));
    accepted(key.sign(claims().put("exp", Instant.now().getEpochSecond() + 60.5)));
    accepted(key.sign(key.header().put("typ", "at+jwt"), claims().put("typ", "Bearer")));
    accepted(key.sign(key.header().put("typ", null), claims().put("iat", null)));
    JsonObject many = claims().put("roles", new JsonArray(IntStream.range(0, 500).mapToObj(i -> "role-" + i).toList()));
    accepted(key.sign(many));
    assertThat(registry.get("fastroom_oidc_tokens").tag("outcome", "accepted").counter().count()).isEqualTo(129);
  }

  @Test
  void refuses_what_is_not_of_this_issuer_for_us_and_now() {
    SigningKey key = identity.key("RS256");
    start(NEVER);
    long now = Instant.now().getEpochSecond();
    for (JsonObject bad : List.of(claims().put("exp", now - 1), claims().put("iat", now - 60).put("exp", now - 1),
        claims().put("exp", null), claims().put("exp", "soon"),
        claims().put("exp", new JsonArray().add(now + 60)), claims().put("nbf", now + 30), claims().put("nbf", "x"),
        claims().put("iss", "https://evil.example"), claims().put("iss", identity.issuer() + "/"), claims().put("iss", null),
        claims().put("aud", "account"), claims().put("aud", null), claims().put("aud", new JsonArray()),
        claims().put("aud", 7), claims().put("sub", null), claims().put("sub", ""), claims().put("sub", 7),
        claims().put("sub", "x".repeat(256)), claims().put("sub", "\0"), claims().put("sub", "\ud800"),
        claims().put("iat", "x"),
        claims().put("cnf", new JsonObject().put("jkt", "x")), claims().put("typ", "ID"), claims().put("typ", "Refresh"))) {
      refusedAs(Problem.UNAUTHORIZED, bad.encode(), key.sign(bad));
    }
    for (Object typ : List.of("logout+jwt", "dpop+jwt", "id_token+jwt", "JWE", "", 7, new JsonArray().add("logout+jwt"))) {
      refusedAs(Problem.UNAUTHORIZED, String.valueOf(typ), key.sign(key.header().put("typ", typ), claims()));
    }
    refusedAs(Problem.UNAUTHORIZED, "crit",
        key.sign(key.header().put("crit", new JsonArray().add("b64")).put("b64", false), claims()));
    assertThat(refused(key.sign(claims().put("aud", "account"))).getMessage()).contains("another audience");
    assertThat(refused(key.sign(claims().put("iat", now - 60).put("exp", now - 1))).getMessage()).contains("expired");
    assertThat(asked).isEmpty();
    accepted(key.sign(claims()));
  }

  @Test
  void what_was_signed_for_another_purpose_opens_nothing() {
    SigningKey key = identity.key("ES256");
    start(NEVER);
    JsonObject loggedOut = new JsonObject().put("http://schemas.openid.net/event/backchannel-logout", new JsonObject());
    for (JsonObject bad : List.of(claims().put("at_hash", "x").put("nonce", "n"), claims().put("c_hash", "x"),
        claims().put("s_hash", "x"), claims().put("events", loggedOut).put("sid", "s"))) {
      assertThat(refused(key.sign(bad)).getMessage()).as(bad.encode()).contains("no bearer's access token");
    }
    assertThat(asked).isEmpty();
    // These stand in access tokens as well.
    accepted(key.sign(claims().put("nonce", "n").put("azp", "a client").put("auth_time", 1).put("sid", "s")));
    accepted(key.sign(claims().put("events", new JsonArray().add("a concert"))));
    accepted(key.sign(claims().put("events", new JsonObject().put("allowed", true))));
  }

  @Test
  void an_algorithm_is_never_mistaken_for_another() {
    SigningKey rsa = identity.key("RS256");
    SigningKey elliptic = identity.key("ES256");
    start(NEVER);
    String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
        .encodeToString(rsa.pair().getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    JsonObject hmac = rsa.header().put("alg", "HS256");
    for (byte[] secret : List.of(rsa.pair().getPublic().getEncoded(), pem.getBytes(StandardCharsets.US_ASCII),
        pem.strip().getBytes(StandardCharsets.US_ASCII), rsa.jwk().encode().getBytes(StandardCharsets.US_ASCII),
        Base64.getUrlDecoder().decode(rsa.jwk().getString("n")))) {
      refusedAs(Problem.UNAUTHORIZED, "HS256 with the public key", SigningKey.hmac(secret, hmac, claims()));
      refusedAs(Problem.UNAUTHORIZED, "as if it were one of ours", SigningKey.hmac(secret, hmac, claims()
          .put("uid", 7).put("jti", "x").put("typ", "access").put("v", 1)));
    }
    String good = rsa.sign(claims());
    String signature = good.substring(good.lastIndexOf('.') + 1);
    for (String algorithm : List.of("none", "None", "NONE", "", "HS256", "RS384", "PS256", "ES256", "EdDSA", "rs256")) {
      JsonObject header = rsa.header().put("alg", algorithm);
      refusedAs(Problem.UNAUTHORIZED, algorithm, rsa.sign(header, claims()));
      refusedAs(Problem.UNAUTHORIZED, algorithm, SigningKey.unsigned(header, claims(), ""));
      refusedAs(Problem.UNAUTHORIZED, algorithm, SigningKey.unsigned(header, claims(), signature));
    }
    refusedAs(Problem.UNAUTHORIZED, "by the other key", elliptic.sign(rsa.header(), claims()));
    refusedAs(Problem.UNAUTHORIZED, "by the other key", rsa.sign(elliptic.header(), claims()));
    refusedAs(Problem.UNAUTHORIZED, "a key in the header",
        SigningKey.make("RS256").sign(rsa.header().put("jwk", SigningKey.make("RS256").jwk()), claims()));
    refusedAs(Problem.UNAUTHORIZED, "nothing signed", SigningKey.unsigned(elliptic.header(), claims(),
        Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64])));
    for (String broken : List.of(good + "A", good.substring(0, good.length() - 9), good + ".x", "." + good, "x." + good,
        good.replace('.', ' '), "e30." + signature, "{}.{}.{}", "a".repeat(20_000), good + "=".repeat(20_000), "..", "")) {
      refusedAs(Problem.UNAUTHORIZED, "broken", broken);
    }
    // Ours are as good as ever beside it, and never of the provider.
    assertThat(accepted(tokens.ours().sign(new User(7, "alice", null, null, false)).access()).signedBy()).isNull();
    assertThat(asked).isEmpty();
  }

  @Test
  void a_token_from_before_all_time_is_one_that_does_not_say_when() {
    SigningKey key = identity.key("RS256");
    start(NEVER);
    for (long issued : List.of(-1L, -10_000_000_000_000L, -31_557_014_167_219_200L, Long.MIN_VALUE)) {
      accepted(key.sign(claims().put("sub", "u" + issued).put("iat", issued)));
    }
    assertThat(asked).hasSize(4).extracting(FindBound::issuedAt).containsOnly(Instant.EPOCH);
  }

  @Test
  void a_token_that_names_no_key_is_of_the_only_one() {
    SigningKey only = identity.key("RS256");
    SigningKey elliptic = identity.key("ES256").named(null);
    start(NEVER);
    accepted(only.named(null).sign(claims()));
    accepted(elliptic.sign(claims()));
    refusedAs(Problem.UNAUTHORIZED, "another", SigningKey.make("RS256").named(null).sign(claims()));
    SigningKey second = identity.key("RS256");
    accepted(second.sign(claims()));
    refusedAs(Problem.UNAUTHORIZED, "one of two", only.named(null).sign(claims()));
  }
}
