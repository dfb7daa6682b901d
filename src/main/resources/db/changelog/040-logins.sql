--liquibase formatted sql

--changeset fastroom:logins
-- A login is a family of tokens, which has one generation at a time. used_at is when a token of the present generation
-- was first presented: from then on one of the generation before is theft. A family that a node of the release before
-- began has no row until it is rotated here; a token that such a node gave out has no generation and is of the present
-- one as long as nobody has rotated it.
CREATE TABLE logins (
  family     text PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  rotated_at timestamptz,
  used_at    timestamptz
);
CREATE INDEX logins_user ON logins (user_id);
CREATE INDEX logins_expiry ON logins (expires_at);
ALTER TABLE refresh_tokens ADD COLUMN generation integer;
CREATE INDEX refresh_tokens_access ON refresh_tokens (access_jti);
CREATE INDEX refresh_tokens_live ON refresh_tokens (family) WHERE NOT revoked;
--rollback DROP INDEX refresh_tokens_live; DROP INDEX refresh_tokens_access; ALTER TABLE refresh_tokens DROP COLUMN generation; DROP TABLE logins;

--changeset fastroom:known-addresses
-- From where an account has lately been signed in to, as keyed hashes: others' failures do not hold these up.
CREATE TABLE known_addresses (
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  address bytea NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, address)
);
CREATE INDEX known_addresses_seen ON known_addresses (seen_at);
--rollback DROP TABLE known_addresses;
