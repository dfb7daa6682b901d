--liquibase formatted sql

--changeset fastroom:joined-seqs splitStatements:false
-- Where the log was when a membership began: nothing before it is unread. left_alone: the last membership ended by the
-- member's own doing.
ALTER TABLE room_members ADD COLUMN joined_seq bigint, ADD COLUMN left_alone boolean NOT NULL DEFAULT false;
UPDATE room_members m SET joined_seq = h.seq FROM room_heads h WHERE h.room_id = m.room_id AND m.is_member;
CREATE FUNCTION note_joined_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.joined_seq := NEW.changed_seq;
  RETURN NEW;
END
$$;
CREATE TRIGGER members_enter BEFORE INSERT ON room_members
  FOR EACH ROW WHEN (NEW.is_member) EXECUTE FUNCTION note_joined_seq();
CREATE TRIGGER members_enter_again BEFORE UPDATE ON room_members
  FOR EACH ROW WHEN (NEW.is_member AND NOT OLD.is_member) EXECUTE FUNCTION note_joined_seq();
--rollback DROP TRIGGER members_enter_again ON room_members; DROP TRIGGER members_enter ON room_members; DROP FUNCTION note_joined_seq(); ALTER TABLE room_members DROP COLUMN joined_seq, DROP COLUMN left_alone;

--changeset fastroom:read-marks
-- How far a member has read. Without a row it is where they joined; one of an earlier membership is behind that.
CREATE TABLE read_marks (
  room_id bigint NOT NULL,
  user_id bigint NOT NULL,
  seq     bigint NOT NULL,
  PRIMARY KEY (room_id, user_id)
) WITH (fillfactor = 70);
--rollback DROP TABLE read_marks;

--changeset fastroom:user-versions splitStatements:false
-- Grows with everything that changes which rooms a user has and how far they have read: nodes compare it to notice what
-- they have not been told.
ALTER TABLE user_counts ADD COLUMN version bigint NOT NULL DEFAULT 0;
CREATE OR REPLACE FUNCTION count_memberships(p_users bigint[], p_more int[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_counts AS c (user_id, memberships, version)
  SELECT i.member, sum(i.more), 1 FROM unnest(p_users, p_more) AS i(member, more)
  GROUP BY i.member HAVING sum(i.more) <> 0 ORDER BY i.member
  ON CONFLICT (user_id) DO UPDATE SET memberships = c.memberships + EXCLUDED.memberships, version = c.version + 1
$$;
CREATE FUNCTION note_banned_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO user_counts AS c (user_id, version) VALUES (NEW.user_id, 1)
  ON CONFLICT (user_id) DO UPDATE SET version = c.version + 1;
  RETURN NULL;
END
$$;
CREATE TRIGGER members_banned AFTER UPDATE ON room_members
  FOR EACH ROW WHEN (NEW.is_banned <> OLD.is_banned) EXECUTE FUNCTION note_banned_member();
--rollback DROP TRIGGER members_banned ON room_members; DROP FUNCTION note_banned_member();
--rollback CREATE OR REPLACE FUNCTION count_memberships(p_users bigint[], p_more int[]) RETURNS void LANGUAGE sql AS $$
--rollback   INSERT INTO user_counts AS c (user_id, memberships)
--rollback   SELECT i.member, sum(i.more) FROM unnest(p_users, p_more) AS i(member, more)
--rollback   GROUP BY i.member HAVING sum(i.more) <> 0 ORDER BY i.member
--rollback   ON CONFLICT (user_id) DO UPDATE SET memberships = c.memberships + EXCLUDED.memberships
--rollback $$;
--rollback ALTER TABLE user_counts DROP COLUMN version;

--changeset fastroom:mark-read-v1 splitStatements:false
-- Notes how far users have read; never back, never beyond the log. Each user and room once. Answers by position.
-- Outcomes: 0 the mark is now at seq, 2 no such room or a private one, 3 not a member, 4 banned. version is that of the
-- user when the mark has moved, else null.
CREATE FUNCTION mark_read_v1(p_users bigint[], p_rooms bigint[], p_seqs bigint[],
  OUT nth bigint, OUT outcome int, OUT seq bigint, OUT name text, OUT version bigint)
RETURNS SETOF record LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH seen AS MATERIALIZED (
    SELECT a.nth, a.room, a.reader, r.name, LEAST(a.seq, h.seq) AS wanted,
      GREATEST(k.seq, m.joined_seq, 0) AS was, (CASE
        WHEN r.id IS NULL OR r.is_private AND m.is_member IS NOT TRUE THEN 2
        WHEN m.is_banned THEN 4
        WHEN m.is_member IS NOT TRUE THEN 3
        ELSE 0 END) AS outcome
    FROM unnest(p_users, p_rooms, p_seqs) WITH ORDINALITY AS a(reader, room, seq, nth)
    LEFT JOIN rooms r ON r.id = a.room
    LEFT JOIN LATERAL (SELECT w.seq FROM room_heads w WHERE w.room_id = r.id) h ON true
    LEFT JOIN room_members m ON m.room_id = a.room AND m.user_id = a.reader
    LEFT JOIN read_marks k ON k.room_id = a.room AND k.user_id = a.reader
  ), marked AS (
    INSERT INTO read_marks AS k (room_id, user_id, seq)
    SELECT s.room, s.reader, s.wanted FROM seen s WHERE s.outcome = 0 AND s.wanted > s.was ORDER BY s.room, s.reader
    ON CONFLICT (room_id, user_id) DO UPDATE SET seq = EXCLUDED.seq WHERE k.seq < EXCLUDED.seq
    RETURNING k.room_id, k.user_id, k.seq
  ), noted AS (
    INSERT INTO user_counts AS c (user_id, version)
    SELECT DISTINCT d.user_id, 1 FROM marked d ORDER BY 1
    ON CONFLICT (user_id) DO UPDATE SET version = c.version + 1
    RETURNING c.user_id, c.version
  )
  SELECT s.nth, s.outcome, GREATEST(s.was, d.seq), s.name, n.version
  FROM seen s LEFT JOIN marked d ON d.room_id = s.room AND d.user_id = s.reader
  LEFT JOIN noted n ON n.user_id = d.user_id;
END
$$;
--rollback DROP FUNCTION mark_read_v1;
