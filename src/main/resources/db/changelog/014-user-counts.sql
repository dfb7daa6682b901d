--liquibase formatted sql

--changeset fastroom:member-counts-without-the-room
-- As for the members themselves: joining locks nothing of the room.
ALTER TABLE member_counts DROP CONSTRAINT member_counts_room_id_fkey;
--rollback DELETE FROM member_counts c WHERE NOT EXISTS (SELECT FROM rooms r WHERE r.id = c.room_id);
--rollback ALTER TABLE member_counts ADD FOREIGN KEY (room_id) REFERENCES rooms ON DELETE CASCADE;

--changeset fastroom:user-counts
-- Of how many rooms a user is a member, and how many they have made: kept, so that nobody counts.
CREATE TABLE user_counts (
  user_id     bigint PRIMARY KEY,
  memberships bigint NOT NULL DEFAULT 0,
  rooms_made  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO user_counts (user_id, memberships) SELECT user_id, count(*) FROM room_members WHERE is_member GROUP BY user_id;
--rollback DROP TABLE user_counts;

--changeset fastroom:count-memberships splitStatements:false
-- In the order of ids, so that two statements cannot wait for one another.
CREATE FUNCTION count_memberships(p_users bigint[], p_more int[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_counts AS c (user_id, memberships)
  SELECT i.member, sum(i.more) FROM unnest(p_users, p_more) AS i(member, more)
  GROUP BY i.member HAVING sum(i.more) <> 0 ORDER BY i.member
  ON CONFLICT (user_id) DO UPDATE SET memberships = c.memberships + EXCLUDED.memberships
$$;
CREATE FUNCTION count_added_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_memberships(array_agg(a.user_id), array_agg(a.is_member::int)) FROM added a;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_changed_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_memberships(array_agg(b.user_id), array_agg(b.more)) FROM (
    SELECT a.user_id, a.is_member::int AS more FROM added a
    UNION ALL SELECT r.user_id, -r.is_member::int FROM removed r
  ) b;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_memberships(array_agg(r.user_id), array_agg(-r.is_member::int)) FROM removed r;
  RETURN NULL;
END
$$;
CREATE TRIGGER memberships_added AFTER INSERT ON room_members
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_memberships();
CREATE TRIGGER memberships_changed AFTER UPDATE ON room_members
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_changed_memberships();
CREATE TRIGGER memberships_removed AFTER DELETE ON room_members
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_memberships();
--rollback DROP TRIGGER memberships_removed ON room_members; DROP TRIGGER memberships_changed ON room_members; DROP TRIGGER memberships_added ON room_members; DROP FUNCTION count_removed_memberships(); DROP FUNCTION count_changed_memberships(); DROP FUNCTION count_added_memberships(); DROP FUNCTION count_memberships(bigint[], int[]);
