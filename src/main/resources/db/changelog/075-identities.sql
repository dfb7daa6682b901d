--liquibase formatted sql

--changeset fastroom:external-identities splitStatements:false
-- Who an account is to an identity provider. A subject means something only together with its issuer.
CREATE TABLE external_identities (
  issuer     text COLLATE "C" NOT NULL,
  subject    text COLLATE "C" NOT NULL,
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identities_user ON external_identities (user_id);
-- Whose accounts were deleted, when last: a token from before must not make a new one. Who it was, nobody can read here.
CREATE TABLE ended_identities (
  identity bytea PRIMARY KEY,
  ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION note_ended_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ended_identities (identity)
  VALUES (sha256(convert_to(OLD.issuer || ' ' || OLD.subject, 'UTF8')))
  ON CONFLICT (identity) DO UPDATE SET ended_at = clock_timestamp();
  RETURN NULL;
END
$$;
CREATE TRIGGER external_identities_deleted AFTER DELETE ON external_identities
  FOR EACH ROW EXECUTE FUNCTION note_ended_identity();
--rollback DROP TABLE external_identities; DROP TABLE ended_identities; DROP FUNCTION note_ended_identity();
