package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one node tells the others, a few times a second, for the lists of their users' rooms.
 *
 * @param heads by room, how far its log goes
 * @param users whose rooms are others now
 * @param thinned by room, up to where messages are gone that are not kept for longer
 */
public record WatchHints(Map<Long, Long> heads, Set<Long> users, List<Read> reads, Map<Long, Long> thinned) {
  private static final JsonFactory JSON = new JsonFactory();
  /** What others hint at is of another version. */
  private static final Set<String> FIELDS = Set.of("heads", "users", "reads", "thinned");

  /** @param version of the user, which this mark has made */
  public record Read(long userId, long roomId, String room, long seq, long version) { }

  public byte[] encode() {
    return JsonBytes.encode(1_024, json -> {
      json.writeStartObject();
      json.writeStringField("type", "watch");
      pairs(json, "heads", heads);
      json.writeArrayFieldStart("users");
      for (long user : users) {
        json.writeNumber(user);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("reads");
      for (Read read : reads) {
        json.writeNumber(read.userId());
        json.writeNumber(read.roomId());
        json.writeNumber(read.seq());
        json.writeNumber(read.version());
        json.writeString(read.room());
      }
      json.writeEndArray();
      pairs(json, "thinned", thinned);
      json.writeEndObject();
    });
  }

  private static void pairs(JsonGenerator json, String field, Map<Long, Long> numbers) throws IOException {
    json.writeArrayFieldStart(field);
    for (Map.Entry<Long, Long> pair : numbers.entrySet()) {
      json.writeNumber(pair.getKey());
      json.writeNumber(pair.getValue());
    }
    json.writeEndArray();
  }

  /** @param encoded by a node, as its mac proves */
  public static WatchHints decode(byte[] encoded) {
    WatchHints hints = new WatchHints(new HashMap<>(), new HashSet<>(), new ArrayList<>(), new HashMap<>());
    List<Long> numbers = new ArrayList<>();
    try (JsonParser json = JSON.createParser(encoded)) {
      String field = null;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          field = json.currentName();
          numbers.clear();
          if (!FIELDS.contains(field)) {
            json.nextToken();
            json.skipChildren();
          }
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          numbers.add(json.getLongValue());
          hints.take(field, numbers);
        } else if (token == JsonToken.VALUE_STRING && "reads".equals(field) && numbers.size() == 4) {
          hints.reads.add(new Read(numbers.get(0), numbers.get(1), json.getText(), numbers.get(2), numbers.get(3)));
          numbers.clear();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hints;
  }

  private void take(String field, List<Long> numbers) {
    Map<Long, Long> pairs = "heads".equals(field) ? heads : "thinned".equals(field) ? thinned : null;
    if (pairs != null && numbers.size() == 2) {
      pairs.put(numbers.get(0), numbers.get(1));
      numbers.clear();
    } else if ("users".equals(field)) {
      users.addAll(numbers);
      numbers.clear();
    }
  }
}
