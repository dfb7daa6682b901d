package io.fastroom.story;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** A device that shows the list of its user's rooms, as far as a client can know it from what it was told. */
final class Device implements AutoCloseable {

  /** A room in the list. {@code last} is the id of the last message, null for none. */
  record Entry(long seq, long readSeq, int unread, Long last) {
    static Entry of(JsonObject room) {
      return new Entry(room.getLong("seq"), room.getLong("read_seq"), room.getInteger("unread"), id(room));
    }

    Entry active(JsonObject activity) {
      return new Entry(activity.getLong("seq"), readSeq, activity.getInteger("unread"), id(activity));
    }

    Entry read(long to) {
      return new Entry(seq, Math.max(readSeq, to), to >= seq ? 0 : unread, last);
    }

    private static Long id(JsonObject about) {
      return about.getJsonObject("last") == null ? null : about.getJsonObject("last").getLong("message_id");
    }
  }

  final Person user;
  private Ws socket;

  Device(Person user, NodeProcess node) {
    this.user = user;
    move(node);
  }

  /** Comes back on another node, and asks for the list anew. */
  void move(NodeProcess node) {
    if (socket != null) {
      socket.close();
    }
    socket = user.connect(node);
    socket.mark();
    socket.send("watch", "ref", "watch");
    socket.await("the whole list", f -> Ws.type(f, "rooms") && !f.getBoolean("more", false));
  }

  /** By the id of the room. */
  Map<Long, Entry> shows() {
    Map<Long, Entry> rooms = new TreeMap<>();
    for (JsonObject frame : socket.seen()) {
      switch (frame.getString("type")) {
        case "rooms" -> frame.getJsonArray("rooms").forEach(each ->
            rooms.put(((JsonObject) each).getLong("room_id"), Entry.of((JsonObject) each)));
        case "room_added" -> rooms.put(frame.getLong("room_id"), Entry.of(frame));
        case "room_removed" -> rooms.remove(frame.getLong("room_id"));
        case "activity" -> rooms.computeIfPresent(frame.getLong("room_id"), (id, was) -> was.active(frame));
        case "read" -> rooms.computeIfPresent(frame.getLong("room_id"), (id, was) -> was.read(frame.getLong("seq")));
        default -> { }
      }
    }
    return rooms;
  }

  @Override
  public void close() {
    socket.close();
  }
}
