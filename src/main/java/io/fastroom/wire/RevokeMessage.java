package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.BlockedToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The JSON of revoked access tokens on the control channel: {@code tokens}, each with its id and its expiry in epoch
 * milliseconds.
 */
public final class RevokeMessage {
  private static final JsonFactory JSON = new JsonFactory();

  private RevokeMessage() { }

  public static byte[] encode(List<BlockedToken> tokens) {
    return JsonBytes.encode(128, json -> {
      json.writeStartObject();
      json.writeStringField("type", "revoke");
      json.writeArrayFieldStart("tokens");
      for (BlockedToken token : tokens) {
        json.writeStartArray();
        json.writeString(token.jti());
        json.writeNumber(token.expiresAt().toEpochMilli());
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  /** @param encoded by a node, as its mac proves */
  public static List<BlockedToken> decode(byte[] encoded) {
    List<BlockedToken> tokens = new ArrayList<>();
    try (JsonParser json = JSON.createParser(encoded)) {
      String jti = null;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          jti = json.getText();
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          tokens.add(new BlockedToken(jti, Instant.ofEpochMilli(json.getLongValue())));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(tokens);
  }
}
