package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.fastroom.persistence.UnreadApi.Thinned;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Removes messages that are older than their room's setting, or the node's, entries of the audit trail that are older than
 * the node's, and events that nobody can resume over any more. It looks at the oldest row of each room, some rooms at a
 * time, so that no index is kept for it, and removes rows slice by slice under the room's lock.
 *
 * <p>Rows near the head of a log stay, messages without their text: live rooms compare that part with what they have.
 *
 * <p>Thread: the one of Housekeeping. Limits: {@value #SLICE} rows a transaction, {@value #ROOMS} rooms a look.
 */
final class Retention {
  private static final int ROOMS = 1_000;
  private static final int SLICE = 1_000;
  private static final long NEAR = 1_000;
  /** Of the time that a look at all rooms takes, how often it is waited before the next one. */
  private static final int PAUSES = 10;
  private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  /**
   * Messages of a room from before are not kept: by a setting of its own, else by the node's, which is the parameter. A day
   * has 24 hours.
   */
  private static final String OLDEST = """
      CASE WHEN COALESCE(k.days, {setting}) > 0 THEN {now} - make_interval(hours => 24 * COALESCE(k.days, {setting}))
        ELSE 'epoch' END""";
  /** Events from before can be resumed over by nobody: a day more than a client may. */
  private static final String OLDEST_EVENT = "{now} - interval '192 hours'";
  static final String LOOK = """
      WITH page AS MATERIALIZED (
        SELECT r.id, {oldest} AS oldest
        FROM (SELECT id FROM rooms WHERE id > $1 ORDER BY id LIMIT $2) r LEFT JOIN room_retentions k ON k.room_id = r.id
      )
      SELECT max(id), count(*), array_agg(id) FILTER (WHERE due) FROM (
        SELECT p.id, p.oldest > 'epoch' AND COALESCE((SELECT m.created_at FROM messages m
            WHERE m.room_id = p.id AND NOT m.deleted ORDER BY m.id LIMIT 1) < p.oldest, false)
          OR EXISTS (SELECT FROM (SELECT e.seq, e.ts FROM room_events e WHERE e.room_id = p.id ORDER BY e.seq LIMIT 1) o
            JOIN room_heads h ON h.room_id = p.id WHERE o.ts < {oldest_event} AND o.seq <= h.seq - $4) AS due
        FROM page p
      ) looked""".replace("{oldest}", OLDEST.replace("{setting}", "$3::int")).replace("{oldest_event}", OLDEST_EVENT)
      .replace("{now}", BothClocks.sql("$5"));
  /** Asked under the room's lock: it may be kept for longer since it was looked at. */
  private static final String OLDEST_KEPT = ("SELECT " + OLDEST.replace("{setting}", "$2::int") + ", " + OLDEST_EVENT
      + " FROM (SELECT) one LEFT JOIN room_retentions k ON k.room_id = $1").replace("{now}", BothClocks.sql("$3"));
  /**
   * Time grows with id within a room, so what is old ends at the first one that is not: without it a room with less than a
   * slice would be read to its end, under its lock. Those up to $5 are gone, but the index still leads past them.
   */
  static final String MESSAGES = """
      WITH young AS MATERIALIZED (
        SELECT p.id FROM (SELECT id, created_at FROM messages
          WHERE room_id = $1 AND id > $5 AND (seq <= $3 OR NOT deleted) ORDER BY id LIMIT $4) p
        WHERE p.created_at >= $2 ORDER BY p.id LIMIT 1
      ), old AS MATERIALIZED (
        SELECT ctid AS place, id, seq, deleted FROM messages
        WHERE room_id = $1 AND id > $5 AND id < COALESCE((SELECT id FROM young), 9223372036854775807)
          AND created_at < $2 AND (seq <= $3 OR NOT deleted) ORDER BY id LIMIT $4
      ), removed AS (
        DELETE FROM messages WHERE ctid = ANY (ARRAY(SELECT place FROM old WHERE seq <= $3))
      ), emptied AS (
        UPDATE messages SET content = '', deleted = true, deleted_at = clock_timestamp(), mentions = NULL
        WHERE ctid = ANY (ARRAY(SELECT place FROM old WHERE seq > $3))
      ), kinds AS (
        DELETE FROM reaction_counts WHERE room_id = $1 AND message_id = ANY (ARRAY(SELECT id FROM old))
        RETURNING message_id
      ), purges AS (
        INSERT INTO reaction_purges (room_id, message_id) SELECT DISTINCT $1::bigint, message_id FROM kinds
        ON CONFLICT (room_id, message_id) DO NOTHING
      ), scrubbed AS (
        UPDATE room_events SET content = '', mentions = NULL
        WHERE room_id = $1 AND kind = 1 AND message_id = ANY (ARRAY(SELECT id FROM old)) AND seq > $3
      )
      SELECT count(*), count(*) FILTER (WHERE NOT deleted), max(seq) FILTER (WHERE NOT deleted), max(id) FROM old""";
  private static final String RECOUNT = """
      WITH message AS (
        UPDATE messages SET message_count = message_count - $3 WHERE room_id = $1 AND seq = $2
      ), event AS (
        UPDATE room_events SET message_count = message_count - $3 WHERE room_id = $1 AND seq = $2
      )
      UPDATE rooms SET message_count = GREATEST(0, message_count - $3) WHERE id = $1 AND message_count > 0""";
  /** The same of events. */
  static final String OLD_EVENTS = """
      WITH young AS MATERIALIZED (
        SELECT p.seq FROM (SELECT seq, ts FROM room_events
          WHERE room_id = $1 AND seq > $5 AND seq <= $3 ORDER BY seq LIMIT $4) p
        WHERE p.ts >= $2 ORDER BY p.seq LIMIT 1
      ), removed AS (
        DELETE FROM room_events WHERE ctid = ANY (ARRAY(SELECT ctid FROM room_events
          WHERE room_id = $1 AND seq > $5 AND seq <= $3 AND seq < COALESCE((SELECT seq FROM young), 9223372036854775807)
            AND ts < $2 ORDER BY seq LIMIT $4)) RETURNING seq
      )
      SELECT count(*), max(seq) FROM removed""";
  private static final String AUDIT = """
      WITH allowed AS MATERIALIZED (SELECT set_config('fastroom.audit_retention_days', $1::int::text, true))
      DELETE FROM audit WHERE id IN (
        SELECT o.id FROM (SELECT id, at FROM audit ORDER BY id LIMIT $2) o, allowed
        WHERE o.at < {now} - make_interval(days => $1::int))""".replace("{now}", BothClocks.sql("$3"));

  private final Bus bus;
  private final Database database;
  private final RoomChanges changes;
  private final Settings.Retention retention;
  private final Counter messages;
  private final Counter events;
  private final Counter entries;
  private final Counter failed;
  private final Deque<Long> due = new ArrayDeque<>();
  private long lookedUpTo;
  /** How far the room whose turn it is has been done. */
  private Done done = Done.NOTHING;
  private long startedAt = System.nanoTime();
  private long nextAt = System.nanoTime();

  Retention(Bus bus, Database database, RoomChanges changes, Settings.Retention retention, MeterRegistry registry) {
    this.bus = bus;
    this.database = database;
    this.changes = changes;
    this.retention = retention;
    this.messages = removed(registry, "messages");
    this.events = removed(registry, "events");
    this.entries = removed(registry, "audit");
    this.failed = Counter.builder("fastroom.retention.failed")
        .description("Pieces of that work that failed and were put off").register(registry);
  }

  private static Counter removed(MeterRegistry registry, String kind) {
    return Counter.builder("fastroom.retention.removed").tag("kind", kind)
        .description("Rows that were older than they are kept").register(registry);
  }

  /** One piece of what is to be done. @return whether there is more to be done at once */
  Future<Boolean> some() {
    return piece().onFailure(failure -> failed.increment());
  }

  private Future<Boolean> piece() {
    Long room = due.peek();
    if (room != null) {
      return slice(room).recover(failure -> {
        next();
        return Future.failedFuture(failure);
      }).map(more -> {
        if (!more) {
          next();
        }
        return true;
      });
    }
    return System.nanoTime() < nextAt ? Future.succeededFuture(false) : look();
  }

  private void next() {
    due.remove();
    done = Done.NOTHING;
  }

  /** @return whether some were found */
  private Future<Boolean> look() {
    return database.query(LOOK, Tuple.of(lookedUpTo, ROOMS, retention.messageDays(), NEAR, BothClocks.node())).map(rows -> {
      Row row = Rows.first(rows);
      if (row.getLong(1) < ROOMS) {
        long now = System.nanoTime();
        nextAt = now + Math.max(PAUSE_NANOS, PAUSES * (now - startedAt));
        startedAt = nextAt;
        lookedUpTo = 0;
      } else {
        lookedUpTo = row.getLong(0);
      }
      Long[] found = row.getArrayOfLongs(2);
      due.addAll(found == null ? List.of() : List.of(found));
      return !due.isEmpty();
    }).compose(more -> lookedUpTo == 0 ? audit().map(more) : Future.succeededFuture(more));
  }

  /** Once per look at all rooms. */
  private Future<Void> audit() {
    return retention.auditDays() == 0 ? Future.succeededFuture()
        : database.query(AUDIT, Tuple.of(retention.auditDays(), SLICE, BothClocks.node())).map(rows -> {
          entries.increment(rows.rowCount());
          return null;
        });
  }

  /** @param id of the last message that was done; @param seq of the last event */
  private record Done(long id, long seq) {
    static final Done NOTHING = new Done(0, 0);

    Done upTo(Long nextId, Long nextSeq) {
      return new Done(nextId == null ? id : nextId, nextSeq == null ? seq : nextSeq);
    }
  }

  /** @param seq up to which messages are gone, null for none */
  private record Slice(boolean more, Long seq, Done done) { }

  /** @return whether the room may have more */
  private Future<Boolean> slice(long roomId) {
    return changes.<Slice>change(roomId, locked -> {
      long near = locked.head - NEAR;
      return locked.connection.preparedQuery(OLDEST_KEPT)
          .execute(Tuple.of(roomId, retention.messageDays(), BothClocks.node())).map(Rows::first)
          .compose(kept -> locked.connection.preparedQuery(MESSAGES)
              .execute(Tuple.of(roomId, kept.getOffsetDateTime(0), near, SLICE, done.id))
              .compose(rows -> recount(locked, Rows.first(rows)))
              .compose(some -> locked.connection.preparedQuery(OLD_EVENTS)
                  .execute(Tuple.of(roomId, kept.getOffsetDateTime(1), near, SLICE, done.seq))
                  .map(rows -> removed(some, Rows.first(rows)))));
    }).map(slice -> {
      done = slice.done;
      if (slice.seq != null) {
        bus.announce(UnreadApi.THINNED, new Thinned(roomId, slice.seq));
      }
      return slice.more;
    });
  }

  private Outcome<Slice> removed(Row some, Row gone) {
    events.increment(gone.getLong(0));
    boolean more = some.getLong(0) == SLICE || gone.getLong(0) == SLICE;
    return Outcome.unchanged(new Slice(more, some.getLong(2), done.upTo(some.getLong(3), gone.getLong(1))));
  }

  /** @return the slice */
  private Future<Row> recount(LockedRoom locked, Row slice) {
    long counted = slice.getLong(1);
    messages.increment(slice.getLong(0));
    return counted == 0 ? Future.succeededFuture(slice)
        : locked.connection.preparedQuery(RECOUNT).execute(Tuple.of(locked.room.id(), locked.head, counted)).map(slice);
  }
}
