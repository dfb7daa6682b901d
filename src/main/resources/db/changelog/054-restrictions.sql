--liquibase formatted sql

--changeset fastroom:restrictions
-- Why somebody is banned or muted and until when; null for no reason and for good. Of an event those of the change.
ALTER TABLE room_members ADD COLUMN ban_until timestamptz, ADD COLUMN mute_until timestamptz;
CREATE INDEX room_members_ban_ends ON room_members (ban_until) WHERE ban_until IS NOT NULL;
CREATE INDEX room_members_mute_ends ON room_members (mute_until) WHERE mute_until IS NOT NULL;
ALTER TABLE room_events ADD COLUMN reason text, ADD COLUMN until timestamptz;
--rollback ALTER TABLE room_events DROP COLUMN reason, DROP COLUMN until;
--rollback ALTER TABLE room_members DROP COLUMN ban_until, DROP COLUMN mute_until;
