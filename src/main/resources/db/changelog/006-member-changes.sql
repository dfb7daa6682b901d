--liquibase formatted sql

--changeset fastroom:member-changes
-- The seq of the event that made the row what it is; 0 when there was none. A node lets nobody in before it has got that
-- far in the log, or they would hear what was said while they were banned.
ALTER TABLE room_members ADD COLUMN changed_seq bigint NOT NULL DEFAULT 0;
--rollback ALTER TABLE room_members DROP COLUMN changed_seq;
