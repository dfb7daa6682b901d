package io.fastroom.story;

import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** A room's log as an operator, a restore or a failover changes it: by SQL, behind the nodes' backs. */
record LogTables(Postgres postgres, RoomRef room) {

  void run(String... statements) {
    try (Connection database = postgres.connect(); Statement sql = database.createStatement()) {
      database.setAutoCommit(false);
      for (String statement : statements) {
        sql.execute(statement.replace(":room", "" + room.id()));
      }
      database.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long head() {
    return number("SELECT GREATEST(head_seq, (SELECT max(seq) FROM messages WHERE room_id = :room),"
        + " (SELECT max(seq) FROM room_events WHERE room_id = :room)) FROM rooms WHERE id = :room");
  }

  long number(String query) {
    try (Connection database = postgres.connect(); Statement sql = database.createStatement();
        ResultSet rows = sql.executeQuery(query.replace(":room", "" + room.id()))) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last events have never been, as on a standby that lacked them. */
  void takeBack(int events) {
    long to = head() - events;
    run("DELETE FROM messages WHERE room_id = :room AND seq > " + to,
        "DELETE FROM room_events WHERE room_id = :room AND seq > " + to,
        "UPDATE rooms SET head_seq = LEAST(head_seq, " + to + ") WHERE id = :room");
  }

  /** The last events are others: the same seqs, told at another time with another text. */
  void replace(int events) {
    run("UPDATE messages SET created_at = created_at + interval '1 hour', content = 'other ' || content"
        + " WHERE room_id = :room AND seq > " + (head() - events));
  }

  void delete(long from, long to) {
    run("DELETE FROM messages WHERE room_id = :room AND seq BETWEEN " + from + " AND " + to,
        "DELETE FROM room_events WHERE room_id = :room AND seq BETWEEN " + from + " AND " + to);
  }

  void insert(long seq, long userId, String username, String text) {
    insert(seq, userId, username, text, null);
  }

  void insert(long seq, long userId, String username, String text, String clientId) {
    run("INSERT INTO messages (room_id, seq, user_id, username, content, created_at, client_id) VALUES (:room, " + seq
        + ", " + userId + ", '" + username + "', '" + text + "', clock_timestamp(), "
        + (clientId == null ? "NULL" : "'" + clientId + "'") + ")",
        "UPDATE rooms SET head_seq = GREATEST(head_seq, " + seq + ") WHERE id = :room");
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    try (Connection database = postgres.connect(); Statement sql = database.createStatement();
        ResultSet rows = sql.executeQuery("SELECT content FROM messages WHERE NOT deleted AND room_id = " + room.id()
            + " ORDER BY seq")) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  OffsetDateTime time(long seq) {
    try (Connection database = postgres.connect(); Statement sql = database.createStatement();
        ResultSet rows = sql.executeQuery("SELECT created_at FROM messages WHERE room_id = " + room.id() + " AND seq = "
            + seq)) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
