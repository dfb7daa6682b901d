--liquibase formatted sql

--changeset fastroom:rooms
-- head_seq is the seq of the last event; whoever gives out the next one holds the row's lock. Every batch of messages
-- updates the row, so its pages leave space for the new versions and no index holds what changes.
CREATE TABLE rooms (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text COLLATE "C" NOT NULL UNIQUE,
  is_private    boolean NOT NULL DEFAULT false,
  head_seq      bigint NOT NULL DEFAULT 0,
  message_count bigint NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 40);
CREATE INDEX rooms_public ON rooms (id) WHERE NOT is_private;
--rollback DROP TABLE rooms;

--changeset fastroom:room-members
-- A row outlives the membership: a ban and a mute do.
CREATE TABLE room_members (
  room_id      bigint NOT NULL REFERENCES rooms ON DELETE CASCADE,
  user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  is_member    boolean NOT NULL DEFAULT true,
  is_moderator boolean NOT NULL DEFAULT false,
  is_banned    boolean NOT NULL DEFAULT false,
  is_muted     boolean NOT NULL DEFAULT false,
  joined_at    timestamptz DEFAULT clock_timestamp(),
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX room_members_user ON room_members (user_id, room_id) WHERE is_member;
CREATE INDEX room_members_moderators ON room_members (room_id) WHERE is_moderator;
--rollback DROP TABLE room_members;
