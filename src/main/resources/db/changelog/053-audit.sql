--liquibase formatted sql

--changeset fastroom:audit splitStatements:false
-- Who did what to whom. Names as they were then; no foreign keys, since it survives its subjects. Nothing changes or
-- removes an entry; whoever owns the table can drop the trigger, and is to be trusted with that.
CREATE TABLE audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id    bigint,
  actor_name  text,
  action      text NOT NULL,
  target_kind text NOT NULL,
  target_id   bigint,
  target_name text,
  room_id     bigint,
  reason      text,
  details     jsonb
);
CREATE INDEX audit_room ON audit (room_id, id) WHERE room_id IS NOT NULL;
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
--rollback DROP TABLE audit; DROP FUNCTION refuse_audit_change();
