--liquibase formatted sql

--changeset fastroom:webhook-positions splitStatements:false
-- How far a hook has got is a position, as everywhere: a log that has become another one since does not have it. Null
-- where it is not known: the log is taken for the same then.
ALTER TABLE webhook_cursors ADD COLUMN ts timestamptz;
-- The rooms in which a hook is not at the end of the log as it is now, and where it is in each.
CREATE FUNCTION webhook_backlog_v2(p_hook bigint)
RETURNS TABLE (room_id bigint, room text, at bigint, at_ts timestamptz, head bigint)
LANGUAGE sql STABLE AS $$
  SELECT h.room_id, r.name, c.seq, c.ts, h.seq
  FROM webhook_cursors c JOIN room_heads h ON h.room_id = c.room_id JOIN rooms r ON r.id = c.room_id
  WHERE c.webhook_id = p_hook AND (h.seq <> c.seq OR h.ts <> c.ts)
  UNION ALL
  SELECT h.room_id, r.name, GREATEST(
      (SELECT COALESCE(max(m.seq), 0) FROM messages m WHERE m.room_id = h.room_id AND m.created_at < w.created_at),
      (SELECT COALESCE(max(e.seq), 0) FROM room_events e WHERE e.room_id = h.room_id AND e.ts < w.created_at)), NULL, h.seq
  FROM webhooks w JOIN room_heads h ON h.ts >= w.created_at JOIN rooms r ON r.id = h.room_id
  WHERE w.id = p_hook AND w.room_id IS NULL
    AND NOT EXISTS (SELECT FROM webhook_cursors c WHERE c.webhook_id = w.id AND c.room_id = h.room_id)
$$;
--rollback DROP FUNCTION webhook_backlog_v2; ALTER TABLE webhook_cursors DROP COLUMN ts;
