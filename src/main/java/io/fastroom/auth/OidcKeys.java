package io.fastroom.auth;

import io.fastroom.settings.Settings;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * The keys that a provider publishes, as far as they can be used: RSA of 2048 to 8192 bits for RS256, P-256 for ES256,
 * Ed25519 for EdDSA. A key is good for one algorithm only, which its type decides, never a token.
 *
 * <p>Thread: any; immutable. Limits: {@value #MAX_KEYS} keys.
 */
final class OidcKeys {
  static final OidcKeys NONE = new OidcKeys(List.of());
  static final String RSA = "RS256";
  static final String ECDSA = "ES256";
  static final String EDWARDS = "EdDSA";

  private static final int MAX_KEYS = 100;
  private static final int MIN_RSA_BITS = 2_048;
  /** A larger one would hold up an event loop each time it is used. */
  private static final int MAX_RSA_BITS = 8_192;
  private static final int MAX_EXPONENT_BITS = 33;
  /** Of one name; a provider that exchanges a key has two at most. */
  private static final int MAX_NAMESAKES = 4;
  /** By how much the provider's clock may be ahead of ours. */
  private static final int SKEW_SECONDS = 5;

  /**
   * One of them.
   *
   * @param id null when it has none
   * @param thumbprint the same for the same key, whatever it is called (RFC 7638)
   * @param signatureBytes how long its signatures are
   * @param consumer checks signature, issuer, audience and times
   */
  record Usable(String id, String algorithm, String thumbprint, int signatureBytes, JwtConsumer consumer) {
    /**
     * What a token says; null when it is not signed by this key.
     *
     * @throws InvalidJwtException when it is, and is no good
     */
    JwtClaims signed(String token) throws InvalidJwtException {
      try {
        return consumer.processToClaims(token);
      } catch (InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
          return null;
        }
        throw e;
      }
    }
  }

  private final List<Usable> keys;
  private final Set<String> thumbprints;

  private OidcKeys(List<Usable> keys) {
    this.keys = List.copyOf(keys);
    this.thumbprints = keys.stream().map(Usable::thumbprint).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads a JWK set (RFC 7517). Keys that are of no use here are left out.
   *
   * @throws IllegalArgumentException when it is none
   */
  static OidcKeys parse(String json, Settings.Provider provider) {
    JsonArray given;
    try {
      given = new JsonObject(json).getJsonArray("keys");
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("it is no set of keys");
    }
    if (given == null || given.size() > MAX_KEYS) {
      throw new IllegalArgumentException(given == null ? "it is no set of keys" : "more than " + MAX_KEYS + " keys");
    }
    List<Usable> keys = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Usable key = given.getValue(i) instanceof JsonObject one ? usable(withoutNulls(one), provider) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    return new OidcKeys(keys);
  }

  /** Some providers write what they do not say as null. */
  private static JsonObject withoutNulls(JsonObject key) {
    JsonObject said = new JsonObject();
    key.stream().filter(part -> part.getValue() != null).forEach(part -> said.put(part.getKey(), part.getValue()));
    return said;
  }

  /** Null for what is of no use. */
  private static Usable usable(JsonObject key, Settings.Provider provider) {
    String algorithm = algorithm(key);
    boolean verifies = algorithm != null && algorithm.equals(key.getValue("alg", algorithm))
        && "sig".equals(key.getValue("use", "sig"))
        && !(key.getValue("key_ops") instanceof JsonArray uses && !uses.contains("verify"));
    PublicJsonWebKey read = verifies ? read(key) : null;
    if (read == null || read.getPublicKey() instanceof RSAPublicKey rsa && !isSane(rsa)) {
      return null;
    }
    JwtConsumer consumer = new JwtConsumerBuilder().setJwsAlgorithmConstraints(ConstraintType.PERMIT, algorithm)
        .setVerificationKey(read.getPublicKey()).setExpectedIssuer(true, provider.issuer())
        .setExpectedAudience(true, provider.audiences().toArray(String[]::new))
        .setRequireExpirationTime().setRequireSubject().setAllowedClockSkewInSeconds(SKEW_SECONDS).build();
    return new Usable(key.getValue("kid") instanceof String id ? id : null, algorithm,
        read.calculateBase64urlEncodedThumbprint("SHA-256"),
        read.getPublicKey() instanceof RSAPublicKey rsa ? (rsa.getModulus().bitLength() + 7) / 8 : 64, consumer);
  }

  private static String algorithm(JsonObject key) {
    Object curve = key.getValue("crv");
    return switch (String.valueOf(key.getValue("kty"))) {
      case "RSA" -> RSA;
      case "EC" -> "P-256".equals(curve) ? ECDSA : null;
      case "OKP" -> "Ed25519".equals(curve) ? EDWARDS : null;
      default -> null;
    };
  }

  private static boolean isSane(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS && key.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS;
  }

  /** Of what is given only what makes the key: chains of certificates and the like are not looked at. */
  private static PublicJsonWebKey read(JsonObject key) {
    Map<String, Object> parts = new HashMap<>();
    for (String part : List.of("kty", "crv", "x", "y", "n", "e")) {
      if (key.getValue(part) instanceof String text) {
        parts.put(part, text);
      }
    }
    try {
      return JsonWebKey.Factory.newJwk(parts) instanceof PublicJsonWebKey read && read.getPublicKey() != null ? read : null;
    } catch (JoseException | RuntimeException e) {
      return null;
    }
  }

  /**
   * Verifies a token that nobody has signed with each key. The first one loads classes and providers of algorithms for
   * longer than an event loop may be held up. Blocking.
   */
  void rehearse() {
    for (Usable key : keys) {
      try {
        key.consumer.processToClaims(token(key));
      } catch (InvalidJwtException | RuntimeException e) {
        // As it should be; a key that is of no use at all is no reason to do without the others.
      }
    }
  }

  /** Of the length that a signature by this key has, since others are refused unread. */
  private static String token(Usable key) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String header = encoder.encodeToString(("{\"alg\":\"" + key.algorithm + "\"}").getBytes(StandardCharsets.US_ASCII));
    String claims = encoder.encodeToString("{\"sub\":\"nobody\",\"exp\":1}".getBytes(StandardCharsets.US_ASCII));
    return header + "." + claims + "." + encoder.encodeToString(new byte[key.signatureBytes]);
  }

  int size() {
    return keys.size();
  }

  /**
   * The keys of which one may have signed a token; empty when there is none. A token that names no key is signed by the
   * only one that it can be.
   *
   * @param id null for a token that names none
   */
  List<Usable> find(String id, String algorithm) {
    Map<String, Usable> found = new LinkedHashMap<>();
    for (Usable key : keys) {
      if (key.algorithm.equals(algorithm) && (id == null || id.equals(key.id))) {
        found.putIfAbsent(key.thumbprint, key);
      }
    }
    return id == null && found.size() > 1 ? List.of() : found.values().stream().limit(MAX_NAMESAKES).toList();
  }

  boolean holds(String thumbprint) {
    return thumbprints.contains(thumbprint);
  }

  /** The thumbprints of those that the other set has not. */
  List<String> without(OidcKeys other) {
    return thumbprints.stream().filter(key -> !other.holds(key)).toList();
  }
}
