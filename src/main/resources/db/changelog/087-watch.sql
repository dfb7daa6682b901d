--liquibase formatted sql

--changeset fastroom:count-unread-v1 splitStatements:false
-- How many messages of others after p_seq and up to p_to a member has not read, p_most at most; among the last p_far.
CREATE FUNCTION count_unread_v1(p_room bigint, p_user bigint, p_seq bigint, p_to bigint, p_most int, p_far int) RETURNS int
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT count(*) FROM (
    SELECT FROM (
      SELECT x.user_id, x.deleted FROM messages x WHERE x.room_id = p_room AND x.seq > p_seq AND x.seq <= p_to
      ORDER BY x.seq DESC LIMIT p_far
    ) y WHERE NOT y.deleted AND y.user_id <> p_user LIMIT p_most
  ) z);
END
$$;
--rollback DROP FUNCTION count_unread_v1;

--changeset fastroom:count-mentions-v1 splitStatements:false
-- The same of those that mention the member.
CREATE FUNCTION count_mentions_v1(p_room bigint, p_user bigint, p_seq bigint, p_to bigint, p_most int, p_far int) RETURNS int
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT count(*) FROM (
    SELECT FROM (
      SELECT x.user_id, x.deleted, x.mentions FROM messages x WHERE x.room_id = p_room AND x.seq > p_seq AND x.seq <= p_to
      ORDER BY x.seq DESC LIMIT p_far
    ) y WHERE NOT y.deleted AND y.user_id <> p_user AND p_user = ANY (y.mentions) LIMIT p_most
  ) z);
END
$$;
--rollback DROP FUNCTION count_mentions_v1;

--changeset fastroom:rooms-of-v1 splitStatements:false
-- Rooms as a member sees them in the list: those of p_rooms that they are a member of.
CREATE FUNCTION rooms_of_v1(p_user bigint, p_rooms bigint[],
  OUT id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz, OUT head bigint, OUT head_ts timestamptz,
  OUT changed_seq bigint, OUT read_seq bigint, OUT unread int, OUT mentions int,
  OUT message_id bigint, OUT user_id bigint, OUT username text, OUT content text, OUT ts timestamptz)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT r.id, r.name, r.is_private, r.created_at, h.seq, h.ts, m.changed_seq, k.seq,
    CASE WHEN k.seq >= h.seq THEN 0 ELSE count_unread_v1(r.id, p_user, k.seq, h.seq, 99, 10000) END,
    CASE WHEN k.seq >= h.seq THEN 0 ELSE count_mentions_v1(r.id, p_user, k.seq, h.seq, 99, 10000) END,
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
--rollback DROP FUNCTION rooms_of_v1;

--changeset fastroom:changes-of-v1 splitStatements:false
-- What has happened in rooms after a seq. mentions: whether somebody was mentioned. was_ts: the time of the event at that seq, null when there is none. authors and
-- seqs: the last p_window messages after p_from that are not deleted, oldest first. gone: the seqs of messages that were
-- deleted; out and out_seqs: who lost the right to the room by which event. Absent: a room that is no more.
CREATE FUNCTION changes_of_v1(p_rooms bigint[], p_seqs bigint[], p_from bigint[], p_window int,
  OUT nth bigint, OUT id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz,
  OUT head bigint, OUT head_ts timestamptz, OUT was_ts timestamptz,
  OUT mentions boolean, OUT seqs bigint[], OUT authors bigint[], OUT gone bigint[], OUT lost bigint[], OUT lost_seqs bigint[],
  OUT message_id bigint, OUT user_id bigint, OUT username text, OUT content text, OUT ts timestamptz)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT i.nth, r.id, r.name, r.is_private, r.created_at, h.seq, h.ts,
    COALESCE((SELECT x.created_at FROM messages x WHERE x.room_id = i.room AND x.seq = i.seq),
      (SELECT x.ts FROM room_events x WHERE x.room_id = i.room AND x.seq = i.seq)),
    EXISTS (SELECT FROM messages x WHERE x.room_id = i.room AND x.seq > i.seq AND x.mentions IS NOT NULL),
    w.seqs, w.authors, g.seqs, o.users, o.seqs,
    l.id, l.user_id, CASE WHEN p.user_id IS NULL THEN l.username ELSE 'deleted.' || l.user_id END, l.content, l.created_at
  FROM unnest(p_rooms, p_seqs, p_from) WITH ORDINALITY AS i(room, seq, start, nth)
  JOIN rooms r ON r.id = i.room
  CROSS JOIN LATERAL (SELECT w.seq, w.ts FROM room_heads w WHERE w.room_id = i.room) h
  CROSS JOIN LATERAL (
    SELECT array_agg(y.seq ORDER BY y.seq) AS seqs, array_agg(y.user_id ORDER BY y.seq) AS authors FROM (
      SELECT x.seq, x.user_id FROM messages x
      WHERE x.room_id = i.room AND x.seq > i.start AND NOT x.deleted ORDER BY x.seq DESC LIMIT p_window
    ) y
  ) w
  CROSS JOIN LATERAL (
    SELECT array_agg(m.seq) AS seqs FROM room_events e JOIN messages m ON m.room_id = i.room AND m.id = e.message_id
    WHERE e.room_id = i.room AND e.seq > i.seq AND e.kind = 2
  ) g
  CROSS JOIN LATERAL (
    SELECT array_agg(e.user_id ORDER BY e.seq) AS users, array_agg(e.seq ORDER BY e.seq) AS seqs FROM room_events e
    WHERE e.room_id = i.room AND e.seq > i.seq AND e.kind = 3 AND (e.is_banned OR NOT e.is_member)
  ) o
  LEFT JOIN LATERAL (
    SELECT x.id, x.user_id, x.username, x.content, x.created_at
    FROM messages x WHERE x.room_id = i.room AND NOT x.deleted ORDER BY x.id DESC LIMIT 1
  ) l ON true
  LEFT JOIN user_purges p ON p.user_id = l.user_id;
END
$$;
--rollback DROP FUNCTION changes_of_v1;
