--liquibase formatted sql

--changeset fastroom:audit-retention splitStatements:false
-- Entries may go only when they are older than the days that the same transaction names, as housekeeping does when a
-- time for them is set.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < clock_timestamp()
      - make_interval(days => NULLIF(current_setting('fastroom.audit_retention_days', true), '')::int) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only';
END
$$;
--rollback CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
