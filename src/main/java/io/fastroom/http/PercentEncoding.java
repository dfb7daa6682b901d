package io.fastroom.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads percent-encoded text strictly: the platform's decoders replace what they cannot read. Any thread. */
final class PercentEncoding {
  private PercentEncoding() { }

  /** Whether it contains anything to decode or refuse; most URLs do not. */
  static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' || c <= 0x20 || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** Decodes a part of a URL, once. @throws InvalidInput 400 when it is not percent-encoded UTF-8 */
  static String url(String raw) {
    if (raw.chars().anyMatch(c -> c > 0x7e || c <= 0x20)) {
      throw InvalidInput.malformed("Characters of a URL beyond ASCII must be percent-encoded");
    }
    return decode(raw, false);
  }

  /**
   * Decodes a name or value of a form, once; many clients send text there without encoding it.
   *
   * @param raw one character a byte
   * @throws InvalidInput 400 when it is not UTF-8
   */
  static String form(String raw) {
    return decode(raw, true);
  }

  private static String decode(String raw, boolean plus) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(16 * hex(raw, i + 1) + hex(raw, i + 2));
        i += 2;
      } else {
        bytes.write(plus && c == '+' ? ' ' : c);
      }
    }
    return utf8(bytes.toByteArray());
  }

  private static int hex(String raw, int at) {
    int digit = at < raw.length() && raw.charAt(at) < 0x80 ? Character.digit(raw.charAt(at), 16) : -1;
    if (digit < 0) {
      throw InvalidInput.malformed("Malformed percent-encoding");
    }
    return digit;
  }

  /** @throws InvalidInput 400 when it is not UTF-8 */
  static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw InvalidInput.malformed("Text must be UTF-8");
    }
  }
}
