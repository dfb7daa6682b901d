package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** A device that shows the list of its user's rooms, as far as a client can know it from what it was told. */
public final class Device implements AutoCloseable {
  private static final int MOST = 99;
  private static final String TRUTH = """
      SELECT GREATEST(r.head_seq, (SELECT max(seq) FROM messages WHERE room_id = r.id),
          (SELECT max(seq) FROM room_events WHERE room_id = r.id)), k.seq,
        (SELECT count(*) FROM messages WHERE room_id = r.id AND NOT deleted AND user_id <> k.user_id AND seq > k.seq),
        (SELECT max(id) FROM messages WHERE room_id = r.id AND NOT deleted)
      FROM rooms r, LATERAL (SELECT m.user_id, GREATEST(m.joined_seq, d.seq, 0) AS seq
        FROM room_members m LEFT JOIN read_marks d USING (room_id, user_id)
        WHERE m.room_id = r.id AND m.user_id = ?) k
      WHERE r.id = ?""";

  /** A room in the list. {@code last} is the id of the last message, null for none. */
  public record Entry(long seq, long readSeq, int unread, Long last) {
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

  public final Person user;
  private Ws socket;

  public Device(Person user, NodeProcess node) {
    this.user = user;
    move(node);
  }

  /** Comes back on another node, and asks for the list anew. */
  public void move(NodeProcess node) {
    if (socket != null) {
      socket.close();
    }
    socket = user.connect(node);
    socket.mark();
    socket.send("watch", "ref", "watch");
    socket.await("the whole list", f -> Ws.type(f, "rooms") && !f.getBoolean("more", false));
  }

  /** By the id of the room. */
  public Map<Long, Entry> shows() {
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

  /** What every device of the user has to show of these rooms, by the tables alone. */
  public static Map<Long, Entry> truth(Callable<Connection> database, Person user, List<RoomRef> rooms) {
    Map<Long, Entry> all = new TreeMap<>();
    try (Connection connection = database.call(); PreparedStatement sql = connection.prepareStatement(TRUTH)) {
      for (RoomRef room : rooms) {
        sql.setLong(1, user.id());
        sql.setLong(2, room.id());
        ResultSet row = sql.executeQuery();
        row.next();
        all.put(room.id(), new Entry(row.getLong(1), row.getLong(2), Math.min(MOST, row.getInt(3)),
            row.getObject(4, Long.class)));
      }
      return all;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public boolean isOpen() {
    return socket.isOpen();
  }

  /** Tells that the room was read up to {@code seq}; nothing waits for an answer. */
  public void read(RoomRef room, long seq) {
    socket.send("read", "room", room.name(), "seq", seq);
  }

  @Override
  public void close() {
    socket.close();
  }
}
