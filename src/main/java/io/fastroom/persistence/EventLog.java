package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.PersistenceApi.LoadRoom;
import io.fastroom.persistence.PersistenceApi.LoadedRoom;
import io.fastroom.persistence.PersistenceApi.LogPage;
import io.fastroom.persistence.PersistenceApi.ReadHeads;
import io.fastroom.persistence.PersistenceApi.ReadLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The log of a room: {@code messages} and {@code room_events} merged in the order of seq. Thread: any. */
final class EventLog {
  private static final String CHATS = """
      SELECT id, seq, user_id, username, content, created_at, edited_at, edited_by, deleted, client_id, 0::smallint AS kind,
        NULL::boolean AS is_member, NULL::boolean AS is_moderator, NULL::boolean AS is_banned, NULL::boolean AS is_muted,
        NULL AS room, NULL AS name, NULL::boolean AS is_private
      FROM messages WHERE room_id = $1 AND seq > %s ORDER BY seq LIMIT %s""";
  private static final String OTHERS = """
      SELECT message_id, seq, user_id, username, content, ts, NULL, NULL, NULL, NULL, kind,
        is_member, is_moderator, is_banned, is_muted, room, name, is_private
      FROM room_events WHERE room_id = $1 AND seq > %s ORDER BY seq LIMIT %s""";
  /** Two index ranges merged. */
  private static final String LOG = "SELECT " + Rows.ROOM
      + ", h.seq, e.* FROM rooms r JOIN room_heads h ON h.room_id = r.id LEFT JOIN LATERAL (("
      + CHATS + ")\nUNION ALL\n(" + OTHERS + ")\nORDER BY seq LIMIT %s) e ON true WHERE r.id = $1";
  /** seq has no gaps, so the last events are those above head - n. */
  static final String TAIL = LOG.replace("%s", "h.seq - $2").replace("LIMIT h.seq - $2", "LIMIT $2");
  static final String READ = LOG.replace("%s", "$2").replace("LIMIT $2", "LIMIT $3");
  private static final String LAST_MESSAGES =
      "SELECT " + Rows.MESSAGE + " FROM messages WHERE room_id = $1 AND NOT deleted ORDER BY id DESC LIMIT 50";
  private static final String HEADS = "SELECT room_id, seq FROM room_heads WHERE room_id = ANY ($1)";
  private static final int EVENT = Rows.ROOM_WIDTH + 1;

  private final Database database;

  EventLog(Database database) {
    this.database = database;
  }

  Future<LoadedRoom> load(LoadRoom q) {
    return database.snapshot(connection -> {
      Future<RowSet<Row>> tail = connection.preparedQuery(TAIL).execute(Tuple.of(q.roomId(), q.tailLimit()));
      Future<RowSet<Row>> last = connection.preparedQuery(LAST_MESSAGES).execute(Tuple.of(q.roomId()));
      return Future.all(tail, last).map(both -> {
        Row first = found(tail.result());
        List<Message> messages = Rows.list(last.result(), row -> Rows.message(row, 0));
        Collections.reverse(messages);
        return new LoadedRoom(Rows.room(first, 0), first.getLong(Rows.ROOM_WIDTH), events(tail.result()),
            List.copyOf(messages));
      });
    });
  }

  Future<LogPage> read(ReadLog q) {
    return database.query(READ, Tuple.of(q.roomId(), q.afterSeq(), q.limit()))
        .map(rows -> new LogPage(events(rows), found(rows).getLong(Rows.ROOM_WIDTH)));
  }

  Future<Map<Long, Long>> heads(ReadHeads q) {
    return database.query(HEADS, Tuple.tuple().addArrayOfLong(q.roomIds().toArray(Long[]::new))).map(rows -> {
      Map<Long, Long> heads = new HashMap<>(rows.size() * 2);
      rows.forEach(row -> heads.put(row.getLong(0), row.getLong(1)));
      return Collections.unmodifiableMap(heads);
    });
  }

  private static Row found(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    return Rows.first(rows);
  }

  private static List<RoomEvent> events(RowSet<Row> rows) {
    List<RoomEvent> events = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (row.getLong(EVENT + 1) != null) {
        events.add(event(Rows.room(row, 0), row));
      }
    }
    return List.copyOf(events);
  }

  /** Under the room's present name, but for a change of the name itself. */
  private static RoomEvent event(Room room, Row row) {
    long seq = row.getLong(EVENT + 1);
    Instant ts = Rows.instant(row, EVENT + 5);
    return switch (row.getShort(EVENT + 10)) {
      case 0 -> new Chat(room.id(), room.name(), seq, ts, Rows.message(row, EVENT));
      case 1 -> new MessageUpdated(room.id(), room.name(), seq, ts, row.getLong(EVENT), row.getString(EVENT + 4),
          row.getString(EVENT + 3));
      case 2 -> new MessageDeleted(room.id(), room.name(), seq, ts, row.getLong(EVENT));
      case 3 -> new MemberUpdate(room.id(), room.name(), seq, ts, new Member(row.getLong(EVENT + 2),
          row.getString(EVENT + 3), row.getBoolean(EVENT + 11), row.getBoolean(EVENT + 12), row.getBoolean(EVENT + 13),
          row.getBoolean(EVENT + 14), null));
      case 4 -> new RoomUpdated(room.id(), row.getString(EVENT + 15), seq, ts, row.getString(EVENT + 16),
          row.getBoolean(EVENT + 17));
      default -> throw new IllegalStateException("event of an unknown kind in room " + room.id() + " at " + seq);
    };
  }
}
