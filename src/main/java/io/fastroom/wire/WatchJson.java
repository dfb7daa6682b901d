package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.LastMessage;
import io.fastroom.model.ListedRoom;
import io.fastroom.model.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The JSON of what a client is told of its user's rooms, whether or not it has joined them. Any thread. */
public final class WatchJson {
  /** The {@code type} of each of these frames. */
  public static final Set<String> TYPES = Set.of("rooms", "room_added", "room_removed", "activity", "read", "mention");
  /** What the parts of a list have besides the rooms, in bytes at most. */
  private static final int ENVELOPE = 1_024;

  private WatchJson() { }

  /**
   * A list in as many frames as it takes, one at least.
   *
   * @param size of a frame, in bytes at most
   * @param more whether other rooms follow in later calls
   * @param ref null for none
   */
  public static List<byte[]> rooms(List<ListedRoom> rooms, int size, boolean more, String ref) {
    List<byte[]> frames = new ArrayList<>();
    List<byte[]> part = new ArrayList<>();
    int bytes = ENVELOPE;
    for (ListedRoom room : rooms) {
      byte[] json = JsonBytes.encode(256, out -> {
        out.writeStartObject();
        fields(out, room);
        out.writeEndObject();
      });
      if (bytes + json.length > size && !part.isEmpty()) {
        frames.add(part(part, true, ref));
        part.clear();
        bytes = ENVELOPE;
      }
      part.add(json);
      bytes += json.length + 1;
    }
    frames.add(part(part, more, ref));
    return frames;
  }

  private static byte[] part(List<byte[]> rooms, boolean more, String ref) {
    return JsonBytes.encode(1_024, json -> {
      json.writeStartObject();
      json.writeStringField("type", "rooms");
      json.writeArrayFieldStart("rooms");
      for (byte[] room : rooms) {
        json.writeRawValue(new String(room, StandardCharsets.UTF_8));
      }
      json.writeEndArray();
      if (more) {
        json.writeBooleanField("more", true);
      }
      ref(json, ref);
      json.writeEndObject();
    });
  }

  public static byte[] added(ListedRoom room) {
    return frame("room_added", json -> fields(json, room));
  }

  /** @param reason {@code left}, {@code removed}, {@code banned} or {@code deleted} */
  public static byte[] removed(long roomId, String reason) {
    return frame("room_removed", json -> {
      json.writeNumberField("room_id", roomId);
      json.writeStringField("reason", reason);
    });
  }

  /** @param last null for none */
  public static byte[] activity(Room room, long seq, int unread, LastMessage last) {
    return frame("activity", json -> {
      json.writeStringField("room", room.name());
      json.writeNumberField("room_id", room.id());
      json.writeNumberField("seq", seq);
      json.writeNumberField("unread", unread);
      last(json, last);
    });
  }

  public static byte[] mention(Room room, LastMessage message) {
    return frame("mention", json -> {
      json.writeStringField("room", room.name());
      json.writeNumberField("room_id", room.id());
      message(json, "message", message);
    });
  }

  /** @param ref null for none */
  public static byte[] read(String room, long roomId, long seq, String ref) {
    return frame("read", json -> {
      json.writeStringField("room", room);
      json.writeNumberField("room_id", roomId);
      json.writeNumberField("seq", seq);
      ref(json, ref);
    });
  }

  private static byte[] frame(String type, JsonBytes.Writer fields) {
    return JsonBytes.encode(256, json -> {
      json.writeStartObject();
      json.writeStringField("type", type);
      fields.write(json);
      json.writeEndObject();
    });
  }

  private static void ref(JsonGenerator json, String ref) throws IOException {
    if (ref != null) {
      json.writeStringField("ref", ref);
    }
  }

  private static void fields(JsonGenerator json, ListedRoom listed) throws IOException {
    Room room = listed.room();
    json.writeStringField("room", room.name());
    json.writeNumberField("room_id", room.id());
    json.writeStringField("kind", room.kind());
    json.writeBooleanField("is_private", room.isPrivate());
    json.writeNumberField("seq", listed.seq());
    json.writeNumberField("read_seq", listed.readSeq());
    json.writeNumberField("unread", listed.unread());
    json.writeNumberField("mentions", listed.mentions());
    last(json, listed.last());
  }

  private static void last(JsonGenerator json, LastMessage last) throws IOException {
    if (last == null) {
      json.writeNullField("last");
      return;
    }
    message(json, "last", last);
  }

  private static void message(JsonGenerator json, String field, LastMessage last) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("message_id", last.id());
    json.writeStringField("user", last.username());
    json.writeStringField("message", last.content());
    json.writeStringField("ts", Rfc3339.text(last.ts()));
    json.writeEndObject();
  }
}
