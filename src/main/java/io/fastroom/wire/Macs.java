package io.fastroom.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keyed hash that distinguishes a node's event from one made up by any other program: HMAC-SHA256, cut to 96 bits,
 * under a key derived from FASTROOM_SECRET for this purpose only.
 *
 * <p>Thread: one at a time.
 */
public final class Macs {
  private static final String HMAC = "HmacSHA256";
  private static final byte[] PURPOSE = "fastroom events".getBytes(StandardCharsets.US_ASCII);
  private static final int BYTES = 12;

  private final List<Mac> macs;

  /** @param previousSecrets verify only */
  public Macs(String secret, List<String> previousSecrets) {
    this.macs = Stream.concat(Stream.of(secret), previousSecrets.stream())
        .map(each -> mac(mac(each.getBytes(StandardCharsets.UTF_8)).doFinal(PURPOSE)))
        .toList();
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** @param from where the signed part of {@code json} begins: after the opening brace of the object */
  String sign(String channel, long roomId, long seq, byte[] json, int from) {
    return sum(macs.get(0), channel, roomId, seq, json, from);
  }

  boolean verify(String claimed, String channel, long roomId, long seq, byte[] json, int from) {
    for (Mac mac : macs) {
      byte[] right = sum(mac, channel, roomId, seq, json, from).getBytes(StandardCharsets.US_ASCII);
      if (MessageDigest.isEqual(right, claimed.getBytes(StandardCharsets.US_ASCII))) {
        return true;
      }
    }
    return false;
  }

  private static String sum(Mac mac, String channel, long roomId, long seq, byte[] json, int from) {
    // A room's name cannot contain NUL, so no two events have the same text before the JSON.
    mac.update((channel + "\0" + roomId + "." + seq + "\0").getBytes(StandardCharsets.UTF_8));
    mac.update(json, from, json.length - from);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac.doFinal(), BYTES));
  }
}
