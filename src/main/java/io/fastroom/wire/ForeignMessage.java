package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Another program's message, checked: one JSON object with a string {@code type}. Any thread. Limits: 64 KiB, 32
 * levels.
 *
 * @param seq 0 when it has no {@code seq}; else positive, and no more than a hint whatever the sender wrote there
 * @param srv null when it has none
 * @param json its own bytes, without {@code srv}
 */
record ForeignMessage(long seq, String srv, byte[] json) {
  static final int MAX_BYTES = 64 * 1024;
  private static final JsonFactory JSON = JsonFactory.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
      .build();

  /** @return null when it is not one; never throws */
  static ForeignMessage read(byte[] given) {
    byte[] payload = stripped(given);
    if (payload.length > MAX_BYTES || payload.length < 2 || payload[0] != '{' || !isText(payload)) {
      return null;
    }
    try (JsonParser json = JSON.createParser(payload)) {
      return read(payload, json);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  /** Without what may stand before JSON. */
  private static byte[] stripped(byte[] given) {
    int start = 0;
    while (start < given.length && " \t\r\n".indexOf(given[start]) >= 0) {
      start++;
    }
    return start == 0 ? given : Arrays.copyOfRange(given, start, given.length);
  }

  private static ForeignMessage read(byte[] payload, JsonParser json) throws IOException {
    boolean typed = false;
    long seq = 0;
    String srv = null;
    byte[] rest = payload;
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      int from = (int) json.currentTokenLocation().getByteOffset();
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "type" -> typed = value == JsonToken.VALUE_STRING && !json.getText().isEmpty();
        case "seq" -> {
          seq = value == JsonToken.VALUE_NUMBER_INT ? Math.max(1, json.getLongValue()) : 1;
          json.skipChildren();
        }
        case "srv" -> {
          json.skipChildren();
          srv = json.getText();
          rest = without(payload, from, (int) json.currentLocation().getByteOffset());
        }
        default -> json.skipChildren();
      }
    }
    return typed && json.nextToken() == null ? new ForeignMessage(seq, srv, rest) : null;
  }

  /** Removes a field and one of the commas beside it. */
  private static byte[] without(byte[] payload, int from, int to) {
    int start = from - 1;
    while (payload[start] <= ' ') {
      start--;
    }
    int end = to;
    if (payload[start] != ',') {
      start = from;
      while (payload[end] <= ' ' || payload[end] == ',') {
        end++;
      }
    }
    byte[] rest = new byte[payload.length - (end - start)];
    System.arraycopy(payload, 0, rest, 0, start);
    System.arraycopy(payload, end, rest, start, payload.length - end);
    return rest;
  }

  /** The parser would read NULs as another encoding, and it accepts some bytes that are not UTF-8. */
  private static boolean isText(byte[] payload) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
    } catch (CharacterCodingException e) {
      return false;
    }
    for (byte each : payload) {
      if (each == 0) {
        return false;
      }
    }
    return true;
  }
}
