--liquibase formatted sql

--changeset fastroom:letters
-- Mail that waits to be sent; gone once a server has taken it. One of a kind for an account, or of those about a
-- forgotten password one for an address, whether anybody has it or not: who that is shows when it is sent. due_at is
-- also how long the node that has begun to send it is left alone with it; version counts requests, so that one made
-- meanwhile is not lost with the row.
CREATE TABLE letters (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL,
  user_id    bigint REFERENCES users ON DELETE CASCADE,
  address    text COLLATE "C",
  version    integer NOT NULL DEFAULT 0,
  attempts   integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX letters_user ON letters (user_id, kind) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX letters_address ON letters (address, kind) WHERE user_id IS NULL;
CREATE INDEX letters_due ON letters (due_at);
--rollback DROP TABLE letters;

--changeset fastroom:mail-links
-- The links in them, as hashes; each works once, for the address it was sent to.
CREATE TABLE mail_links (
  hash       bytea PRIMARY KEY,
  kind       text NOT NULL,
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  email      text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX mail_links_user ON mail_links (user_id, kind);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);
--rollback DROP TABLE mail_links;

--changeset fastroom:verified-emails
-- Where mail is sent, an e-mail has its email_key once its link was followed; until then it is the new one and blocks
-- nobody. Where none is sent it has it at once, and gives it up to whoever proves that it is theirs.
ALTER TABLE users ADD COLUMN email_verified boolean NOT NULL DEFAULT false, ADD COLUMN new_email text,
  ADD COLUMN new_email_key text COLLATE "C";
CREATE INDEX users_new_email ON users (new_email_key, id) WHERE new_email_key IS NOT NULL;
--rollback ALTER TABLE users DROP COLUMN email_verified, DROP COLUMN new_email, DROP COLUMN new_email_key;
