--liquibase formatted sql

--changeset fastroom:api-keys splitStatements:false
CREATE TABLE api_keys (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  hash         bytea NOT NULL UNIQUE,
  name         text NOT NULL,
  scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'write', 'moderate', 'admin']),
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at   timestamptz,
  last_used_at timestamptz
);
CREATE INDEX api_keys_user ON api_keys (user_id);
CREATE INDEX api_keys_expiry ON api_keys (expires_at);
-- However a key goes, nodes read that it is dead where they read it of access tokens. None keeps a socket of it for as
-- long as that stands there.
CREATE FUNCTION block_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO blocked_tokens (jti, expires_at)
  SELECT 'key-' || OLD.id, least(OLD.expires_at, clock_timestamp() + interval '7 days')
  WHERE OLD.expires_at IS NULL OR OLD.expires_at > clock_timestamp()
  ON CONFLICT (jti) DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER api_keys_deleted AFTER DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION block_api_key();
--rollback DROP TABLE api_keys; DROP FUNCTION block_api_key();
