--liquibase formatted sql

--changeset fastroom:messages-mentions runInTransaction:false
-- Built while messages are written. One that was begun and not ended is of no use.
DROP INDEX CONCURRENTLY IF EXISTS messages_mentions;
CREATE INDEX CONCURRENTLY messages_mentions ON messages (room_id, seq) WHERE mentions IS NOT NULL;
--rollback DROP INDEX messages_mentions;

--changeset fastroom:count-mentions-v2 splitStatements:false
-- How many messages of others after p_seq and up to p_to mention a member, p_most at most; among the last p_far that
-- mention anybody, however many there are in between.
CREATE FUNCTION count_mentions_v2(p_room bigint, p_user bigint, p_seq bigint, p_to bigint, p_most int, p_far int) RETURNS int
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT count(*) FROM (
    SELECT FROM (
      SELECT x.user_id, x.deleted, x.mentions FROM messages x
      WHERE x.room_id = p_room AND x.seq > p_seq AND x.seq <= p_to AND x.mentions IS NOT NULL
      ORDER BY x.seq DESC LIMIT p_far
    ) y WHERE NOT y.deleted AND y.user_id <> p_user AND p_user = ANY (y.mentions) LIMIT p_most
  ) z);
END
$$;
--rollback DROP FUNCTION count_mentions_v2;

--changeset fastroom:rooms-of-v2 splitStatements:false
-- Rooms as a member sees them in the list: those of p_rooms that they are a member of.
CREATE FUNCTION rooms_of_v2(p_user bigint, p_rooms bigint[],
  OUT id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz, OUT head bigint, OUT head_ts timestamptz,
  OUT changed_seq bigint, OUT read_seq bigint, OUT unread int, OUT mentions int,
  OUT message_id bigint, OUT user_id bigint, OUT username text, OUT content text, OUT ts timestamptz)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT r.id, r.name, r.is_private, r.created_at, h.seq, h.ts, m.changed_seq, k.seq,
    CASE WHEN k.seq >= h.seq THEN 0 ELSE count_unread_v1(r.id, p_user, k.seq, h.seq, 99, 10000) END,
    CASE WHEN k.seq >= h.seq THEN 0 ELSE count_mentions_v2(r.id, p_user, k.seq, h.seq, 99, 10000) END,
    l.id, l.user_id, CASE WHEN p.user_id IS NULL THEN l.username ELSE 'deleted.' || l.user_id END, l.content, l.created_at
  FROM unnest(p_rooms) AS i(room)
  JOIN rooms r ON r.id = i.room
  JOIN room_members m ON m.room_id = i.room AND m.user_id = p_user AND m.is_member AND NOT m.is_banned
  CROSS JOIN LATERAL (SELECT w.seq, w.ts FROM room_heads w WHERE w.room_id = i.room) h
  LEFT JOIN read_marks d ON d.room_id = i.room AND d.user_id = p_user
  CROSS JOIN LATERAL (SELECT GREATEST(d.seq, m.joined_seq, 0) AS seq) k
  LEFT JOIN LATERAL (
    SELECT x.id, x.user_id, x.username, x.content, x.created_at
    FROM messages x WHERE x.room_id = i.room AND NOT x.deleted ORDER BY x.id DESC LIMIT 1
  ) l ON true
  LEFT JOIN user_purges p ON p.user_id = l.user_id;
END
$$;
--rollback DROP FUNCTION rooms_of_v2;
