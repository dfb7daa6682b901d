package io.fastroom.auth;

import io.fastroom.auth.OidcKeys.Usable;
import io.fastroom.auth.OidcProvider.Doubt;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * Says whose an access token of a provider is: signed by one of its keys, by the algorithm that the key is for, of the
 * issuer, for us, and of this time.
 *
 * <p>Thread: any. Limits: a token of more than {@value #MAX_LENGTH} characters is refused unread.
 */
public final class OidcTokens {
  /** Those with many roles are long; more does not fit into the headers of a request. */
  private static final int MAX_LENGTH = 12_288;
  private static final int MAX_HEADER = 1_024;
  private static final int MAX_SUBJECT = 255;
  private static final Pattern COMPACT = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
  private static final Set<String> ALGORITHMS = Set.of(OidcKeys.RSA, OidcKeys.ECDSA, OidcKeys.EDWARDS);
  /** {@code typ} of the header: what is signed for another purpose says so (RFC 8725). */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt", "application/jwt");
  /** {@code typ} of the claims, where Keycloak says so. */
  private static final Set<String> OTHER_TOKENS = Set.of("ID", "Refresh", "Offline", "Logout");
  /** Of ID tokens alone: what they were issued together with (OpenID Connect Core 3.3.2.11). */
  private static final List<String> OF_ID_TOKENS = List.of("at_hash", "c_hash", "s_hash");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final String MALFORMED = "The token is malformed";
  private static final String WRONG_SIGNATURE = "The token's signature is wrong";
  private static final Map<Integer, String> REASONS = Map.of(
      ErrorCodes.EXPIRED, "The token has expired",
      ErrorCodes.NOT_YET_VALID, "The token is not valid yet",
      ErrorCodes.ISSUER_INVALID, "The token is of another issuer",
      ErrorCodes.ISSUER_MISSING, "The token is of another issuer",
      ErrorCodes.AUDIENCE_INVALID, "The token is for another audience",
      ErrorCodes.AUDIENCE_MISSING, "The token is for another audience");

  private final OidcProvider provider;
  private final OidcAccounts accounts;
  private final MeterRegistry registry;

  public OidcTokens(OidcProvider provider, OidcAccounts accounts, MeterRegistry registry) {
    this.provider = provider;
    this.accounts = accounts;
    this.registry = registry;
  }

  /**
   * What a token says of its signature.
   *
   * @param keyId null when it names no key
   */
  record Header(String algorithm, String keyId) { }

  /** Null for what a provider cannot have signed, as far as its header tells. */
  static Header header(String token) {
    int dot = token == null ? -1 : token.indexOf('.');
    if (dot < 0 || dot > MAX_HEADER) {
      return null;
    }
    try {
      JsonObject header = new JsonObject(
          new String(Base64.getUrlDecoder().decode(token.substring(0, dot)), StandardCharsets.UTF_8));
      return header.getValue("alg") instanceof String algorithm && ALGORITHMS.contains(algorithm)
          ? new Header(algorithm, header.getValue("kid") instanceof String id ? id : null) : null;
    } catch (IllegalArgumentException | DecodeException e) {
      return null;
    }
  }

  /** Fails as {@link AccessTokens#verifyAccess} does. */
  Future<Principal> verify(String token, Header header) {
    if (token.length() > MAX_LENGTH || !COMPACT.matcher(token).matches()) {
      return refused(MALFORMED);
    }
    return keys(header).compose(keys -> principal(token, header, keys)).onComplete(answer -> count(
        answer.succeeded() ? "accepted" : Refused.of(answer.cause()).problem().code()));
  }

  private Future<List<Usable>> keys(Header header) {
    List<Usable> known = provider.keys().find(header.keyId, header.algorithm);
    return !known.isEmpty() ? Future.succeededFuture(known) : provider.look(Doubt.UNKNOWN_KEY).compose(looked -> {
      List<Usable> found = provider.keys().find(header.keyId, header.algorithm);
      if (!found.isEmpty()) {
        return Future.succeededFuture(found);
      }
      return provider.isFailing()
          ? Future.failedFuture(new Refused(Problem.UNAVAILABLE, "The identity provider does not answer with its keys"))
          : refused("The key that signed the token is not known");
    });
  }

  private Future<Principal> principal(String token, Header header, List<Usable> keys) {
    try {
      // A name should be that of one key (RFC 7517), but some providers exchange a key and keep its name.
      for (Usable key : keys) {
        JwtClaims claims = key.signed(token);
        if (claims != null) {
          return principal(token, key, claims);
        }
      }
      return otherKeys(header, keys).compose(others ->
          others.isEmpty() ? refused(WRONG_SIGNATURE) : principal(token, header, others));
    } catch (InvalidJwtException e) {
      return refused(e.getErrorDetails().stream().map(error -> REASONS.get(error.getErrorCode()))
          .filter(reason -> reason != null).findFirst().orElse(MALFORMED));
    } catch (RuntimeException e) {
      return refused(MALFORMED);
    }
  }

  /** Those that have taken the place of these since they were read; empty when these are still the ones. */
  private Future<List<Usable>> otherKeys(Header header, List<Usable> keys) {
    return provider.look(Doubt.WRONG_SIGNATURE).map(looked -> {
      List<Usable> now = provider.keys().find(header.keyId, header.algorithm);
      return thumbprints(now).equals(thumbprints(keys)) ? List.of() : now;
    });
  }

  private static List<String> thumbprints(List<Usable> keys) {
    return keys.stream().map(Usable::thumbprint).toList();
  }

  private Future<Principal> principal(String token, Usable key, JwtClaims claims) {
    try {
      NumericDate issued = claims.getIssuedAt();
      // A time that neither Java nor PostgreSQL has is as good as none.
      Instant issuedAt = issued == null ? Instant.EPOCH : Instant.ofEpochSecond(Math.max(0, issued.getValue()));
      Instant expires = Instant.ofEpochMilli(claims.getExpirationTime().getValueInMillis());
      String subject = claims.getSubject();
      if (subject.isEmpty() || subject.length() > MAX_SUBJECT || subject.indexOf(0) >= 0
          || !StandardCharsets.UTF_8.newEncoder().canEncode(subject)) {
        return refused(MALFORMED);
      }
      if (!expires.isAfter(Instant.now())) {
        return refused("The token has expired");
      }
      // Whoever holds a token that is bound to a key must prove to have it, which nobody has been asked for.
      if (claims.hasClaim("cnf") || isOther(claims) || !isAccess(token)) {
        return refused("The token is no bearer's access token");
      }
      Object name = claims.getClaimValue(provider.settings().usernameClaim());
      return accounts.find(subject, name instanceof String text ? text : null, issuedAt)
          .map(account -> new Principal(account.userId(), account.username(), jti(token),
              expires.isAfter(LAST) ? LAST : expires, null, key.thumbprint()));
    } catch (MalformedClaimException | RuntimeException e) {
      return refused(MALFORMED);
    }
  }

  private static boolean isOther(JwtClaims claims) {
    return OTHER_TOKENS.contains(String.valueOf(claims.getClaimValue("typ")))
        || OF_ID_TOKENS.stream().anyMatch(claims::hasClaim)
        // Named by URIs: it tells of something, such as a logout (RFC 8417).
        || claims.getClaimValue("events") instanceof Map<?, ?> events
            && events.keySet().stream().anyMatch(event -> String.valueOf(event).contains(":"));
  }

  private static boolean isAccess(String token) {
    JsonObject header = new JsonObject(new String(
        Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), StandardCharsets.UTF_8));
    Object type = header.getValue("typ");
    return type == null || type instanceof String text && TYPES.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Of what is signed: a signature may have several forms. */
  private static String jti(String token) {
    return "oidc-" + Base64.getUrlEncoder().withoutPadding().encodeToString(
        Tokens.hash(token.substring(0, token.lastIndexOf('.'))));
  }

  private void count(String outcome) {
    Counter.builder("fastroom_oidc_tokens").description("Tokens of the identity provider, by outcome")
        .tag("outcome", outcome).register(registry).increment();
  }

  private static <T> Future<T> refused(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
