package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A provider's key: signs by the JDK alone, so that nothing here is as wrong as what it tests. */
public record SigningKey(String id, String algorithm, KeyPair pair) {
  private static final int COORDINATE = 32;

  public static SigningKey make(String algorithm) {
    return make(algorithm, 2_048);
  }

  public static SigningKey make(String algorithm, int rsaBits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (algorithm) {
        case "ES256" -> "EC";
        case "EdDSA" -> "Ed25519";
        default -> "RSA";
      });
      if (algorithm.equals("ES256")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else if (!algorithm.equals("EdDSA")) {
        generator.initialize(rsaBits);
      }
      return new SigningKey(Names.unique("key"), algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key by another name; null is none. */
  public SigningKey named(String other) {
    return new SigningKey(other, algorithm, pair);
  }

  public JsonObject jwk() {
    JsonObject jwk = new JsonObject().put("use", "sig").put("alg", algorithm);
    if (id != null) {
      jwk.put("kid", id);
    }
    if (pair.getPublic() instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA").put("n", text(unsigned(rsa.getModulus(), 0)))
          .put("e", text(unsigned(rsa.getPublicExponent(), 0)));
    }
    if (pair.getPublic() instanceof ECPublicKey ec) {
      return jwk.put("kty", "EC").put("crv", "P-256").put("x", text(unsigned(ec.getW().getAffineX(), COORDINATE)))
          .put("y", text(unsigned(ec.getW().getAffineY(), COORDINATE)));
    }
    byte[] encoded = pair.getPublic().getEncoded();
    return jwk.put("kty", "OKP").put("crv", "Ed25519")
        .put("x", text(Arrays.copyOfRange(encoded, encoded.length - COORDINATE, encoded.length)));
  }

  private static byte[] unsigned(BigInteger number, int width) {
    byte[] bytes = number.toByteArray();
    int zeros = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    byte[] padded = new byte[Math.max(width, bytes.length - zeros)];
    System.arraycopy(bytes, zeros, padded, padded.length - (bytes.length - zeros), bytes.length - zeros);
    return padded;
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Escaped, as many libraries write it: so a text may have what UTF-8 has not. */
  private static String text(JsonObject json) {
    StringBuilder ascii = new StringBuilder();
    json.encode().chars().forEach(c -> ascii.append(c < 0x80 ? Character.toString(c) : String.format("\\u%04x", c)));
    return text(ascii.toString().getBytes(StandardCharsets.US_ASCII));
  }

  public JsonObject header() {
    JsonObject header = new JsonObject().put("typ", "JWT").put("alg", algorithm);
    return id == null ? header : header.put("kid", id);
  }

  public String sign(JsonObject claims) {
    return sign(header(), claims);
  }

  /** Whatever the header says, signed by this key and its algorithm. */
  public String sign(JsonObject header, JsonObject claims) {
    String input = text(header) + "." + text(claims);
    try {
      Signature signature = Signature.getInstance(switch (algorithm) {
        case "ES256" -> "SHA256withECDSAinP1363Format";
        case "EdDSA" -> "Ed25519";
        default -> "SHA256withRSA";
      });
      signature.initSign(pair.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + text(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** HS256 with these bytes, which are no secret. */
  public static String hmac(byte[] secret, JsonObject header, JsonObject claims) {
    String input = text(header) + "." + text(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return input + "." + text(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String unsigned(JsonObject header, JsonObject claims, String signature) {
    return text(header) + "." + text(claims) + "." + signature;
  }
}
