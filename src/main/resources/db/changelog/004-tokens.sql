--liquibase formatted sql

--changeset fastroom:refresh-tokens
CREATE TABLE refresh_tokens (
  hash              bytea PRIMARY KEY,
  user_id           bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  family            text NOT NULL,
  expires_at        timestamptz NOT NULL,
  revoked           boolean NOT NULL DEFAULT false,
  rotated_at        timestamptz,
  access_jti        text NOT NULL,
  access_expires_at timestamptz NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
--rollback DROP TABLE refresh_tokens;

--changeset fastroom:blocked-tokens
CREATE TABLE blocked_tokens (
  jti        text PRIMARY KEY,
  expires_at timestamptz NOT NULL,
  blocked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX blocked_tokens_blocked ON blocked_tokens (blocked_at);
--rollback DROP TABLE blocked_tokens;
