package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Revocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The JSON of a {@link Revocation} on the control channel: {@code tokens}, each with its id and its expiry in epoch
 * milliseconds, {@code disabled} and {@code enabled}, ids of users as texts: version 0.1 takes every number for the
 * expiry of a token.
 */
public final class RevokeMessage {
  private static final JsonFactory JSON = new JsonFactory();
  /** What others revoke is of another version. */
  private static final Set<String> FIELDS = Set.of("tokens", "disabled", "enabled");

  private RevokeMessage() { }

  public static byte[] encode(Revocation told) {
    return JsonBytes.encode(128, json -> {
      json.writeStartObject();
      json.writeStringField("type", "revoke");
      json.writeArrayFieldStart("tokens");
      for (BlockedToken token : told.tokens()) {
        json.writeStartArray();
        json.writeString(token.jti());
        json.writeNumber(token.expiresAt().toEpochMilli());
        json.writeEndArray();
      }
      json.writeEndArray();
      users(json, "disabled", told.disabled());
      users(json, "enabled", told.enabled());
      json.writeEndObject();
    });
  }

  private static void users(JsonGenerator json, String name, List<Long> users) throws IOException {
    json.writeArrayFieldStart(name);
    for (Long user : users) {
      json.writeString(user.toString());
    }
    json.writeEndArray();
  }

  /** @param encoded by a node, as its mac proves */
  public static Revocation decode(byte[] encoded) {
    List<BlockedToken> tokens = new ArrayList<>();
    List<Long> disabled = new ArrayList<>();
    List<Long> enabled = new ArrayList<>();
    try (JsonParser json = JSON.createParser(encoded)) {
      String field = "";
      String text = null;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          field = json.currentName();
          if (!FIELDS.contains(field)) {
            json.nextToken();
            json.skipChildren();
          }
        } else if (token == JsonToken.VALUE_NUMBER_INT && field.equals("tokens")) {
          tokens.add(new BlockedToken(text, Instant.ofEpochMilli(json.getLongValue())));
        } else if (token == JsonToken.VALUE_STRING) {
          text = json.getText();
          if (field.equals("disabled")) {
            disabled.add(Long.valueOf(text));
          } else if (field.equals("enabled")) {
            enabled.add(Long.valueOf(text));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Revocation(tokens, disabled, enabled);
  }
}
