--liquibase formatted sql

--changeset fastroom:members-without-the-room
-- Joining locks nothing of the room: a row that refers to it would lock the room's row against whoever locks that for
-- longer. What a deleted room leaves here is removed with its messages.
ALTER TABLE room_members DROP CONSTRAINT room_members_room_id_fkey;
-- How often the user has joined and left within a minute that began at moved_at.
ALTER TABLE room_members ADD COLUMN moved_at timestamptz;
ALTER TABLE room_members ADD COLUMN moves smallint NOT NULL DEFAULT 0;
--rollback ALTER TABLE room_members DROP COLUMN moves;
--rollback ALTER TABLE room_members DROP COLUMN moved_at;
--rollback DELETE FROM room_members m WHERE NOT EXISTS (SELECT FROM rooms r WHERE r.id = m.room_id);
--rollback ALTER TABLE room_members ADD FOREIGN KEY (room_id) REFERENCES rooms ON DELETE CASCADE;
