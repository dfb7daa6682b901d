package io.fastroom.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The variables of the process, in UTF-8. Java reads them in the encoding of the locale, and where none is set, as in
 * most containers, that is ASCII: {@code https://bücher.example} would be another name, and a secret another secret than
 * on the node beside it.
 */
public final class Environment {
  private static final Path RAW = Path.of("/proc/self/environ");

  private Environment() { }

  /** As Java has them where the system does not show them, or where one is no UTF-8. Any thread. */
  public static Map<String, String> read() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    try {
      byte[] raw = Files.readAllBytes(RAW);
      for (int begin = 0, end; begin < raw.length; begin = end + 1) {
        end = begin;
        while (end < raw.length && raw[end] != 0) {
          end++;
        }
        put(variables, ByteBuffer.wrap(raw, begin, end - begin));
      }
    } catch (IOException e) {
      return System.getenv();
    }
    return variables;
  }

  private static void put(Map<String, String> variables, ByteBuffer raw) {
    try {
      String[] parts = StandardCharsets.UTF_8.newDecoder().decode(raw).toString().split("=", 2);
      if (parts.length == 2) {
        variables.replace(parts[0], parts[1]);
      }
    } catch (CharacterCodingException e) {
      return;
    }
  }
}
