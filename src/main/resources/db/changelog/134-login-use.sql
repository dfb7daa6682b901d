--liquibase formatted sql

--changeset fastroom:login-use
-- When a login was in use, to a minute or so. It is not used_at, by which a stolen token is known.
ALTER TABLE logins ADD COLUMN seen_at timestamptz;
--rollback ALTER TABLE logins DROP COLUMN seen_at;
