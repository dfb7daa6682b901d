package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.persistence.SearchApi.Found;
import io.fastroom.persistence.SearchApi.FoundPage;
import io.fastroom.persistence.SearchApi.Search;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds messages by their words, by the index {@code messages_words}. It reads the primary: what a search shows and who
 * may see it is as of now.
 *
 * <p>Thread: any. Limits: as many at once as there are connections for it, the others wait in line; a search ends with
 * what it has after {@value #MILLIS} ms.
 */
final class SearchStore {
  private static final int MILLIS = 1_000;
  /** Whoever may read no more rooms than this has only those looked through. */
  private static final int ROOMS = 8;
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");
  /** What the times of messages with neighbouring ids may differ by. */
  private static final String SKEW = "interval '1 minute'";

  /** The room that is asked for as the actor meets it, the author, the ids that times leave, the rooms there are. */
  private static final String SCOPE = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER + """
      , COALESCE(a.id, CASE WHEN NOT EXISTS (SELECT FROM users x WHERE x.id = $8) THEN $8::bigint END),
      (SELECT p_older FROM message_ids_at_v1($4::timestamptz - {skew}) WHERE $4::timestamptz > $6),
      (SELECT p_newer FROM message_ids_at_v1($5::timestamptz + {skew}) WHERE $5::timestamptz < $7),
      CASE WHEN $2::bigint = 0 THEN ARRAY(
        (SELECT x.id FROM rooms x WHERE NOT x.is_private LIMIT {rooms} + 1) UNION ALL
        (SELECT x.room_id FROM room_members x JOIN rooms y ON y.id = x.room_id
          WHERE x.user_id = $1 AND x.is_member AND y.is_private LIMIT {rooms} + 1)) END
      FROM users u LEFT JOIN rooms r ON r.id = $2 LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id
      LEFT JOIN users a ON a.username = $3 WHERE u.id = $1""".replace("{skew}", SKEW)
      .replace("{rooms}", String.valueOf(ROOMS));
  private static final int ABOUT = Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH;

  private static final String FIND = """
      SELECT s.below, s.found_room, r.name, p.* FROM search_messages_v2($1, $2, $3, $4, $5, $6, $7, $8, $9) s
      LEFT JOIN rooms r ON r.id = s.found_room
      LEFT JOIN LATERAL (SELECT {message} FROM messages m WHERE m.room_id = s.found_room AND m.id = s.found_id) p ON true
      """.replace("{message}", Rows.ofAny("$1"));
  private static final int MESSAGE = 3;

  private final Database database;
  private final Timer time;
  private final Counter cutShort;

  /** @param database with connections that nothing else may take */
  SearchStore(Database database, MeterRegistry registry) {
    this.database = database;
    this.time = Timer.builder("fastroom.search").description("What a search took, the wait for a connection included")
        .register(registry);
    this.cutShort = Counter.builder("fastroom.searches.cut.short")
        .description("Searches that ended before their page was full, since their time was over").register(registry);
  }

  private record Scope(Long author, long from, long below, List<Long> rooms) { }

  Future<FoundPage> search(Search q) {
    long begin = System.nanoTime();
    return database.within(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(SCOPE)
            .execute(Tuple.of(q.actorId(), q.roomId(), q.author()).addOffsetDateTime(Rows.time(after(q)))
                .addOffsetDateTime(Rows.time(before(q))).addOffsetDateTime(Rows.time(FIRST))
                .addOffsetDateTime(Rows.time(LAST)).addLong(AccountPurge.idOf(q.author())))
            .map(rows -> scope(q, rows))
            .compose(scope -> isEmpty(q, scope) ? Future.succeededFuture(new FoundPage(List.of(), null))
                : connection.preparedQuery(FIND).execute(parameters(q, scope)).map(rows -> page(q, rows))))
        .onComplete(done -> time.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS));
  }

  private static Instant after(Search q) {
    return within(q.after() == null ? FIRST : q.after());
  }

  private static Instant before(Search q) {
    return within(q.before() == null ? LAST : q.before());
  }

  private static Instant within(Instant time) {
    return time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
  }

  private static boolean isEmpty(Search q, Scope scope) {
    return q.author() != null && scope.author == null || scope.rooms.isEmpty() && q.roomId() == 0;
  }

  private static Scope scope(Search q, RowSet<Row> rows) {
    Row row = Rows.first(rows);
    boolean readable = row != null && (q.roomId() == 0 || row.getValue(0) != null);
    if (!readable) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    if (q.roomId() != 0) {
      RoomChanges.check(Permissions.read(Rows.room(row, 0), Rows.member(row, Rows.ROOM_WIDTH)));
    }
    Long older = row.getLong(ABOUT + 1);
    Long newer = row.getLong(ABOUT + 2);
    List<Long> all = q.roomId() != 0 ? List.of(q.roomId()) : Arrays.asList(row.getArrayOfLongs(ABOUT + 3));
    return new Scope(row.getLong(ABOUT), older == null ? 0 : older, newer == null ? q.below() : Math.min(newer, q.below()),
        all);
  }

  private static Tuple parameters(Search q, Scope scope) {
    List<Long> rooms = scope.rooms.size() <= ROOMS ? scope.rooms : List.of();
    return Tuple.of(q.actorId(), TsQuery.of(q.query(), rooms, scope.author), TsQuery.phrases(q.query()),
            scope.from, scope.below)
        .addOffsetDateTime(Rows.time(after(q))).addOffsetDateTime(Rows.time(before(q)))
        .addInteger(q.limit() + 1).addInteger(MILLIS);
  }

  private FoundPage page(Search q, RowSet<Row> rows) {
    List<Found> found = new ArrayList<>(rows.size());
    Long below = null;
    for (Row row : rows) {
      if (row.getLong(1) == null) {
        below = row.getLong(0);
      } else if (row.getLong(MESSAGE) != null) {
        found.add(new Found(Rows.message(row, MESSAGE), row.getLong(1), row.getString(2)));
      }
    }
    found.sort((one, other) -> Long.compare(other.message().id(), one.message().id()));
    if (found.size() > q.limit()) {
      List<Found> page = found.subList(0, q.limit());
      return new FoundPage(page, page.get(page.size() - 1).message().id());
    }
    if (below != null) {
      cutShort.increment();
    }
    return new FoundPage(found, below);
  }
}
