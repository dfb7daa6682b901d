--liquibase formatted sql

--changeset fastroom:removed-users-key
-- Where all tables are published, as change data capture does it, nothing can be deleted from one without a key. That of a
-- user is none: a row that was brought back from a backup may be deleted once more.
ALTER TABLE removed_users ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
--rollback ALTER TABLE removed_users DROP COLUMN id;
