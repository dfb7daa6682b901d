package io.fastroom.persistence;

import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Converts rows of result sets to records, by position: the column lists stand beside their readers. Stateless. */
final class Rows {
  static final String USER = "u.id, u.username, u.email, u.full_name, u.disabled";
  static final String ROOM = "r.id, r.name, r.is_private, r.created_at";
  /** Of a {@code users u LEFT JOIN room_members m}. */
  static final String MEMBER =
      "u.id, u.username, m.is_member, m.is_moderator, m.is_banned, m.is_muted, m.joined_at, m.user_id IS NOT NULL";
  static final int ROOM_WIDTH = 4;
  static final int MEMBER_WIDTH = 8;
  /** Of a message or an event; that of a deleted account may not have been written everywhere yet. */
  static final String AUTHOR = """
      CASE WHEN user_id = ANY (ARRAY(SELECT p.user_id FROM user_purges p)) THEN 'deleted.' || user_id ELSE username END
      AS username""";
  /** The names behind a column of ids; who has been deleted has none any more. */
  private static final String MENTIONS = """
      CASE WHEN {row}.mentions IS NOT NULL THEN array_remove(ARRAY(
        SELECT (SELECT x.username FROM users x
          WHERE x.id = n.id AND NOT EXISTS (SELECT FROM user_purges p WHERE p.user_id = x.id))
        FROM unnest({row}.mentions) WITH ORDINALITY AS n(id, nth) ORDER BY n.nth), NULL
      ) END AS mentions""";
  /** Author and beginning of what is replied to, or the author alone when that was deleted. */
  private static final String QUOTE = "CASE WHEN m.reply_to IS NOT NULL THEN (SELECT CASE WHEN q.deleted"
      + " THEN ARRAY[q.username] ELSE ARRAY[q.username, left(q.content, " + Quote.LOOK + ")] END FROM (SELECT " + AUTHOR
      + ", content, deleted FROM messages WHERE room_id = m.room_id AND id = m.reply_to) q) END AS quote";
  private static final String REFERENCES = "m.id, m.seq, m.user_id, " + AUTHOR + """
      , m.content, m.created_at, m.edited_at, m.edited_by, m.deleted, m.client_id, m.reply_to,
      """ + QUOTE + ",\n" + mentions("m");
  /** A kind of reaction with its count, and whether the reader is among them. */
  private static final String KIND = "concat_ws(' ', c.emoji, c.count{me})";
  private static final String ME = """
      , (SELECT 'me' FROM reactions y WHERE y.room_id = c.room_id AND y.message_id = c.message_id AND y.user_id = {reader}
        AND y.emoji = c.emoji)""";
  private static final String REACTIONS = """
      , CASE WHEN {any} AND (SELECT true FROM reaction_counts c WHERE c.room_id = m.room_id AND c.message_id = m.id LIMIT 1)
        THEN ARRAY(SELECT {kind} FROM reaction_counts c WHERE c.room_id = m.room_id AND c.message_id = m.id
          ORDER BY c.since) END AS reactions""";
  /** Of a {@code messages m}, where $1 is their room; in one without reactions they are not even looked for. */
  static final String MESSAGE = REFERENCES + REACTIONS.replace("{kind}", kind(null))
      .replace("{any}", "EXISTS (SELECT FROM reaction_counts WHERE room_id = $1)");
  /** The same where they are of several rooms. */
  static final String MESSAGE_OF_ANY = ofAny(null);
  static final int MESSAGE_WIDTH = 14;
  /** The reactions of a whole page are one range of their index. */
  private static final String PAGE = """
      WITH page AS MATERIALIZED (
        SELECT * FROM messages WHERE room_id = $1 {which}
      ), kinds AS MATERIALIZED (
        SELECT c.message_id, array_agg({kind} ORDER BY c.since) AS reactions FROM reaction_counts c
        WHERE c.room_id = $1 AND c.message_id >= (SELECT min(id) FROM page)
          AND c.message_id <= (SELECT max(id) FROM page)
        GROUP BY c.message_id
      )
      SELECT {message}, k.reactions FROM page m LEFT JOIN kinds k ON k.message_id = m.id""";

  private Rows() { }

  /**
   * Messages as {@link #MESSAGE}, in no order.
   *
   * @param which of those of the room $1, their order and how many
   * @param reader the parameter that is the reader's id, null when nobody in particular reads
   */
  static String page(String which, String reader) {
    return PAGE.replace("{which}", which).replace("{message}", REFERENCES)
        .replace("{kind}", kind(reader));
  }

  /** Messages of several rooms. @param reader as in {@link #page} */
  static String ofAny(String reader) {
    return REFERENCES + REACTIONS.replace("{kind}", kind(reader)).replace("{any}", "true");
  }

  private static String kind(String reader) {
    return KIND.replace("{me}", reader == null ? "" : ME.replace("{reader}", reader));
  }

  static String mentions(String row) {
    return MENTIONS.replace("{row}", row);
  }

  static User user(Row row, int at) {
    return new User(row.getLong(at), row.getString(at + 1), row.getString(at + 2), row.getString(at + 3),
        row.getBoolean(at + 4));
  }

  static Room room(Row row, int at) {
    return new Room(row.getLong(at), row.getString(at + 1), row.getBoolean(at + 2), instant(row, at + 3));
  }

  /** Null for a user who has no row in the room. */
  static Member member(Row row, int at) {
    if (!Boolean.TRUE.equals(row.getBoolean(at + 7))) {
      return null;
    }
    return new Member(row.getLong(at), row.getString(at + 1), row.getBoolean(at + 2), row.getBoolean(at + 3),
        row.getBoolean(at + 4), row.getBoolean(at + 5), instant(row, at + 6));
  }

  static Message message(Row row, int at) {
    return new Message(row.getLong(at), row.getLong(at + 1), row.getLong(at + 2), row.getString(at + 3),
        row.getString(at + 4), instant(row, at + 5), instant(row, at + 6), row.getString(at + 7),
        row.getBoolean(at + 8), row.getString(at + 9), quote(row, at + 10), strings(row, at + 12), reactions(row, at + 13));
  }

  private static Quote quote(Row row, int at) {
    Long id = row.getLong(at);
    if (id == null) {
      return null;
    }
    String[] quoted = row.getArrayOfStrings(at + 1);
    return quoted != null && quoted.length == 2 ? Quote.of(id, quoted[0], quoted[1])
        : Quote.withdrawn(id, quoted == null ? null : quoted[0]);
  }

  private static List<ReactionCount> reactions(Row row, int at) {
    List<String> kinds = strings(row, at);
    if (kinds.isEmpty()) {
      return List.of();
    }
    List<ReactionCount> counts = new ArrayList<>(kinds.size());
    for (String kind : kinds) {
      String[] parts = kind.split(" ");
      counts.add(new ReactionCount(parts[0], Integer.parseInt(parts[1]), parts.length > 2));
    }
    return List.copyOf(counts);
  }

  /** Empty for null. */
  static List<String> strings(Row row, int at) {
    String[] strings = row.getArrayOfStrings(at);
    return strings == null ? List.of() : List.of(strings);
  }

  static Instant instant(Row row, int at) {
    OffsetDateTime time = row.getOffsetDateTime(at);
    return time == null ? null : time.toInstant();
  }

  static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  static Row first(RowSet<Row> rows) {
    return rows.size() == 0 ? null : rows.iterator().next();
  }

  static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    List<T> list = new ArrayList<>(rows.size());
    for (Row row : rows) {
      list.add(read.apply(row));
    }
    return list;
  }
}
