package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Listing;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.ListUsers;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Lists of users, rooms and members, a page at a time: by offset, which costs what it skips, or from behind an entry,
 * which costs the same anywhere. One row more than the page is read, to know whether there is another; totals are kept
 * by triggers, or counted: all private rooms of somebody, of other things {@value #COUNTED} and no further. Thread: any.
 */
final class Listings {
  private static final int COUNTED = 1_000;

  /** Both sides say where the page begins: a merge join would read the other one from its start. */
  static final String MEMBERS = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER + """
      , coalesce(c.listed, 0), p.*
      FROM rooms r JOIN users u ON u.id = $2 LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id
      LEFT JOIN member_counts c ON c.room_id = r.id
      LEFT JOIN LATERAL (
        SELECT x.user_id, a.username, x.is_member, x.is_moderator, x.is_banned, x.is_muted, x.joined_at, true
        FROM room_members x JOIN users a ON a.id = x.user_id
        WHERE x.room_id = r.id AND (x.is_member OR x.is_banned) AND x.user_id > $5 AND a.id > $5
        ORDER BY x.user_id LIMIT $3 OFFSET $4
      ) p ON true
      WHERE r.id = $1""";
  private static final int MEMBERS_PAGE = Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH;

  private static final String OF_USER = """
      FROM room_members m JOIN rooms r ON r.id = m.room_id
      WHERE m.user_id = $1 AND m.is_member AND NOT m.is_banned""";
  /**
   * Merges two ranges that are each in order: the public rooms and the actor's private ones, which are found by an index
   * of private rooms, since those who are in thousands of rooms are mostly in public ones.
   */
  private static final String ROOMS = """
      WITH own AS MATERIALIZED (
        SELECT {room} FROM rooms r WHERE r.is_private AND r.id = ANY (ARRAY(
          SELECT m.room_id FROM room_members m WHERE m.user_id = $1 AND m.is_member AND NOT m.is_banned))
      )
      SELECT (SELECT sum(rooms) FROM room_counts WHERE NOT is_private)::bigint + (SELECT count(*) FROM own), p.*,
        (SELECT true FROM room_members o
          WHERE o.room_id = p.id AND o.user_id = $1 AND o.is_member AND NOT o.is_banned) IS NOT NULL
      FROM (SELECT) one LEFT JOIN LATERAL (
        (SELECT {room} FROM rooms r WHERE NOT r.is_private AND r.id {behind} $4
          ORDER BY r.id {order} LIMIT $2::bigint + $3::bigint)
        UNION ALL
        (SELECT * FROM own WHERE id {behind} $4 ORDER BY id {order} LIMIT $2::bigint + $3::bigint)
        ORDER BY id {order} LIMIT $2 OFFSET $3
      ) p ON true
      ORDER BY p.id {order}""";
  private static final String ROOMS_OF_USER = """
      SELECT (SELECT count(*) FROM (SELECT {of_user} LIMIT {counted}) counted), p.*, true
      FROM (SELECT) one LEFT JOIN LATERAL (
        SELECT {room} {of_user} AND m.room_id {behind} $4 ORDER BY m.room_id {order} LIMIT $2 OFFSET $3
      ) p ON true ORDER BY p.id {order}""";
  /**
   * Goes through the entries of one word, the longest since it is probably the rarest, and keeps rooms that have the
   * others, too.
   */
  private static final String FOUND = """
      FROM room_words w JOIN rooms r ON r.id = w.room_id
      LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $1 AND m.is_member AND NOT m.is_banned
      WHERE w.word = (SELECT word FROM unnest((SELECT words FROM asked)) word ORDER BY length(word) DESC, word LIMIT 1)
        AND (m.user_id IS NOT NULL OR NOT r.is_private AND NOT $6)
        AND NOT EXISTS (SELECT FROM unnest((SELECT words FROM asked)) word WHERE NOT EXISTS (
          SELECT FROM room_words x WHERE x.word = word.word AND x.room_id = w.room_id))""";
  private static final String ROOMS_BY_WORDS = """
      WITH asked AS MATERIALIZED (SELECT words_of($5) AS words)
      SELECT (SELECT count(*) FROM (SELECT {found} LIMIT {counted}) counted), p.*
      FROM (SELECT) one LEFT JOIN LATERAL (
        SELECT {room}, m.user_id IS NOT NULL {found} AND w.room_id {behind} $4
        ORDER BY w.room_id {order} LIMIT $2 OFFSET $3
      ) p ON true ORDER BY p.id {order}""";

  private static final String USERS = "SELECT " + Rows.USER + """
      \sFROM users u WHERE u.username {behind} $3 ORDER BY u.username {order} LIMIT $1 OFFSET $2""";
  /** Sorts behind every character that a username may have. */
  private static final String LAST = "~";

  /** One query in both directions. */
  record Both(String ascending, String descending) {
    static Both of(String sql) {
      String filled = sql.replace("{found}", FOUND).replace("{of_user}", OF_USER)
          .replace("{room}", Rows.ROOM).replace("{counted}", String.valueOf(COUNTED));
      return new Both(filled.replace("{order}", "ASC").replace("{behind}", ">"),
          filled.replace("{order}", "DESC").replace("{behind}", "<"));
    }

    String in(boolean ascendingOrder) {
      return ascendingOrder ? ascending : descending;
    }
  }

  static final Both ALL_ROOMS = Both.of(ROOMS);
  static final Both MEMBER_ROOMS = Both.of(ROOMS_OF_USER);
  static final Both FOUND_ROOMS = Both.of(ROOMS_BY_WORDS);
  static final Both ALL_USERS = Both.of(USERS);

  private final Database database;
  private final Replica replica;

  Listings(Database database, Replica replica) {
    this.database = database;
    this.replica = replica;
  }

  Future<Listing<User>> users(ListUsers q) {
    String from = q.after() != null ? q.after() : q.ascending() ? "" : LAST;
    return replica.query(ALL_USERS.in(q.ascending()), Tuple.of(q.limit() + 1, q.offset(), from),
        rows -> page(Rows.list(rows, row -> Rows.user(row, 0)), 0, q.limit(), q.offset()));
  }

  Future<Listing<SeenRoom>> rooms(ListRooms q) {
    long from = q.after() != null ? q.after() : q.ascending() ? 0 : Long.MAX_VALUE;
    Tuple parameters = Tuple.of(q.actorId(), q.limit() + 1, q.offset(), from);
    if (q.words() != null) {
      parameters.addString(q.words()).addBoolean(q.memberOnly());
    }
    Both query = q.words() != null ? FOUND_ROOMS : q.memberOnly() ? MEMBER_ROOMS : ALL_ROOMS;
    return replica.query(query.in(q.ascending()), parameters, rows -> {
      Row first = Rows.first(rows);
      List<SeenRoom> rooms = first.getLong(1) == null ? List.of() : Rows.list(rows,
          row -> new SeenRoom(Rows.room(row, 1), row.getBoolean(1 + Rows.ROOM_WIDTH)));
      return page(rooms, first.getLong(0), q.limit(), q.offset());
    });
  }

  Future<Listing<Member>> members(ListMembers q) {
    Tuple parameters =
        Tuple.of(q.roomId(), q.actorId(), q.limit() + 1, q.offset(), q.after() == null ? 0L : q.after());
    return database.query(MEMBERS, parameters).map(rows -> {
      Row first = readable(rows);
      List<Member> members = first.getLong(MEMBERS_PAGE + 1) == null ? List.of()
          : Rows.list(rows, row -> Rows.member(row, MEMBERS_PAGE + 1));
      return page(members, first.getLong(MEMBERS_PAGE), q.limit(), q.offset());
    });
  }

  private static Row readable(RowSet<Row> rows) {
    Row first = Rows.first(rows);
    if (first == null) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    RoomChanges.check(Permissions.read(Rows.room(first, 0), Rows.member(first, Rows.ROOM_WIDTH)));
    return first;
  }

  private static <T> Listing<T> page(List<T> read, long total, int limit, long offset) {
    boolean more = read.size() > limit;
    return new Listing<>(more ? read.subList(0, limit) : read, total, limit, offset, more);
  }
}
