package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.persistence.WebhookApi.Backlog;
import io.fastroom.persistence.WebhookApi.Behind;
import io.fastroom.persistence.WebhookApi.Claim;
import io.fastroom.persistence.WebhookApi.Claimed;
import io.fastroom.persistence.WebhookApi.Keep;
import io.fastroom.persistence.WebhookApi.Report;
import io.fastroom.persistence.WebhookApi.StartOver;
import io.fastroom.persistence.WebhookApi.Survey;
import io.fastroom.persistence.WebhookApi.Surveyed;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Tables {@code webhooks} and {@code webhook_cursors} as the delivering nodes see them: a node delivers a hook while it
 * has its lease, and how far it got counts only then.
 *
 * <p>Thread: any.
 */
final class WebhookLeases {
  /** After so many seconds without a word of its node a hook is free. */
  private static final int LEASE_SECONDS = 7;
  private static final int ROOMS = 200;

  private static final String PROVEN = "(d.last_at IS NOT NULL AND d.last_error IS NULL)";
  /** What lies further ahead than any pause or lease is of a time before PostgreSQL's clock was set back. */
  private static final String DUE = """
      SELECT d.id FROM webhooks d
        WHERE d.state <> 'disabled' AND (d.next_at <= clock_timestamp() OR d.next_at > clock_timestamp()
            + LEAST(3960, 1 + 1.4 * 2 ^ LEAST(d.attempts, 20)) * interval '1 second')
          AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp()
            OR d.leased_until > clock_timestamp() + ($3 + 1) * interval '1 second')
          AND (d.room_id IS NULL OR EXISTS (SELECT FROM webhook_cursors c JOIN room_heads h ON h.room_id = c.room_id
            WHERE c.webhook_id = d.id AND c.room_id = d.room_id AND (h.seq <> c.seq OR h.ts <> c.ts)))
          AND\s""";
  private static final String CLAIM = "WITH proven AS (" + DUE + PROVEN
      + " ORDER BY d.next_at LIMIT $2 FOR UPDATE SKIP LOCKED), unproven AS (" + DUE + "NOT " + PROVEN
      + " ORDER BY d.next_at LIMIT LEAST($4, $2 - (SELECT count(*) FROM proven)) FOR UPDATE SKIP LOCKED)" + """
       UPDATE webhooks d SET lease = $1, leased_until = clock_timestamp() + $3 * interval '1 second'
      WHERE d.id IN (SELECT id FROM proven UNION ALL SELECT id FROM unproven)
      RETURNING d.id, d.revision, d.room_id, d.url, d.events, d.secret, d.attempts,""" + " " + PROVEN;
  private static final String KEEP = """
      UPDATE webhooks w SET leased_until = clock_timestamp() + $4 * interval '1 second'
      FROM unnest($2::bigint[], $3::bigint[]) AS k(id, revision)
      WHERE w.id = k.id AND w.revision = k.revision AND w.lease = $1 AND w.state <> 'disabled'
      RETURNING w.id""";
  private static final String BACKLOG = "SELECT room_id, room, at, at_ts, head FROM webhook_backlog_v2($1) LIMIT " + ROOMS;
  /** By more than a minute no clock of a server of PostgreSQL that took over may be behind. */
  private static final String START_OVER = """
      SELECT COALESCE(k.seq, f.seq - 1, h.seq), COALESCE(k.ts, r.created_at)
      FROM rooms r JOIN room_heads h ON h.room_id = r.id
      LEFT JOIN LATERAL (
        (SELECT seq, created_at AS ts FROM messages
          WHERE room_id = r.id AND seq < $2 AND created_at < $3::timestamptz - interval '1 minute' ORDER BY seq DESC LIMIT 1)
        UNION ALL
        (SELECT seq, ts FROM room_events
          WHERE room_id = r.id AND seq < $2 AND ts < $3::timestamptz - interval '1 minute' ORDER BY seq DESC LIMIT 1)
        ORDER BY seq DESC LIMIT 1) k ON true
      LEFT JOIN LATERAL (
        (SELECT seq FROM messages WHERE room_id = r.id ORDER BY seq LIMIT 1)
        UNION ALL
        (SELECT seq FROM room_events WHERE room_id = r.id ORDER BY seq LIMIT 1)
        ORDER BY seq LIMIT 1) f ON true
      WHERE r.id = $1""";
  /** A node that reports of a hook that was changed meanwhile has ended with it: then it is free for whoever comes first. */
  private static final String REPORT = """
      WITH mine AS (
        UPDATE webhooks SET
          last_status = CASE WHEN $4 THEN $5 ELSE last_status END,
          last_error = CASE WHEN NOT $4 THEN last_error
            WHEN failing_since < {now} - interval '3 days' AND $6::text IS NOT NULL
            THEN 'Given up after three days: ' || $6::text ELSE $6::text END,
          last_at = CASE WHEN $4 THEN clock_timestamp() ELSE last_at END,
          attempts = CASE WHEN NOT $4 THEN attempts WHEN $6::text IS NULL THEN 0 ELSE attempts + 1 END,
          failing_since = CASE WHEN NOT $4 THEN failing_since WHEN $6::text IS NULL THEN NULL
            ELSE COALESCE(failing_since, clock_timestamp()) END,
          state = CASE WHEN NOT $4 THEN state WHEN $6::text IS NULL THEN 'active'
            WHEN failing_since < {now} - interval '3 days' THEN 'disabled' ELSE 'failing' END,
          next_at = CASE WHEN $7::bigint IS NULL THEN next_at
            ELSE clock_timestamp() + $7::bigint * interval '1 millisecond' END,
          lease = CASE WHEN $8 THEN NULL ELSE lease END,
          leased_until = CASE WHEN $8 THEN NULL ELSE leased_until END
        WHERE id = $2 AND revision = $3 AND lease = $1
        RETURNING id
      ), freed AS (
        UPDATE webhooks SET lease = NULL, leased_until = NULL WHERE id = $2 AND revision <> $3 AND lease = $1
      ), moved AS (
        INSERT INTO webhook_cursors AS c (webhook_id, room_id, seq, ts)
        SELECT mine.id, r.id, $10, $11 FROM mine JOIN rooms r ON r.id = $9
        ON CONFLICT (webhook_id, room_id) DO UPDATE SET seq = EXCLUDED.seq, ts = EXCLUDED.ts
      )
      SELECT id FROM mine""".replace("{now}", BothClocks.sql("$12"));
  private static final String SURVEY = """
      SELECT count(*) FILTER (WHERE state = 'failing'), count(*) FILTER (WHERE state = 'disabled'),
        (SELECT COALESCE(sum(GREATEST(0, h.seq - c.seq)), 0)::bigint
         FROM webhook_cursors c JOIN webhooks l ON l.id = c.webhook_id AND l.room_id = c.room_id
         JOIN room_heads h ON h.room_id = c.room_id WHERE l.state <> 'disabled')
      FROM webhooks""";

  private final Database database;

  WebhookLeases(Database database) {
    this.database = database;
  }

  List<Future<?>> answers(Bus bus) {
    return List.of(bus.answer(WebhookApi.CLAIM, this::claim), bus.answer(WebhookApi.KEEP, this::keep),
        bus.answer(WebhookApi.BACKLOG, this::backlog), bus.answer(WebhookApi.REPORT, this::report),
        bus.answer(WebhookApi.START_OVER, this::startOver), bus.answer(WebhookApi.SURVEY, this::survey));
  }

  private Future<List<Claimed>> claim(Claim q) {
    return database.query(CLAIM, Tuple.of(q.node(), q.limit(), LEASE_SECONDS, q.unproven()))
        .map(rows -> List.copyOf(Rows.list(rows, WebhookLeases::claimed)));
  }

  private static Claimed claimed(Row row) {
    return new Claimed(row.getLong(0), row.getLong(1), row.getLong(2) == null ? 0 : row.getLong(2), row.getString(3),
        WebhookStore.events(row, 4), row.getString(5), row.getInteger(6), row.getBoolean(7));
  }

  private Future<List<Long>> keep(Keep q) {
    Tuple values = Tuple.tuple().addString(q.node())
        .addArrayOfLong(q.hooks().stream().map(Claimed::id).toArray(Long[]::new))
        .addArrayOfLong(q.hooks().stream().map(Claimed::revision).toArray(Long[]::new)).addInteger(LEASE_SECONDS);
    return database.query(KEEP, values).map(rows -> List.copyOf(Rows.list(rows, row -> row.getLong(0))));
  }

  private Future<List<Behind>> backlog(Backlog q) {
    return database.query(BACKLOG, Tuple.of(q.hookId()))
        .map(rows -> List.copyOf(Rows.list(rows,
            row -> new Behind(row.getLong(0), row.getString(1), new Position(row.getLong(2), Rows.instant(row, 3)),
                row.getLong(4)))));
  }

  private Future<Position> startOver(StartOver q) {
    return database.query(START_OVER, Tuple.of(q.roomId(), q.at().seq(), time(q.at()))).map(rows -> {
      RoomChanges.check(rows.size() == 0 ? Problem.ROOM_NOT_FOUND : null);
      return new Position(Rows.first(rows).getLong(0), Rows.instant(Rows.first(rows), 1));
    });
  }

  private static OffsetDateTime time(Position at) {
    return at == null || at.ts() == null ? null : at.ts().atOffset(ZoneOffset.UTC);
  }

  private Future<Boolean> report(Report q) {
    Tuple values = Tuple.tuple().addString(q.node()).addLong(q.hook().id()).addLong(q.hook().revision())
        .addBoolean(q.tried()).addInteger(q.status()).addString(q.error())
        .addLong(q.retry() == null ? null : q.retry().toMillis()).addBoolean(q.release()).addLong(q.roomId())
        .addLong(q.at() == null ? null : q.at().seq()).addOffsetDateTime(time(q.at()))
        .addOffsetDateTime(BothClocks.node());
    return database.query(REPORT, values)
        .map(rows -> rows.size() > 0);
  }

  private Future<Surveyed> survey(Survey q) {
    return database.query(SURVEY, Tuple.tuple())
        .map(rows -> Rows.first(rows))
        .map(row -> new Surveyed(row.getLong(0), row.getLong(1), row.getLong(2)));
  }
}
