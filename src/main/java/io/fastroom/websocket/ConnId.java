package io.fastroom.websocket;

import java.security.SecureRandom;
import java.util.Base64;

/** Names of sockets: 16 random characters of the URL-safe alphabet, so never a colon. Thread: any. */
final class ConnId {
  private static final SecureRandom RANDOM = new SecureRandom();

  private ConnId() { }

  static String next() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
