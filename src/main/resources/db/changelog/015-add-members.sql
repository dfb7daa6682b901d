--liquibase formatted sql

--changeset fastroom:add-members-v1 splitStatements:false
-- Makes users members of public rooms, without an event and without the rooms' locks. Answers by position.
-- Outcomes: 0 added, 1 a member already, 2 no such room or a private one, 3 no such user, 4 banned, 5 joined and left too
-- often within a minute (not asked for with p_moves 0), 6 somebody else is changing the same row, 7 a member of too many
-- rooms, 8 the room has too many members.
-- seq is how far a node must have got in the log before it lets the member in: what was said until now was not for them.
CREATE FUNCTION add_members_v1(p_rooms bigint[], p_users bigint[], p_moves int, p_memberships bigint, p_members bigint,
  p_wait int, OUT nth bigint, OUT outcome int, OUT retry_millis bigint,
  OUT room_id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz,
  OUT user_id bigint, OUT username text, OUT is_moderator boolean, OUT is_muted boolean, OUT joined_at timestamptz,
  OUT seq bigint)
RETURNS SETOF record LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  v_now CONSTANT timestamptz := clock_timestamp();
BEGIN
  PERFORM set_config('lock_timeout', p_wait || 'ms', true);
  RETURN QUERY
  WITH asked AS (
    SELECT w.nth, w.room, w.member, row_number() OVER (PARTITION BY w.room, w.member ORDER BY w.nth) AS copy
    FROM unnest(p_rooms, p_users) WITH ORDINALITY AS w(room, member, nth)
  ), free AS (
    SELECT m.room_id, m.user_id FROM asked w JOIN room_members m ON m.room_id = w.room AND m.user_id = w.member
    WHERE w.copy = 1 FOR NO KEY UPDATE OF m SKIP LOCKED
  ), heads AS MATERIALIZED (
    SELECT h.room_id, h.seq, COALESCE(c.listed, 0) AS members
    FROM (SELECT DISTINCT x AS room FROM unnest(p_rooms) x) d JOIN room_heads h ON h.room_id = d.room
    LEFT JOIN member_counts c ON c.room_id = d.room
  ), seen AS MATERIALIZED (
    SELECT w.nth, w.copy, w.room, w.member, r.name, r.is_private, r.created_at, u.username, h.seq AS head, m.changed_seq,
      m.is_moderator, m.is_muted, m.joined_at, m.moved_at, (CASE
        WHEN r.id IS NULL THEN 2
        WHEN u.id IS NULL THEN 3
        WHEN r.is_private AND m.is_member IS NOT TRUE THEN 2
        WHEN m.is_banned THEN 4
        WHEN m.is_member THEN 1
        WHEN m.user_id IS NOT NULL AND f.user_id IS NULL THEN 6
        WHEN p_moves > 0 AND m.moves >= p_moves AND m.moved_at > v_now - interval '1 minute' THEN 5
        WHEN k.memberships >= p_memberships THEN 7
        WHEN h.members + row_number() OVER (PARTITION BY w.room ORDER BY w.nth) > p_members THEN 8
        ELSE 0 END) AS outcome
    FROM asked w
    LEFT JOIN rooms r ON r.id = w.room
    LEFT JOIN heads h ON h.room_id = w.room
    LEFT JOIN users u ON u.id = w.member
    LEFT JOIN room_members m ON m.room_id = w.room AND m.user_id = w.member
    LEFT JOIN free f ON f.room_id = w.room AND f.user_id = w.member
    LEFT JOIN user_counts k ON k.user_id = w.member
  ), added AS (
    INSERT INTO room_members AS m (room_id, user_id, joined_at, changed_seq, moved_at, moves)
    SELECT s.room, s.member, v_now, s.head, v_now, 1 FROM seen s WHERE s.outcome = 0 AND s.copy = 1
    ORDER BY s.room, s.member
    ON CONFLICT (room_id, user_id) DO UPDATE
    SET is_member = true, is_moderator = false, joined_at = EXCLUDED.joined_at,
      changed_seq = GREATEST(m.changed_seq, EXCLUDED.changed_seq),
      moved_at = CASE WHEN m.moved_at > v_now - interval '1 minute' THEN m.moved_at ELSE v_now END,
      moves = CASE WHEN m.moved_at > v_now - interval '1 minute' THEN m.moves + 1 ELSE 1 END
    WHERE NOT m.is_member AND NOT m.is_banned
    RETURNING m.room_id, m.user_id, m.is_muted, m.joined_at, m.changed_seq
  )
  SELECT s.nth, CASE WHEN s.outcome = 0 AND a.user_id IS NULL THEN 6 WHEN s.outcome = 0 AND s.copy > 1 THEN 1
      ELSE s.outcome END,
    CASE s.outcome WHEN 5 THEN ceil(extract(epoch FROM s.moved_at + interval '1 minute' - v_now) * 1000)::bigint
      ELSE 0 END,
    s.room, s.name, s.is_private, s.created_at, s.member, s.username,
    a.user_id IS NULL AND COALESCE(s.is_moderator, false), COALESCE(a.is_muted, s.is_muted, false),
    COALESCE(a.joined_at, s.joined_at), LEAST(s.head, COALESCE(a.changed_seq, s.changed_seq, 0))
  FROM seen s LEFT JOIN added a ON a.room_id = s.room AND a.user_id = s.member;
END
$$;
--rollback DROP FUNCTION add_members_v1;
