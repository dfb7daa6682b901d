--liquibase formatted sql

--changeset fastroom:listed-members
CREATE INDEX room_members_listed ON room_members (room_id, user_id) WHERE is_member OR is_banned;
--rollback DROP INDEX room_members_listed;

--changeset fastroom:member-counts splitStatements:false
-- How long the listing of a room's members is, kept by every statement that changes it, whoever sends it. In the order
-- of ids, so that two statements cannot wait for one another.
CREATE TABLE member_counts (
  room_id bigint PRIMARY KEY REFERENCES rooms ON DELETE CASCADE,
  listed  bigint NOT NULL
) WITH (fillfactor = 40);
CREATE FUNCTION count_added_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO member_counts AS c (room_id, listed)
  SELECT room_id, count(*) FROM added WHERE is_member OR is_banned GROUP BY room_id ORDER BY room_id
  ON CONFLICT (room_id) DO UPDATE SET listed = c.listed + EXCLUDED.listed;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_changed_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO member_counts AS c (room_id, listed)
  SELECT room_id, sum(more) FROM (
    SELECT room_id, 1 AS more FROM added WHERE is_member OR is_banned
    UNION ALL SELECT room_id, -1 FROM removed WHERE is_member OR is_banned
  ) changes GROUP BY room_id HAVING sum(more) <> 0 ORDER BY room_id
  ON CONFLICT (room_id) DO UPDATE SET listed = c.listed + EXCLUDED.listed;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Not those of a room that goes as a whole.
  PERFORM FROM member_counts WHERE room_id IN (SELECT room_id FROM removed) ORDER BY room_id FOR NO KEY UPDATE;
  UPDATE member_counts c SET listed = c.listed - d.less
  FROM (SELECT room_id, count(*) AS less FROM removed WHERE is_member OR is_banned GROUP BY room_id) d
  WHERE c.room_id = d.room_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER room_members_added AFTER INSERT ON room_members
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_members();
CREATE TRIGGER room_members_changed AFTER UPDATE ON room_members
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_changed_members();
CREATE TRIGGER room_members_removed AFTER DELETE ON room_members
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_members();
INSERT INTO member_counts (room_id, listed)
SELECT room_id, count(*) FROM room_members WHERE is_member OR is_banned GROUP BY room_id;
--rollback DROP TRIGGER room_members_added ON room_members; DROP TRIGGER room_members_changed ON room_members; DROP TRIGGER room_members_removed ON room_members; DROP FUNCTION count_added_members(); DROP FUNCTION count_changed_members(); DROP FUNCTION count_removed_members(); DROP TABLE member_counts;

--changeset fastroom:public-rooms splitStatements:false
-- How many public rooms there are.
CREATE TABLE room_counts (
  is_private boolean PRIMARY KEY,
  rooms      bigint NOT NULL
) WITH (fillfactor = 40);
CREATE FUNCTION count_added_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE room_counts SET rooms = rooms + (SELECT count(*) FROM added WHERE NOT is_private)
  WHERE NOT is_private AND EXISTS (SELECT FROM added WHERE NOT is_private);
  RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE room_counts SET rooms = rooms - (SELECT count(*) FROM removed WHERE NOT is_private)
  WHERE NOT is_private AND EXISTS (SELECT FROM removed WHERE NOT is_private);
  RETURN NULL;
END
$$;
CREATE FUNCTION count_hidden_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE room_counts SET rooms = rooms + CASE WHEN NEW.is_private THEN -1 ELSE 1 END WHERE NOT is_private;
  RETURN NULL;
END
$$;
CREATE TRIGGER rooms_added AFTER INSERT ON rooms
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_rooms();
CREATE TRIGGER rooms_removed AFTER DELETE ON rooms
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_rooms();
-- By row and column: head_seq is updated with every batch of messages, and that must not cost a call.
CREATE TRIGGER rooms_hidden AFTER UPDATE OF is_private ON rooms
  FOR EACH ROW WHEN (OLD.is_private <> NEW.is_private) EXECUTE FUNCTION count_hidden_room();
INSERT INTO room_counts (is_private, rooms) SELECT false, count(*) FROM rooms WHERE NOT is_private;
--rollback DROP TRIGGER rooms_added ON rooms; DROP TRIGGER rooms_removed ON rooms; DROP TRIGGER rooms_hidden ON rooms; DROP FUNCTION count_added_rooms(); DROP FUNCTION count_removed_rooms(); DROP FUNCTION count_hidden_room(); DROP TABLE room_counts;

--changeset fastroom:room-words splitStatements:false
-- The words of a room's name, by which it is found. Separators are named one by one: what is a letter depends on the
-- locale of a database, and one in C would know none beyond ASCII. So does what is lower case, hence ICU where it is.
-- Direct rooms (@) are found by their people.
DO $do$
BEGIN
  EXECUTE replace($body$
CREATE FUNCTION words_of(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT word), '{}') FROM regexp_split_to_table(
    lower(name{collation}), U&'[\0001-\002F:-@\005B-`{-\00A0\00AB\00B7\00BB\2000-\206F\3000-\303F\FF0C\FF1A]+') AS word
  WHERE word <> ''
$$$body$, '{collation}', CASE WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu')
    THEN ' COLLATE "und-x-icu"' ELSE '' END);
END
$do$;
CREATE TABLE room_words (
  word    text COLLATE "C" NOT NULL,
  room_id bigint NOT NULL REFERENCES rooms ON DELETE CASCADE,
  PRIMARY KEY (word, room_id)
);
CREATE INDEX room_words_room ON room_words (room_id);
CREATE FUNCTION note_room_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO room_words (room_id, word)
  SELECT a.id, w FROM added a, unnest(words_of(a.name)) w WHERE a.name NOT LIKE '@%';
  RETURN NULL;
END
$$;
CREATE FUNCTION note_renamed_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM room_words WHERE room_id = NEW.id;
  INSERT INTO room_words (room_id, word)
  SELECT NEW.id, w FROM unnest(words_of(NEW.name)) w WHERE NEW.name NOT LIKE '@%';
  RETURN NULL;
END
$$;
CREATE TRIGGER rooms_named AFTER INSERT ON rooms
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_room_words();
CREATE TRIGGER rooms_renamed AFTER UPDATE OF name ON rooms
  FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION note_renamed_room();
INSERT INTO room_words (room_id, word)
SELECT r.id, w FROM rooms r, unnest(words_of(r.name)) w WHERE r.name NOT LIKE '@%';
--rollback DROP TRIGGER rooms_named ON rooms; DROP TRIGGER rooms_renamed ON rooms; DROP FUNCTION note_room_words(); DROP FUNCTION note_renamed_room(); DROP TABLE room_words; DROP FUNCTION words_of(text);
