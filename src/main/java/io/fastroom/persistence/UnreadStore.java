package io.fastroom.persistence;

import io.fastroom.model.LastMessage;
import io.fastroom.model.ListedRoom;
import io.fastroom.model.Problem;
import io.fastroom.persistence.UnreadApi.Changes;
import io.fastroom.persistence.UnreadApi.Compare;
import io.fastroom.persistence.UnreadApi.Compared;
import io.fastroom.persistence.UnreadApi.CountUnread;
import io.fastroom.persistence.UnreadApi.ExplainLoss;
import io.fastroom.persistence.UnreadApi.Known;
import io.fastroom.persistence.UnreadApi.ListChanges;
import io.fastroom.persistence.UnreadApi.ListMentions;
import io.fastroom.persistence.UnreadApi.ListPlaces;
import io.fastroom.persistence.UnreadApi.ListRoomsOf;
import io.fastroom.persistence.UnreadApi.Loss;
import io.fastroom.persistence.UnreadApi.Mark;
import io.fastroom.persistence.UnreadApi.MarkRead;
import io.fastroom.persistence.UnreadApi.Marked;
import io.fastroom.persistence.UnreadApi.Mention;
import io.fastroom.persistence.UnreadApi.Place;
import io.fastroom.persistence.UnreadApi.Places;
import io.fastroom.persistence.UnreadApi.Since;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Table {@code read_marks}, and what is after them in the log. Thread: any. */
final class UnreadStore {
  private static final String MARK = "SELECT nth, outcome, seq, name, version FROM mark_read_v2($1, $2, $3, $4)";
  /** For a mark that another transaction is making. */
  private static final int WAIT_MILLIS = 50;
  private static final int HELD = 6;
  private static final String PLACES = """
      SELECT COALESCE((SELECT version FROM user_counts WHERE user_id = $1), 0), m.room_id, m.changed_seq,
        GREATEST(k.seq, m.joined_seq, 0)
      FROM (SELECT) one
      LEFT JOIN room_members m ON m.user_id = $1 AND m.is_member AND NOT m.is_banned
      LEFT JOIN read_marks k ON k.room_id = m.room_id AND k.user_id = $1
      ORDER BY m.room_id""";
  private static final String ROOMS =
      "SELECT id, name, is_private, created_at, head, head_ts, changed_seq, read_seq, unread,"
      + " mentions, message_id, user_id, username, content, ts FROM rooms_of_v2($1, $2) ORDER BY id";
  private static final String LOSS = """
      SELECT i.room, r.id IS NULL, m.is_member IS TRUE, m.is_banned IS TRUE, m.left_alone IS TRUE
      FROM unnest($2::bigint[]) i(room) LEFT JOIN rooms r ON r.id = i.room
      LEFT JOIN room_members m ON m.room_id = i.room AND m.user_id = $1""";
  private static final String CHANGES =
      "SELECT nth, id, name, is_private, created_at, head, head_ts, was_ts, mentions, seqs,"
      + " authors, gone, lost, lost_seqs, message_id, user_id, username, content, ts FROM changes_of_v1($1, $2, $3, $4)";
  private static final String COUNT = """
      SELECT count_unread_v1($1, i.reader, i.seq, $4, $5, $6)
      FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS i(reader, seq, nth) ORDER BY i.nth""";
  private static final String MENTIONS = """
      SELECT x.id, x.user_id, x.username, x.content, x.created_at, x.mentions, x.seq FROM messages x
      WHERE x.room_id = $1 AND x.seq > $2 AND x.seq <= $3 AND NOT x.deleted AND x.mentions IS NOT NULL
      ORDER BY x.seq LIMIT $4""";
  private static final String HEADS = """
      SELECT i.room FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) i(room, seq, ts)
      LEFT JOIN LATERAL (SELECT w.seq, w.ts FROM room_heads w WHERE w.room_id = i.room) h ON true
      WHERE h.seq IS NULL OR h.seq <> i.seq OR h.ts <> i.ts""";
  private static final String VERSIONS = """
      SELECT c.user_id, c.version FROM unnest($1::bigint[], $2::bigint[]) i(id, version)
      JOIN user_counts c ON c.user_id = i.id WHERE c.version <> i.version""";

  private final Database database;

  UnreadStore(Database database) {
    this.database = database;
  }

  Future<List<Marked>> mark(MarkRead q) {
    return mark(q.marks()).recover(failure -> Future.failedFuture(SqlErrors.translate(failure)));
  }

  /** One that waits for a lock fails all: then those of each half are asked for by themselves. */
  private Future<List<Marked>> mark(List<Mark> marks) {
    Tuple parameters = Tuple.of(longs(marks, Mark::userId), longs(marks, Mark::roomId), longs(marks, Mark::seq))
        .addInteger(WAIT_MILLIS);
    return database.raw(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(MARK).execute(parameters))
        .map(rows -> {
          Marked[] marked = new Marked[marks.size()];
          rows.forEach(row -> marked[row.getLong(0).intValue() - 1] = marked(row));
          return Arrays.asList(marked);
        })
        .recover(failure -> !SqlErrors.isLocked(failure) ? Future.failedFuture(failure)
            : marks.size() == 1 ? Future.succeededFuture(List.of(Marked.HELD)) : markHalves(marks));
  }

  private Future<List<Marked>> markHalves(List<Mark> marks) {
    int half = marks.size() / 2;
    return mark(marks.subList(0, half)).compose(first -> mark(marks.subList(half, marks.size()))
        .map(second -> Stream.concat(first.stream(), second.stream()).toList()));
  }

  private static Marked marked(Row row) {
    if (row.getInteger(1) == HELD) {
      return Marked.HELD;
    }
    Problem refused = switch (row.getInteger(1)) {
      case 2 -> Problem.ROOM_NOT_FOUND;
      case 3 -> Problem.NOT_IN_ROOM;
      case 4 -> Problem.BANNED;
      default -> null;
    };
    return new Marked(refused, row.getString(3), row.getLong(2) == null ? 0 : row.getLong(2),
        row.getLong(4) == null ? 0 : row.getLong(4));
  }

  Future<Places> places(ListPlaces q) {
    return database.query(PLACES, Tuple.of(q.userId())).map(rows -> {
      List<Place> places = new ArrayList<>();
      for (Row row : rows) {
        if (row.getLong(1) != null) {
          places.add(new Place(row.getLong(1), row.getLong(2), row.getLong(3)));
        }
      }
      return new Places(Rows.first(rows).getLong(0), List.copyOf(places));
    });
  }

  Future<List<ListedRoom>> rooms(ListRoomsOf q) {
    return database.query(ROOMS, of(q.userId(), q.roomIds()))
        .map(rows -> List.copyOf(Rows.list(rows, row -> new ListedRoom(Rows.room(row, 0), row.getLong(4),
            Rows.instant(row, 5), row.getLong(6), row.getLong(7), row.getInteger(8), row.getInteger(9), last(row, 10)))));
  }

  private static LastMessage last(Row row, int at) {
    return row.getLong(at) == null ? null : new LastMessage(row.getLong(at), row.getLong(at + 1), row.getString(at + 2),
        row.getString(at + 3), Rows.instant(row, at + 4));
  }

  Future<Map<Long, Loss>> explain(ExplainLoss q) {
    return database.query(LOSS, of(q.userId(), q.roomIds())).map(rows -> {
      Map<Long, Loss> losses = new HashMap<>();
      for (Row row : rows) {
        Loss loss = row.getBoolean(1) ? Loss.DELETED : row.getBoolean(3) ? Loss.BANNED : row.getBoolean(2) ? null
            : row.getBoolean(4) ? Loss.LEFT : Loss.REMOVED;
        if (loss != null) {
          losses.put(row.getLong(0), loss);
        }
      }
      return Map.copyOf(losses);
    });
  }

  Future<List<Changes>> changes(ListChanges q) {
    Tuple asked = Tuple.of(longs(q.rooms(), Since::roomId), longs(q.rooms(), Since::seq), longs(q.rooms(), Since::from),
        q.window());
    Changes[] found = new Changes[q.rooms().size()];
    return database.query(CHANGES, asked).map(rows -> {
      rows.forEach(row -> found[row.getLong(0).intValue() - 1] = read(row));
      return Collections.unmodifiableList(Arrays.asList(found));
    });
  }

  private static Changes read(Row row) {
    Map<Long, Long> lost = new HashMap<>();
    long[] users = numbers(row, 12);
    long[] seqs = numbers(row, 13);
    for (int i = 0; i < users.length; i++) {
      lost.put(users[i], seqs[i]);
    }
    return new Changes(Rows.room(row, 1), row.getLong(5), Rows.instant(row, 6), Rows.instant(row, 7),
        row.getBoolean(8), numbers(row, 9), numbers(row, 10), numbers(row, 11), Map.copyOf(lost), last(row, 14));
  }

  private static long[] numbers(Row row, int at) {
    Long[] numbers = row.getArrayOfLongs(at);
    return numbers == null ? new long[0] : Arrays.stream(numbers).mapToLong(Long::longValue).toArray();
  }

  Future<List<Integer>> count(CountUnread q) {
    return database.query(COUNT, Tuple.of(q.roomId(), longs(q.userIds(), id -> id), longs(q.readSeqs(), seq -> seq),
        q.to(), UnreadApi.MOST, UnreadApi.FAR)).map(rows -> Rows.list(rows, row -> row.getInteger(0)));
  }

  Future<List<Mention>> mentions(ListMentions q) {
    return database.query(MENTIONS, Tuple.of(q.roomId(), q.from(), q.to(), UnreadApi.MENTIONS_A_PAGE))
        .map(rows -> List.copyOf(Rows.list(rows, row -> new Mention(row.getLong(6), last(row, 0), numbers(row, 5)))));
  }

  Future<Compared> compare(Compare q) {
    Future<RowSet<Row>> heads = q.rooms().isEmpty() ? null : database.query(HEADS, Tuple.tuple()
        .addArrayOfLong(longs(q.rooms(), Known::roomId)).addArrayOfLong(longs(q.rooms(), Known::seq))
        .addArrayOfOffsetDateTime(q.rooms().stream().map(UnreadStore::time).toArray(OffsetDateTime[]::new)));
    Future<RowSet<Row>> versions = q.versions().isEmpty() ? null : database.query(VERSIONS, Tuple.tuple()
        .addArrayOfLong(longs(q.versions().keySet(), id -> id)).addArrayOfLong(longs(q.versions().values(), id -> id)));
    return Future.all(Stream.of(heads, versions).filter(Objects::nonNull).toList()).map(both -> {
      Set<Long> rooms = new HashSet<>();
      Map<Long, Long> users = new HashMap<>();
      if (heads != null) {
        heads.result().forEach(row -> rooms.add(row.getLong(0)));
      }
      if (versions != null) {
        versions.result().forEach(row -> users.put(row.getLong(0), row.getLong(1)));
      }
      return new Compared(Set.copyOf(rooms), Map.copyOf(users));
    });
  }

  /** To the microsecond, as it is there. */
  private static OffsetDateTime time(Known room) {
    return room.ts() == null ? null : room.ts().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  /** Not by Tuple.of, which would take the array for several parameters. */
  private static Tuple of(long userId, List<Long> roomIds) {
    return Tuple.of(userId).addArrayOfLong(longs(roomIds, id -> id));
  }

  private static <T> Long[] longs(Collection<T> all, Function<T, Long> number) {
    return all.stream().map(number).toArray(Long[]::new);
  }
}
