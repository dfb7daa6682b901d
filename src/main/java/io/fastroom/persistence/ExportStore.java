package io.fastroom.persistence;

import io.fastroom.persistence.ExportApi.Mark;
import io.fastroom.persistence.ExportApi.Part;
import io.fastroom.persistence.ExportApi.ReadSection;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is kept of a user, but for what is secret: of each statement the first column is where it goes on,
 * and the names of the others are those of the fields.
 *
 * <p>Thread: any. Limits: {@value #PAGE} rows a page; of a room's messages {@value #SLICE} are looked at.
 */
final class ExportStore {
  static final int PAGE = 500;
  static final int SLICE = 5_000;

  private static final String ACCOUNT = """
      SELECT id AS mark, id, username, email, email_verified, new_email, full_name, role, is_bot, disabled,
        disabled_at,
        password_hash <> '' AS has_password, created_at FROM users WHERE id = $1 AND $2 < id LIMIT $3""";
  /** Few enough for one page. */
  private static final String IDENTITIES = """
      SELECT user_id AS mark, issuer, subject, created_at FROM external_identities
      WHERE user_id = $1 AND user_id > $2 LIMIT $3""";
  private static final String SESSIONS = """
      SELECT id AS mark, id, created_at, greatest(created_at, rotated_at, used_at, seen_at) AS last_used_at, expires_at,
        address, user_agent FROM logins WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3""";
  /** Of the addresses themselves only keyed hashes are known. Few enough for one page. */
  private static final String KNOWN_ADDRESSES = """
      SELECT user_id AS mark, seen_at FROM known_addresses WHERE user_id = $1 AND user_id > $2
      ORDER BY seen_at LIMIT $3""";
  /** Also what somebody has asked for who only knows the address. */
  private static final String LETTERS = """
      SELECT l.id AS mark, l.id, l.kind, l.address, l.attempts, l.created_at, l.due_at
      FROM letters l WHERE l.id > $2 AND (l.user_id = $1 OR l.user_id IS NULL
        AND l.address = (SELECT COALESCE(u.email_key, u.new_email_key) FROM users u WHERE u.id = $1))
      ORDER BY l.id LIMIT $3""";
  /** Few enough for one page. */
  private static final String LINKS = """
      SELECT user_id AS mark, kind, email, expires_at FROM mail_links
      WHERE user_id = $1 AND user_id > $2 ORDER BY expires_at LIMIT $3""";
  private static final String KEYS = """
      SELECT id AS mark, id, name, scopes, created_at, expires_at, last_used_at
      FROM api_keys WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3""";
  /** What a private room is called by now is nothing to those who are not in it. */
  private static final String MEMBERSHIPS = """
      SELECT m.room_id AS mark, m.room_id, CASE WHEN m.is_member OR NOT r.is_private THEN r.name END AS room,
        m.is_member, m.is_moderator, m.is_banned, m.ban_until, m.is_muted, m.mute_until, m.joined_at,
        (SELECT k.seq FROM read_marks k WHERE k.room_id = m.room_id AND k.user_id = $1) AS read_seq
      FROM (
        (SELECT * FROM room_members WHERE user_id = $1 AND is_member AND room_id > $2 ORDER BY room_id LIMIT $3)
        UNION ALL
        (SELECT * FROM room_members WHERE user_id = $1 AND NOT is_member AND room_id > $2 ORDER BY room_id LIMIT $3)
      ) m JOIN rooms r ON r.id = m.room_id ORDER BY m.room_id LIMIT $3""";
  private static final String ROOMS_MADE = """
      SELECT r.id AS mark, r.id, CASE WHEN NOT r.is_private OR EXISTS (SELECT FROM room_members m
        WHERE m.room_id = r.id AND m.user_id = $1 AND m.is_member) THEN r.name END AS name,
        r.is_private, r.created_at
      FROM rooms r WHERE r.created_by = $1 AND r.id > $2 ORDER BY r.id LIMIT $3""";
  private static final String INVITES = """
      SELECT id AS mark, id, uses, used, expires_at AS expires, created_at
      FROM invites WHERE created_by = $1 AND id > $2 ORDER BY id LIMIT $3""";
  private static final String REACTIONS = """
      SELECT room_id, room_id, message_id, emoji FROM reactions
      WHERE user_id = $1 AND (room_id, message_id) > ($2, $3)
      ORDER BY room_id, message_id FETCH FIRST $4 ROWS WITH TIES""";
  /**
   * Who else did it, and from where, is theirs. Of messages the author's name is known: it is theirs from the beginning
   * of their account.
   */
  private static final String AUDIT = """
      SELECT id AS mark, id, at, COALESCE(actor_id = $1, false) AS by_yourself, action, target_kind, target_id,
        target_name, room_id, reason, CASE WHEN actor_id = $1 OR actor_id IS NULL THEN details
          ELSE details - 'address' END AS details
      FROM (
        (SELECT * FROM audit WHERE actor_id = $1 AND id > $2 ORDER BY id LIMIT $3)
        UNION
        (SELECT * FROM audit WHERE target_kind = 'user' AND target_id = $1 AND id > $2 ORDER BY id LIMIT $3)
        UNION
        (SELECT e.* FROM audit e, users u WHERE u.id = $1 AND e.target_kind = 'message'
          AND e.target_name COLLATE "C" = u.username AND e.at >= u.created_at AND e.id > $2 ORDER BY e.id LIMIT $3)
      ) a ORDER BY id LIMIT $3""";
  private static final String NEXT_ROOM = """
      SELECT LEAST(
        (SELECT min(room_id) FROM room_members WHERE user_id = $1 AND is_member AND room_id > $2),
        (SELECT min(room_id) FROM room_members WHERE user_id = $1 AND NOT is_member AND room_id > $2))""";
  /** Of a slice of the room those of the user; the first column is where the next one begins, null at its end. */
  private static final String MESSAGES = """
      WITH slice AS MATERIALIZED (
        SELECT id, user_id, deleted FROM messages WHERE room_id = $2 AND id > $3 ORDER BY id LIMIT $5
      ), own AS MATERIALIZED (
        SELECT id FROM slice WHERE user_id = $1 AND NOT deleted ORDER BY id LIMIT $4
      )
      SELECT CASE WHEN (SELECT count(*) FROM own) = $4 THEN (SELECT max(id) FROM own)
          ELSE (SELECT max(id) FROM slice) END AS mark,
        m.id, m.room_id, m.seq, m.content, m.reply_to, m.client_id, m.created_at, m.edited_at, m.edited_by
      FROM (SELECT) one LEFT JOIN (messages m JOIN own o ON o.id = m.id) ON m.room_id = $2 ORDER BY m.id""";

  private final Replica replica;

  ExportStore(Replica replica) {
    this.replica = replica;
  }

  Future<Part> read(ReadSection q) {
    return switch (q.section()) {
      case ACCOUNT -> page(q, ACCOUNT);
      case IDENTITIES -> page(q, IDENTITIES);
      case SESSIONS -> page(q, SESSIONS);
      case KNOWN_ADDRESSES -> page(q, KNOWN_ADDRESSES);
      case LETTERS -> page(q, LETTERS);
      case LINKS -> page(q, LINKS);
      case KEYS -> page(q, KEYS);
      case MEMBERSHIPS -> page(q, MEMBERSHIPS);
      case ROOMS_MADE -> page(q, ROOMS_MADE);
      case INVITES -> page(q, INVITES);
      case REACTIONS -> reactions(q);
      case AUDIT -> page(q, AUDIT);
      case MESSAGES -> q.after().roomId() == 0 ? nextRoom(q.userId(), 0) : messages(q);
    };
  }

  private Future<Part> page(ReadSection q, String sql) {
    return replica.query(sql, Tuple.of(q.userId(), q.after().id(), PAGE), rows -> {
      List<Map<String, Object>> page = new ArrayList<>(rows.size());
      long last = 0;
      for (Row row : rows) {
        page.add(fields(row));
        last = row.getLong(0);
      }
      return new Part(page, page.size() < PAGE ? null : new Mark(0, last));
    });
  }

  private Future<Part> reactions(ReadSection q) {
    Tuple values = Tuple.of(q.userId(), q.after().roomId(), q.after().id(), PAGE);
    return replica.query(REACTIONS, values, rows -> {
      List<Map<String, Object>> page = new ArrayList<>(rows.size());
      Mark last = null;
      for (Row row : rows) {
        page.add(fields(row));
        last = new Mark(row.getLong(0), row.getLong(2));
      }
      return new Part(page, page.size() < PAGE ? null : last);
    });
  }

  private Future<Part> nextRoom(long userId, long after) {
    return replica.query(NEXT_ROOM, Tuple.of(userId, after), rows -> {
      Long room = Rows.first(rows).getLong(0);
      return new Part(List.of(), room == null ? null : new Mark(room, 0));
    });
  }

  private Future<Part> messages(ReadSection q) {
    long room = q.after().roomId();
    Tuple values = Tuple.of(q.userId(), room, q.after().id(), PAGE, SLICE);
    Future<Part> slice = replica.query(MESSAGES, values, rows -> {
      List<Map<String, Object>> page = new ArrayList<>(rows.size());
      Long last = null;
      for (Row row : rows) {
        last = row.getLong(0);
        if (row.getLong(1) != null) {
          page.add(fields(row));
        }
      }
      return new Part(page, last == null ? null : new Mark(room, last));
    });
    return slice.compose(part -> part.next() == null ? nextRoom(q.userId(), room) : Future.succeededFuture(part));
  }

  private static Map<String, Object> fields(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 1; i < row.size(); i++) {
      fields.put(row.getColumnName(i), value(row.getValue(i)));
    }
    return Collections.unmodifiableMap(fields);
  }

  private static Object value(Object value) {
    return value instanceof OffsetDateTime time ? time.toInstant() : value instanceof String[] texts ? List.of(texts)
        : value instanceof JsonObject object ? object.getMap() : value;
  }
}
