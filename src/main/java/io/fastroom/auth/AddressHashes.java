package io.fastroom.auth;

import io.fastroom.net.ClientNetwork;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Addresses as they are remembered: under a key, since there are few enough of them to try them all. Thread: any.
 */
public final class AddressHashes {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 16;

  private final SecretKeySpec key;

  public AddressHashes(String secret) {
    key = new SecretKeySpec(("known address " + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  public byte[] of(ClientNetwork address) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Arrays.copyOf(mac.doFinal(address.host().getBytes(StandardCharsets.UTF_8)), BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
