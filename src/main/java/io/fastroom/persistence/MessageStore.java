package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Mentions;
import io.fastroom.model.Message;
import io.fastroom.model.Page;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.persistence.LockedRoom.RoomUser;
import io.fastroom.persistence.PersistenceApi.DeleteMessage;
import io.fastroom.persistence.PersistenceApi.EditMessage;
import io.fastroom.persistence.PersistenceApi.GetMessage;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.PersistenceApi.MessagePage;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Table {@code messages}, but for writing them, which {@link ChatWriters} does. Thread: any. */
final class MessageStore {
  /** The room as the reader meets it, and the page: of each row one half is null, so that the room is sent once. */
  private static final String PAGE = "SELECT h.*, p.* FROM (SELECT " + Rows.ROOM + ", " + Rows.MEMBER + """
      , c.message_count FROM rooms r JOIN room_heads c ON c.room_id = r.id JOIN users u ON u.id = $2
        LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id WHERE r.id = $1
      ) h FULL JOIN (
        {page}
      ) p ON false""";
  static final String NEWEST = page("ORDER BY id DESC LIMIT $3 OFFSET $4");
  static final String BEFORE = page("AND id < $4 ORDER BY id DESC LIMIT $3");
  static final String AFTER = page("AND id > $4 ORDER BY id LIMIT $3");
  static final String READ_ONE = page("AND id = $3");
  private static final int PAGE_AT = Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH;

  private static final String ONE = Rows.page("AND id = $2", "$3");
  private static final String EDIT = """
      WITH now AS (
        SELECT GREATEST(clock_timestamp(), $7::timestamptz + interval '1 microsecond') AS ts
      ), mentioned AS (
        SELECT array_agg(u.id ORDER BY n.nth) AS ids, array_agg(u.username ORDER BY n.nth) AS names
        FROM unnest($9::text[]) WITH ORDINALITY AS n(name, nth) CROSS JOIN LATERAL (
          SELECT x.id, x.username FROM users x
          WHERE x.username = n.name AND (SELECT m.is_member AND NOT m.is_banned FROM room_members m
            WHERE m.room_id = $1 AND m.user_id = x.id)
          LIMIT 1
        ) u
      ), edited AS (
        UPDATE messages SET content = $3, edited_at = now.ts, edited_by = $5, mentions = ids FROM now, mentioned
        WHERE room_id = $1 AND id = $2
      )
      INSERT INTO room_events (room_id, seq, kind, ts, message_count, message_id, content, user_id, username, mentions)
      SELECT $1, $6, 1, ts, $8, $2, $3, $4, $5, ids FROM now, mentioned RETURNING ts, (SELECT names FROM mentioned)""";
  private static final String DELETE = """
      WITH now AS (
        SELECT GREATEST(clock_timestamp(), $4::timestamptz + interval '1 microsecond') AS ts
      ), gone AS (
        UPDATE messages SET content = '', deleted = true, deleted_at = now.ts, mentions = NULL FROM now
        WHERE room_id = $1 AND id = $2
      ), scrubbed AS (
        UPDATE room_events SET content = '', mentions = NULL WHERE room_id = $1 AND message_id = $2 AND kind = 1
      ), counts AS (
        DELETE FROM reaction_counts WHERE room_id = $1 AND message_id = $2 RETURNING message_id
      ), reactions AS (
        INSERT INTO reaction_purges (room_id, message_id) SELECT $1, message_id FROM counts LIMIT 1
      )
      INSERT INTO room_events (room_id, seq, kind, ts, message_count, message_id)
      SELECT $1, $3, 2, ts, $5, $2 FROM now RETURNING ts""";

  private final Replica replica;
  private final RoomChanges changes;

  MessageStore(Replica replica, RoomChanges changes) {
    this.replica = replica;
    this.changes = changes;
  }

  private static String page(String which) {
    return PAGE.replace("{page}", Rows.page("AND NOT deleted " + which, "$2"));
  }

  Future<MessagePage> list(ListMessages q) {
    String sql = q.afterId() >= 0 ? AFTER : q.beforeId() >= 0 ? BEFORE : NEWEST;
    long from = q.afterId() >= 0 ? q.afterId() : q.beforeId() >= 0 ? q.beforeId() : q.offset();
    return replica.query(sql, Tuple.of(q.roomId(), q.actorId(), q.limit() + 1, from), rows -> read(q, rows));
  }

  private static MessagePage read(ListMessages q, RowSet<Row> rows) {
    List<Message> page = new ArrayList<>(rows.size());
    Row head = readable(rows, page);
    page.sort(Comparator.comparingLong(Message::id));
    boolean more = page.size() > q.limit();
    if (more) {
      page.remove(q.afterId() >= 0 ? page.size() - 1 : 0);
    }
    long offset = q.afterId() >= 0 || q.beforeId() >= 0 ? 0 : q.offset();
    return new MessagePage(new Page<>(page, head.getLong(PAGE_AT), q.limit(), offset), more);
  }

  /** Puts the messages where they belong and answers the room's row, if the actor may read it. */
  private static Row readable(RowSet<Row> rows, List<Message> messages) {
    Row head = null;
    for (Row row : rows) {
      if (row.getValue(0) != null) {
        head = row;
      } else {
        messages.add(Rows.message(row, PAGE_AT + 1));
      }
    }
    if (head == null) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    RoomChanges.check(Permissions.read(Rows.room(head, 0), Rows.member(head, Rows.ROOM_WIDTH)));
    return head;
  }

  Future<Message> get(GetMessage q) {
    return replica.query(READ_ONE, Tuple.of(q.roomId(), q.actorId(), q.messageId()), rows -> {
      List<Message> found = new ArrayList<>(1);
      readable(rows, found);
      RoomChanges.check(found.isEmpty() ? Problem.MESSAGE_NOT_FOUND : null);
      return found.get(0);
    });
  }

  /** What a decision about a message is made from. */
  private record About(Member actor, String actorName, Message message) { }

  private <T> Future<T> change(long roomId, long actorId, long messageId,
                               BiFunction<LockedRoom, About, Future<Outcome<T>>> change) {
    return changes.change(roomId, locked -> {
      Future<Map<Long, RoomUser>> users = locked.users(actorId);
      Future<RowSet<Row>> found = locked.connection.preparedQuery(ONE).execute(Tuple.of(roomId, messageId, actorId));
      return Future.all(users, found).compose(both -> {
        RoomUser user = users.result().get(actorId);
        Row row = Rows.first(found.result());
        return change.apply(locked, new About(user == null ? null : user.member(),
            user == null ? null : user.username(), row == null ? null : Rows.message(row, 0)));
      });
    });
  }

  Future<Message> edit(EditMessage q) {
    return change(q.roomId(), q.actorId(), q.messageId(), (locked, about) -> {
      RoomChanges.check(Permissions.edit(locked.room, about.actor(), q.actorId(), about.message(), q.as()));
      if (q.content().equals(about.message().content())) {
        return Future.succeededFuture(Outcome.unchanged(about.message()));
      }
      Tuple values = Tuple.of(q.roomId(), q.messageId(), q.content(), q.actorId(), about.actorName(), locked.head + 1)
          .addOffsetDateTime(locked.headTs).addLong(locked.messageCount)
          .addArrayOfString(Mentions.in(q.content()).toArray(String[]::new));
      return locked.connection.preparedQuery(EDIT).execute(values)
          .map(rows -> edited(locked, about, q.content(), Rows.first(rows)))
          .compose(outcome -> auditOfOthers(locked, about, outcome, q.actorId(), q.address(), "message_edited"));
    });
  }

  private static Outcome<Message> edited(LockedRoom locked, About about, String content, Row row) {
    Message m = about.message();
    Instant ts = Rows.instant(row, 0);
    List<String> mentions = Rows.strings(row, 1);
    MessageUpdated event = new MessageUpdated(locked.room.id(), locked.room.name(), locked.head + 1, ts, m.id(), content,
        about.actorName(), mentions);
    return Outcome.of(m.edited(content, mentions, ts, about.actorName()), event);
  }

  Future<Void> delete(DeleteMessage q) {
    return change(q.roomId(), q.actorId(), q.messageId(), (locked, about) -> {
      RoomChanges.check(Permissions.delete(locked.room, about.actor(), q.actorId(), about.message(), q.as()));
      Tuple values = Tuple.of(q.roomId(), q.messageId(), locked.head + 1, locked.headTs, locked.messageCount - 1);
      return locked.connection.preparedQuery(DELETE).execute(values)
          .map(rows -> Outcome.<Void>of(null, new MessageDeleted(locked.room.id(), locked.room.name(), locked.head + 1,
              Rows.instant(Rows.first(rows), 0), q.messageId())))
          .compose(outcome -> auditOfOthers(locked, about, outcome, q.actorId(), q.address(), "message_deleted"));
    });
  }

  /** What people do with messages of their own concerns nobody else. */
  private static <T> Future<Outcome<T>> auditOfOthers(LockedRoom locked, About about, Outcome<T> outcome, long actorId,
                                                      String address, String action) {
    Message message = about.message();
    return message.userId() == actorId ? Future.succeededFuture(outcome)
        : locked.audit(outcome, AuditEntry.by(actorId, address, action,
            new Target("message", message.id(), message.username()), locked.room.id()));
  }
}
