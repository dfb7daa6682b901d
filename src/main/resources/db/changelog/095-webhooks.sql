--liquibase formatted sql

--changeset fastroom:webhooks splitStatements:false
-- A hook without a room is one for all of them. Whoever holds the lease delivers; a revision is a change that takes the
-- lease's holder by surprise, so what it has done since does not count.
CREATE TABLE webhooks (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id       bigint REFERENCES rooms ON DELETE CASCADE,
  url           text NOT NULL,
  events        text[],
  secret        text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  state         text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'failing', 'disabled')),
  last_status   int,
  last_error    text,
  last_at       timestamptz,
  failing_since timestamptz,
  attempts      int NOT NULL DEFAULT 0,
  next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  revision      bigint NOT NULL DEFAULT 0,
  lease         text,
  leased_until  timestamptz
);
CREATE INDEX webhooks_room ON webhooks (room_id);
CREATE INDEX webhooks_due ON webhooks (next_at) WHERE state <> 'disabled';
-- How far a hook has got in a room. Of a hook for all rooms a room without a row begins where the hook was made.
CREATE TABLE webhook_cursors (
  webhook_id bigint NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  room_id    bigint NOT NULL REFERENCES rooms ON DELETE CASCADE,
  seq        bigint NOT NULL,
  PRIMARY KEY (webhook_id, room_id)
);
CREATE INDEX webhook_cursors_room ON webhook_cursors (room_id);
-- The rooms in which a hook is not at the end of the log, and where it is in each.
CREATE FUNCTION webhook_backlog_v1(p_hook bigint) RETURNS TABLE (room_id bigint, at bigint, head bigint)
LANGUAGE sql STABLE AS $$
  SELECT h.room_id, c.seq, h.seq
  FROM webhook_cursors c JOIN room_heads h ON h.room_id = c.room_id
  WHERE c.webhook_id = p_hook AND h.seq <> c.seq
  UNION ALL
  SELECT h.room_id, GREATEST(
      (SELECT COALESCE(max(m.seq), 0) FROM messages m WHERE m.room_id = h.room_id AND m.created_at < w.created_at),
      (SELECT COALESCE(max(e.seq), 0) FROM room_events e WHERE e.room_id = h.room_id AND e.ts < w.created_at)), h.seq
  FROM webhooks w JOIN room_heads h ON h.ts >= w.created_at
  WHERE w.id = p_hook AND w.room_id IS NULL
    AND NOT EXISTS (SELECT FROM webhook_cursors c WHERE c.webhook_id = w.id AND c.room_id = h.room_id)
$$;
--rollback DROP FUNCTION webhook_backlog_v1; DROP TABLE webhook_cursors; DROP TABLE webhooks;
