--liquibase formatted sql

--changeset fastroom:users
CREATE TABLE users (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username      text COLLATE "C" NOT NULL UNIQUE,
  email         text,
  full_name     text,
  password_hash text NOT NULL,
  disabled      boolean NOT NULL DEFAULT false,
  disabled_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE INDEX users_disabled ON users (disabled_at) WHERE disabled;
--rollback DROP TABLE users;

--changeset fastroom:users-disabled-at splitStatements:false
-- An operator says no more than UPDATE users SET disabled = true. Nodes ask what was disabled since they last asked, so
-- the time must be that of the commit: a transaction held open for a minute would otherwise be overlooked.
CREATE FUNCTION note_disabled_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET disabled_at = clock_timestamp() WHERE id = NEW.id;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER users_disabled_at AFTER INSERT OR UPDATE OF disabled ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.disabled) EXECUTE FUNCTION note_disabled_user();
--rollback DROP TRIGGER users_disabled_at ON users; DROP FUNCTION note_disabled_user();
