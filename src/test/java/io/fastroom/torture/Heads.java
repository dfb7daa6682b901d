package io.fastroom.torture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the logs of all rooms go, by room.
 *
 * @param all the seq of the last event
 * @param withoutChats that of the last one that is no chat
 */
record Heads(Map<Long, Long> all, Map<Long, Long> withoutChats) {

  static Heads read(Connection database) throws SQLException {
    Map<Long, Long> all = new HashMap<>();
    Map<Long, Long> withoutChats = new HashMap<>();
    try (Statement statement = database.createStatement()) {
      ResultSet r = statement.executeQuery("SELECT id, greatest(m, e, 0), COALESCE(e, 0) FROM (SELECT r.id,"
          + " (SELECT max(seq) FROM messages WHERE room_id = r.id) AS m,"
          + " (SELECT max(seq) FROM room_events WHERE room_id = r.id) AS e FROM rooms AS r) AS heads");
      while (r.next()) {
        all.put(r.getLong(1), r.getLong(2));
        withoutChats.put(r.getLong(1), r.getLong(3));
      }
    }
    return new Heads(all, withoutChats);
  }

  long of(long room) {
    return all.get(room);
  }
}
