--liquibase formatted sql

--changeset fastroom:account-roles
ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
  ADD COLUMN is_bot boolean NOT NULL DEFAULT false;
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';
--rollback ALTER TABLE users DROP COLUMN role, DROP COLUMN is_bot;

--changeset fastroom:removed-users splitStatements:false
-- Accounts that are no more, for nodes that ask what has ended since they last asked. At the end of the transaction, for
-- the reason that users_disabled_at has.
CREATE TABLE removed_users (
  user_id    bigint NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX removed_users_removed ON removed_users (removed_at);
CREATE FUNCTION note_removed_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO removed_users (user_id) VALUES (OLD.id);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER users_removed AFTER DELETE ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_removed_user();
--rollback DROP TRIGGER users_removed ON users; DROP FUNCTION note_removed_user(); DROP TABLE removed_users;

--changeset fastroom:login-origins
-- What an account's owner knows a login by.
ALTER TABLE logins ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY, ADD COLUMN address text,
  ADD COLUMN user_agent text;
CREATE UNIQUE INDEX logins_id ON logins (id);
--rollback ALTER TABLE logins DROP COLUMN id, DROP COLUMN address, DROP COLUMN user_agent;
