--liquibase formatted sql

--changeset fastroom:user-purges
-- Accounts that are deleted but whose memberships and names in messages have not been removed everywhere yet. name is
-- what they were called, until then.
CREATE TABLE user_purges (
  user_id    bigint PRIMARY KEY,
  name       text NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- The rooms whose messages are still to be gone through, up to which id that has been done.
CREATE TABLE user_purge_rooms (
  user_id  bigint NOT NULL REFERENCES user_purges ON DELETE CASCADE,
  room_id  bigint NOT NULL,
  after_id bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, room_id)
);
--rollback DROP TABLE user_purge_rooms; DROP TABLE user_purges;

--changeset fastroom:room-members-left
-- Whoever was there and is no more; together with room_members_user that is everything about a user. Not one index of
-- both: a plan would take it for one member of one room.
CREATE INDEX room_members_left ON room_members (user_id, room_id) WHERE NOT is_member;
--rollback DROP INDEX room_members_left;
