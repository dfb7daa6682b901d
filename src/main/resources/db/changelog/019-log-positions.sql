--liquibase formatted sql

--changeset fastroom:log-positions-v1 splitStatements:false
-- Where the logs of rooms stand: for each room and seq asked for the last seq given out and the last event at or below
-- that seq. A room that has none there is answered with seq 0 and its own time of creation; one that is gone is absent.
-- sum is that of the events after p_from up to the seq, a number for the time of each, so that a stretch that has been
-- exchanged shows.
-- head_seq is a floor: what the tables hold beyond it counts as well.
-- Asked for all live rooms of a node every second and for the room of every join: three steps down an index for a room
-- that is where it was, five for one that has moved, and no plan that depends on how small a table was once.
CREATE FUNCTION log_positions_v1(p_modulus bigint, p_rooms bigint[], p_from bigint[], p_seqs bigint[],
  OUT nth bigint, OUT created_at timestamptz, OUT head bigint, OUT seq bigint, OUT ts timestamptz, OUT sum bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
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
  FROM unnest(p_rooms, p_from, p_seqs) WITH ORDINALITY AS i(room, start, seq, nth)
  JOIN rooms r ON r.id = i.room
  LEFT JOIN LATERAL (SELECT x.seq, x.created_at AS ts FROM messages x
    WHERE x.room_id = i.room ORDER BY x.seq DESC LIMIT 1) m ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.ts FROM room_events x
    WHERE x.room_id = i.room ORDER BY x.seq DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.created_at AS ts FROM messages x
    WHERE m.seq > i.seq AND x.room_id = i.room AND x.seq <= i.seq ORDER BY x.seq DESC LIMIT 1) om ON true
  LEFT JOIN LATERAL (SELECT x.seq, x.ts FROM room_events x
    WHERE e.seq > i.seq AND x.room_id = i.room AND x.seq <= i.seq ORDER BY x.seq DESC LIMIT 1) oe ON true
  LEFT JOIN LATERAL (SELECT v.seq, v.ts FROM (VALUES (m.seq, m.ts), (e.seq, e.ts), (om.seq, om.ts), (oe.seq, oe.ts))
    AS v(seq, ts) WHERE v.seq <= i.seq ORDER BY v.seq DESC LIMIT 1) p ON true;
END
$$;
--rollback DROP FUNCTION log_positions_v1;
