--liquibase formatted sql

--changeset fastroom:log-heads
-- No commit updates a row of rooms: under any open snapshot the versions of a row that each commit updates would pile up
-- and every commit would walk through them. Where a room's log stands is read from the log itself, by two steps down an
-- index, under the room's lock. The last event also says how many messages the room has, that event included.
-- rooms.head_seq and rooms.message_count hold where the log has nothing to say: they are those of 0.1, and whoever
-- removes the last event of a log writes down there what it said.
ALTER TABLE messages ADD COLUMN message_count bigint;
ALTER TABLE room_events ADD COLUMN message_count bigint;
CREATE VIEW room_heads AS
SELECT r.id AS room_id, GREATEST(r.head_seq, m.seq, e.seq) AS seq,
  CASE WHEN e.seq IS NULL OR m.seq > e.seq THEN m.created_at ELSE e.ts END AS ts,
  GREATEST(0, COALESCE(CASE WHEN e.seq IS NULL OR m.seq > e.seq THEN m.message_count ELSE e.message_count END,
    r.message_count)) AS message_count
FROM rooms r
LEFT JOIN LATERAL (
  SELECT x.seq, x.created_at, x.message_count FROM messages x WHERE x.room_id = r.id ORDER BY x.seq DESC LIMIT 1
) m ON true
LEFT JOIN LATERAL (
  SELECT x.seq, x.ts, x.message_count FROM room_events x WHERE x.room_id = r.id ORDER BY x.seq DESC LIMIT 1
) e ON true;
--rollback UPDATE rooms r SET head_seq = h.seq, message_count = h.message_count FROM room_heads h WHERE h.room_id = r.id AND (r.head_seq, r.message_count) <> (h.seq, h.message_count);
--rollback DROP VIEW room_heads;
--rollback ALTER TABLE room_events DROP COLUMN message_count;
--rollback ALTER TABLE messages DROP COLUMN message_count;

--changeset fastroom:room-locks splitStatements:false
-- Whoever gives out the next seq of a room holds the room's advisory lock to the end of the transaction. Its two numbers
-- are the oid of rooms, so that no other use of such locks and no other schema has the same, and the low half of the id.
CREATE FUNCTION room_lock_key(p_room bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (((p_room & 4294967295) # 2147483648) - 2147483648)::int
$$;
-- Waits for the lock, p_wait milliseconds at most here and for whatever else the transaction has to wait for, and then
-- says how the room stands: no row when there is no such room.
CREATE FUNCTION lock_room_v1(p_room bigint, p_wait int,
  OUT id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz,
  OUT head bigint, OUT head_ts timestamptz, OUT message_count bigint)
RETURNS SETOF record LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('lock_timeout', p_wait || 'ms', true);
  PERFORM pg_advisory_xact_lock('rooms'::regclass::oid::int, room_lock_key(p_room));
  -- A statement of its own: it sees what was committed before the lock was given.
  RETURN QUERY
  SELECT r.id, r.name, r.is_private, r.created_at, h.seq, h.ts, h.message_count
  FROM rooms r JOIN room_heads h ON h.room_id = r.id WHERE r.id = p_room;
END
$$;
--rollback DROP FUNCTION lock_room_v1; DROP FUNCTION room_lock_key;
