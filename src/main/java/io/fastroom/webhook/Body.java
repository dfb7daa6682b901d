package io.fastroom.webhook;

import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.wire.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What a receiver gets of an event. Thread: any. */
final class Body {
  private Body() { }

  static String type(RoomEvent event) {
    return event instanceof Other other ? other.type() : event.kind().name().toLowerCase(Locale.ROOT);
  }

  /** The JSON that a socket gets, with the room's id. */
  static byte[] of(RoomEvent event) {
    byte[] json = EventJson.encode(event);
    byte[] room = (",\"room_id\":" + event.roomId() + "}").getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[json.length - 1 + room.length];
    System.arraycopy(json, 0, body, 0, json.length - 1);
    System.arraycopy(room, 0, body, json.length - 1, room.length);
    return body;
  }

  /** The same at each try. The time is in it because a log that was restored uses a seq again. */
  static String id(RoomEvent event) {
    return "msg_" + event.roomId() + "_" + event.seq() + "_" + text(event.ts());
  }

  /** Short, and another one for each microsecond. */
  static String text(Instant ts) {
    return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, ts), Character.MAX_RADIX);
  }
}
