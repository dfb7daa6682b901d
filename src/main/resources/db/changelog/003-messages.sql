--liquibase formatted sql

--changeset fastroom:messages
-- Ids are given out under the room's lock, so within a room they grow with seq and a page before an id is one range of
-- the primary key. No foreign keys: append_chats checks room and member under the same lock, and a trigger per row
-- would cost more than the insert. The name is that of the account, which never changes.
CREATE TABLE messages (
  id         bigint GENERATED ALWAYS AS IDENTITY,
  room_id    bigint NOT NULL,
  seq        bigint NOT NULL,
  user_id    bigint NOT NULL,
  username   text NOT NULL,
  content    text NOT NULL,
  client_id  text,
  created_at timestamptz NOT NULL,
  edited_at  timestamptz,
  edited_by  text,
  deleted    boolean NOT NULL DEFAULT false,
  deleted_at timestamptz,
  PRIMARY KEY (room_id, id),
  CONSTRAINT messages_seq_key UNIQUE (room_id, seq)
);
CREATE UNIQUE INDEX messages_client_id_key ON messages (user_id, client_id) WHERE client_id IS NOT NULL;
--rollback DROP TABLE messages;

--changeset fastroom:room-events
-- The events of a room that are not messages; together with messages they are its log, without gaps in seq.
-- kind is 1 message_updated, 2 message_deleted, 3 member_update, 4 room_updated; user_id and username are those of the
-- member or of the editor; room is the old name of a renamed room.
CREATE TABLE room_events (
  room_id      bigint NOT NULL,
  seq          bigint NOT NULL,
  kind         smallint NOT NULL,
  ts           timestamptz NOT NULL,
  message_id   bigint,
  content      text,
  user_id      bigint,
  username     text,
  is_member    boolean,
  is_moderator boolean,
  is_banned    boolean,
  is_muted     boolean,
  room         text,
  name         text,
  is_private   boolean,
  PRIMARY KEY (room_id, seq)
);
CREATE INDEX room_events_message ON room_events (room_id, message_id) WHERE kind = 1;
--rollback DROP TABLE room_events;

--changeset fastroom:room-purges
-- Rooms that are deleted but whose many messages and events have not been removed yet.
CREATE TABLE room_purges (
  room_id    bigint PRIMARY KEY,
  deleted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
--rollback DROP TABLE room_purges;
