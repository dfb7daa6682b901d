--liquibase formatted sql

--changeset fastroom:polls splitStatements:false
-- The change set of the made-up next version: a column and a kind of event that the version before it does not know.
ALTER TABLE room_events ADD COLUMN options text[];
CREATE FUNCTION open_poll_v1(p_room bigint, p_question text, p_options text[],
  OUT name text, OUT seq bigint, OUT ts timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  v_room record;
BEGIN
  SELECT * INTO STRICT v_room FROM lock_room_v1(p_room, 5000);
  name := v_room.name;
  seq := v_room.head + 1;
  ts := GREATEST(clock_timestamp(), v_room.head_ts + interval '1 microsecond');
  INSERT INTO room_events (room_id, seq, kind, ts, message_count, content, options)
  VALUES (p_room, open_poll_v1.seq, 40, open_poll_v1.ts, v_room.message_count, p_question, p_options);
END
$$;
--rollback DROP FUNCTION open_poll_v1; ALTER TABLE room_events DROP COLUMN options;
