--liquibase formatted sql

--changeset fastroom:log-positions-v2 splitStatements:false
-- As log_positions_v1, but of logs that are not where they are taken to be: p_times are those of the last events, null for
-- whoever wants an answer in any case. Nothing comes for a room whose last event is that at p_seqs and p_times, which is
-- nearly every room of those that a node asks for: all that are live and quiet. For one that is gone created_at is null.
CREATE FUNCTION log_positions_v2(p_modulus bigint, p_rooms bigint[], p_from bigint[], p_seqs bigint[],
  p_times timestamptz[],
  OUT nth bigint, OUT created_at timestamptz, OUT head bigint, OUT seq bigint, OUT ts timestamptz, OUT sum bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
SET jit = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT i.nth, r.created_at, GREATEST(r.head_seq, m.seq, e.seq), COALESCE(p.seq, 0), COALESCE(p.ts, r.created_at),
    CASE WHEN i.start >= i.seq THEN 0 ELSE (
      SELECT COALESCE(sum((extract(epoch FROM x.created_at) * 1000000)::bigint % p_modulus), 0)
      FROM messages x
      WHERE x.room_id = i.room AND x.seq > i.start AND x.seq <= i.seq
    ) + (
      SELECT COALESCE(sum((extract(epoch FROM x.ts) * 1000000)::bigint % p_modulus), 0)
      FROM room_events x
      WHERE x.room_id = i.room AND x.seq > i.start AND x.seq <= i.seq
    ) END::bigint
  FROM unnest(p_rooms, p_from, p_seqs, p_times) WITH ORDINALITY AS i(room, start, seq, ts, nth)
  LEFT JOIN rooms r ON r.id = i.room
  LEFT JOIN LATERAL (SELECT x.seq, x.created_at AS ts FROM messages x
    WHERE x.room_id = i.room ORDER BY x.seq DESC LIMIT 1) m ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.ts FROM room_events x
    WHERE x.room_id = i.room ORDER BY x.seq DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.created_at AS ts FROM messages x
    WHERE m.seq > i.seq AND x.room_id = i.room AND x.seq <= i.seq ORDER BY x.seq DESC LIMIT 1) om ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.ts FROM room_events x
    WHERE e.seq > i.seq AND x.room_id = i.room AND x.seq <= i.seq ORDER BY x.seq DESC LIMIT 1) oe ON true
  LEFT JOIN LATERAL (SELECT v.seq, v.ts FROM (VALUES (m.seq, m.ts), (e.seq, e.ts), (om.seq, om.ts), (oe.seq, oe.ts))
    AS v(seq, ts) WHERE v.seq <= i.seq ORDER BY v.seq DESC LIMIT 1) p ON true
  WHERE i.ts IS NULL OR r.id IS NULL OR GREATEST(r.head_seq, m.seq, e.seq) <> i.seq
    OR CASE i.seq WHEN m.seq THEN m.ts WHEN e.seq THEN e.ts ELSE r.created_at END <> i.ts;
END
$$;
--rollback DROP FUNCTION log_positions_v2;
