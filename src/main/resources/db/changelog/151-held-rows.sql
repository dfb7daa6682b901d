--liquibase formatted sql

--changeset fastroom:mark-read-v2 splitStatements:false
-- As mark_read_v1, but waits for nobody: a mark whose row, or whose user's, another transaction holds is left as it is.
-- Outcomes: those of v1, and 6 for such a one. A row that another transaction is adding is waited for, p_wait
-- milliseconds at most.
CREATE FUNCTION mark_read_v2(p_users bigint[], p_rooms bigint[], p_seqs bigint[], p_wait int,
  OUT nth bigint, OUT outcome int, OUT seq bigint, OUT name text, OUT version bigint)
RETURNS SETOF record LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('lock_timeout', p_wait || 'ms', true);
  RETURN QUERY
  WITH seen AS MATERIALIZED (
    SELECT a.nth, a.room, a.reader, r.name, LEAST(a.seq, h.seq) AS wanted, k.user_id IS NOT NULL AS has_mark,
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
  ), moving AS MATERIALIZED (
    SELECT s.room, s.reader, s.wanted, s.has_mark FROM seen s WHERE s.outcome = 0 AND s.wanted > s.was
  ), marks AS MATERIALIZED (
    SELECT k.room_id, k.user_id FROM moving d JOIN read_marks k ON k.room_id = d.room AND k.user_id = d.reader
    FOR NO KEY UPDATE OF k SKIP LOCKED
  ), readers AS MATERIALIZED (
    SELECT c.user_id FROM user_counts c WHERE c.user_id IN (SELECT d.reader FROM moving d)
    FOR NO KEY UPDATE OF c SKIP LOCKED
  ), free AS MATERIALIZED (
    SELECT d.room, d.reader, d.wanted FROM moving d
    WHERE (NOT d.has_mark OR EXISTS (SELECT FROM marks k WHERE k.room_id = d.room AND k.user_id = d.reader))
      AND (EXISTS (SELECT FROM readers c WHERE c.user_id = d.reader)
        OR NOT EXISTS (SELECT FROM user_counts c WHERE c.user_id = d.reader))
  ), marked AS (
    INSERT INTO read_marks AS k (room_id, user_id, seq)
    SELECT f.room, f.reader, f.wanted FROM free f ORDER BY f.room, f.reader
    ON CONFLICT (room_id, user_id) DO UPDATE SET seq = EXCLUDED.seq WHERE k.seq < EXCLUDED.seq
    RETURNING k.room_id, k.user_id, k.seq
  ), noted AS (
    INSERT INTO user_counts AS c (user_id, version)
    SELECT DISTINCT d.user_id, 1 FROM marked d ORDER BY 1
    ON CONFLICT (user_id) DO UPDATE SET version = c.version + 1
    RETURNING c.user_id, c.version
  )
  SELECT s.nth, CASE WHEN s.outcome = 0 AND s.wanted > s.was AND f.reader IS NULL THEN 6 ELSE s.outcome END,
    GREATEST(s.was, d.seq), s.name, n.version
  FROM seen s LEFT JOIN free f ON f.room = s.room AND f.reader = s.reader
  LEFT JOIN marked d ON d.room_id = s.room AND d.user_id = s.reader
  LEFT JOIN noted n ON n.user_id = d.user_id;
END
$$;
--rollback DROP FUNCTION mark_read_v2;

--changeset fastroom:public-rooms-at-commit splitStatements:false
-- The number of public rooms is one row for all: it is written as the last thing of a transaction, once, so that none
-- that waits for something else, or whose node is frozen, keeps all others from making and deleting rooms. Until then
-- a setting of the transaction holds by how much it changes. What the triggers called before stays for the way back.
CREATE FUNCTION public_rooms_changed() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT COALESCE(NULLIF(current_setting('fastroom.public_rooms', true), ''), '0')::bigint
$$;
CREATE FUNCTION note_public_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('fastroom.public_rooms', (public_rooms_changed()
    + (TG_OP <> 'DELETE' AND NOT NEW.is_private)::int - (TG_OP <> 'INSERT' AND NOT OLD.is_private)::int)::text, true);
  RETURN NULL;
END
$$;
CREATE FUNCTION count_public_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_changed bigint := public_rooms_changed();
BEGIN
  IF v_changed <> 0 THEN
    UPDATE room_counts SET rooms = rooms + v_changed WHERE NOT is_private;
    PERFORM set_config('fastroom.public_rooms', '0', true);
  END IF;
  RETURN NULL;
END
$$;
DROP TRIGGER rooms_added ON rooms;
DROP TRIGGER rooms_removed ON rooms;
DROP TRIGGER rooms_hidden ON rooms;
-- Of the same row the noting one has to come first, which it does by its name.
CREATE TRIGGER rooms_added AFTER INSERT ON rooms
  FOR EACH ROW WHEN (NOT NEW.is_private) EXECUTE FUNCTION note_public_room();
CREATE TRIGGER rooms_removed AFTER DELETE ON rooms
  FOR EACH ROW WHEN (NOT OLD.is_private) EXECUTE FUNCTION note_public_room();
CREATE TRIGGER rooms_hidden AFTER UPDATE OF is_private ON rooms
  FOR EACH ROW WHEN (OLD.is_private <> NEW.is_private) EXECUTE FUNCTION note_public_room();
CREATE CONSTRAINT TRIGGER rooms_zcounted AFTER INSERT OR DELETE OR UPDATE OF is_private ON rooms
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_public_rooms();
--rollback DROP TRIGGER rooms_zcounted ON rooms; DROP TRIGGER rooms_added ON rooms; DROP TRIGGER rooms_removed ON rooms; DROP TRIGGER rooms_hidden ON rooms;
--rollback DROP FUNCTION note_public_room; DROP FUNCTION count_public_rooms; DROP FUNCTION public_rooms_changed;
--rollback CREATE TRIGGER rooms_added AFTER INSERT ON rooms REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_rooms();
--rollback CREATE TRIGGER rooms_removed AFTER DELETE ON rooms REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_rooms();
--rollback CREATE TRIGGER rooms_hidden AFTER UPDATE OF is_private ON rooms FOR EACH ROW WHEN (OLD.is_private <> NEW.is_private) EXECUTE FUNCTION count_hidden_room();
