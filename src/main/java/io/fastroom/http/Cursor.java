package io.fastroom.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list begins: after the last entry of this one. Clients send it back unchanged.
 *
 * <p>Thread: any; stateless.
 */
final class Cursor {
  static final String PARAMETER = "cursor";
  private static final int MAX_LENGTH = 200;

  private Cursor() { }

  static String of(long id) {
    return of(Long.toString(id));
  }

  static String of(String key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  /** @return null when the call has none */
  static Long id(Call call) {
    String key = text(call);
    try {
      return key == null ? null : Long.valueOf(key);
    } catch (NumberFormatException e) {
      throw invalid();
    }
  }

  /** @return null when the call has none */
  static String text(Call call) {
    String given = call.text(PARAMETER);
    if (given == null) {
      return null;
    }
    try {
      String key = given.length() > MAX_LENGTH ? ""
          : new String(Base64.getUrlDecoder().decode(given), StandardCharsets.UTF_8);
      if (key.isEmpty() || !of(key).equals(given)) {
        throw invalid();
      }
      return key;
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  static InvalidInput invalid() {
    return InvalidInput.parameter(PARAMETER, "must be the next_cursor of a page of this list");
  }
}
