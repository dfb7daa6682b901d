package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.LogQuestion;
import io.fastroom.persistence.LogApi.LogState;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.LogApi.ReadPositions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The log of a room: {@code messages} and {@code room_events} merged in the order of seq. Its head is the last seq given
 * out: {@code rooms.head_seq} is a floor of it, and what the tables hold beyond counts as well. Thread: any.
 */
final class EventLog {
  private static final String LAST_OF_ALL = last("$1", "");
  private static final String HEAD = "GREATEST(r.head_seq, (SELECT seq FROM (" + LAST_OF_ALL + ") h)) AS head";
  /** The last ones. */
  static final String TAIL = log("SELECT NULL::bigint AS seq, NULL::timestamptz AS ts", "", "ORDER BY seq DESC LIMIT $2");
  static final String READ = log(last("$1", " AND seq <= $2"), " AND seq > $2", "ORDER BY seq LIMIT $3");
  /**
   * How many is a parameter, here and above: for a number that is near to what rooms have on average the planner would
   * gather and sort all of the room.
   */
  static final String LAST_MESSAGES =
      Rows.page("AND NOT deleted ORDER BY id DESC LIMIT $2", null) + " ORDER BY m.id DESC";
  private static final int LAST = 50;
  static final String POSITIONS =
      "SELECT nth, created_at, head, seq, ts, sum FROM log_positions_v2($1, $2, $3, $4, $5)";
  /**
   * Beyond every id that has ever been given out, also in a history that is lost: the clock's microseconds run ahead of
   * any number of messages. Where the sequence is ahead of them, as another server's clock may have been, it takes a step
   * that no second of messages fills. Those who do it take turns, and look at the sequence when theirs has come, so that
   * nobody moves it back. It waits for no disk and no standby: whatever is committed with one of the ids comes after it.
   */
  static final String RAISE_IDS = """
      WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(7226411904213), set_config('synchronous_commit', 'off', true)),
      clock AS MATERIALIZED (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros FROM turn)
      SELECT setval('messages_id_seq', (SELECT CASE WHEN last_value < micros THEN micros ELSE last_value + 100000 END
        FROM messages_id_seq)) FROM clock""";
  private static final int BASE = Rows.ROOM_WIDTH + 1;
  private static final int EVENT = BASE + 2;
  private static final int KIND = EVENT + Rows.MESSAGE_WIDTH;

  private final Database database;

  /** The last seq and time of both tables in a room, among the rows that {@code which} leaves. */
  static String last(String room, String which) {
    String rows = " WHERE room_id = " + room + which + " ORDER BY seq DESC LIMIT 1)";
    return "(SELECT seq, created_at AS ts FROM messages" + rows + "\nUNION ALL\n(SELECT seq, ts FROM room_events" + rows
        + "\nORDER BY seq DESC LIMIT 1";
  }

  /**
   * Two index ranges merged. Of a kind that is not known here, or that lacks what is known of it, whatever the row has goes
   * out, columns of the next version included.
   *
   * @param base what is asked of the event before the first one
   * @param which rows of both tables
   * @param page their order, and how many
   */
  private static String log(String base, String which, String page) {
    return "SELECT " + Rows.ROOM + ", " + HEAD + ", b.seq AS base, b.ts AS base_ts, e.*\n"
        + "FROM rooms r LEFT JOIN LATERAL (" + base + ") b ON true LEFT JOIN LATERAL (("
        + "SELECT " + Rows.MESSAGE + """
        , 0::smallint AS kind, NULL::boolean AS is_member, NULL::boolean AS is_moderator, NULL::boolean AS is_banned,
          NULL::boolean AS is_muted, NULL AS room, NULL AS name, NULL::boolean AS is_private, NULL AS other,
          NULL AS reason, NULL::timestamptz AS until, NULL AS emoji, NULL::boolean AS is_on, NULL::int AS count
        FROM messages m WHERE room_id = $1""" + which + " " + page + """
        ) UNION ALL (
        SELECT message_id, seq, user_id,""" + Rows.AUTHOR + """
        , content, ts, NULL, NULL, NULL, NULL, NULL, NULL,
        """ + Rows.mentions("o") + """
        , NULL, kind, is_member, is_moderator, is_banned, is_muted, room, name, is_private,
          CASE WHEN CASE kind WHEN 1 THEN num_nulls(message_id, content) WHEN 2 THEN num_nulls(message_id)
            WHEN 3 THEN num_nulls(user_id, username, is_member, is_moderator, is_banned, is_muted)
            WHEN 4 THEN num_nulls(room, name, is_private)
            WHEN 5 THEN num_nulls(message_id, user_id, username, emoji, is_on, count) ELSE 1 END > 0
          THEN (jsonb_strip_nulls(to_jsonb(o)) - '{room_id,room,seq,ts,type,message_count}'::text[])::text END,
          reason, until, emoji, is_on, count
        FROM room_events o WHERE room_id = $1""" + which + " " + page + ")\n" + page + ") e ON true WHERE r.id = $1";
  }

  EventLog(Database database) {
    this.database = database;
  }

  Future<LoadedRoom> load(LoadRoom q) {
    return database.snapshot(connection -> {
      Future<RowSet<Row>> tail = connection.preparedQuery(TAIL).execute(Tuple.of(q.roomId(), q.tailLimit()));
      Future<RowSet<Row>> last = connection.preparedQuery(LAST_MESSAGES)
          .execute(Tuple.of(q.roomId(), LAST));
      return Future.all(tail, last).map(both -> loaded(q, tail.result(), last.result()));
    });
  }

  private static LoadedRoom loaded(LoadRoom q, RowSet<Row> tail, RowSet<Row> last) {
    Row first = found(tail);
    long head = first.getLong(Rows.ROOM_WIDTH);
    List<RoomEvent> events = events(tail);
    Collections.reverse(events);
    List<Message> messages = Rows.list(last, row -> Rows.message(row, 0));
    Collections.reverse(messages);
    long start = q.tailLimit() == 0 ? head : events.size() < q.tailLimit() ? 0 : events.get(0).seq() - 1;
    return new LoadedRoom(Rows.room(first, 0), head, start, List.copyOf(events), List.copyOf(messages));
  }

  Future<LogPage> read(ReadLog q) {
    return database.query(READ, Tuple.of(q.roomId(), q.afterSeq(), q.limit())).map(rows -> {
      Row first = found(rows);
      long head = first.getLong(Rows.ROOM_WIDTH);
      List<RoomEvent> events = List.copyOf(events(rows));
      Position base = first.getLong(BASE) == null ? new Position(0, Rows.room(first, 0).createdAt())
          : new Position(first.getLong(BASE), Rows.instant(first, BASE + 1));
      long to = events.size() < q.limit() ? Math.max(head, q.afterSeq()) : events.get(events.size() - 1).seq();
      return new LogPage(base, events, to, head);
    });
  }

  Future<List<LogState>> positions(ReadPositions q) {
    List<LogQuestion> questions = q.questions();
    LogState[] states = new LogState[questions.size()];
    Arrays.fill(states, LogState.AS_EXPECTED);
    Tuple asked = Tuple.tuple().addLong(Position.MODULUS)
        .addArrayOfLong(questions.stream().map(LogQuestion::roomId).toArray(Long[]::new))
        .addArrayOfLong(questions.stream().map(LogQuestion::from).toArray(Long[]::new))
        .addArrayOfLong(questions.stream().map(LogQuestion::seq).toArray(Long[]::new))
        .addArrayOfOffsetDateTime(questions.stream().map(each -> Rows.time(each.ts())).toArray(OffsetDateTime[]::new));
    return database.query(POSITIONS, asked).map(rows -> {
      rows.forEach(row -> states[row.getLong(0).intValue() - 1] = row.getValue(1) == null ? LogState.GONE
          : new LogState(Rows.instant(row, 1), row.getLong(2), new Position(row.getLong(3), Rows.instant(row, 4)),
              row.getLong(5)));
      return Collections.unmodifiableList(Arrays.asList(states));
    });
  }

  Future<Void> raiseIds() {
    return database.query(RAISE_IDS, Tuple.tuple()).mapEmpty();
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
    return events;
  }

  /** Under the room's present name, but for a change of the name itself. */
  private static RoomEvent event(Room room, Row row) {
    long seq = row.getLong(EVENT + 1);
    Instant ts = Rows.instant(row, EVENT + 5);
    String other = row.getString(KIND + 8);
    if (other != null) {
      return new Other(room.id(), room.name(), seq, ts, "event", other);
    }
    return switch (row.getShort(KIND)) {
      case 0 -> new Chat(room.id(), room.name(), seq, ts, Rows.message(row, EVENT));
      case 1 -> new MessageUpdated(room.id(), room.name(), seq, ts, row.getLong(EVENT), row.getString(EVENT + 4),
          row.getString(EVENT + 3), Rows.strings(row, KIND - 2));
      case 2 -> new MessageDeleted(room.id(), room.name(), seq, ts, row.getLong(EVENT));
      case 3 -> new MemberUpdate(room.id(), room.name(), seq, ts, new Member(row.getLong(EVENT + 2),
          row.getString(EVENT + 3), row.getBoolean(KIND + 1), row.getBoolean(KIND + 2), row.getBoolean(KIND + 3),
          row.getBoolean(KIND + 4), null,
          row.getString(KIND + 9), Rows.instant(row, KIND + 10)));
      case 4 -> new RoomUpdated(room.id(), row.getString(KIND + 5), seq, ts, row.getString(KIND + 6),
          row.getBoolean(KIND + 7));
      case 5 -> new Reaction(room.id(), room.name(), seq, ts, row.getLong(EVENT), row.getLong(EVENT + 2),
          row.getString(EVENT + 3), row.getString(KIND + 11), row.getBoolean(KIND + 12), row.getInteger(KIND + 13));
      default -> throw new IllegalStateException("a kind that neither is known nor came as another");
    };
  }
}
