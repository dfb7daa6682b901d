--liquibase formatted sql

--changeset fastroom:append-batches
-- The batches that the lanes of ChatWriters have committed. A lane whose connection broke asks again under the same
-- number: the batch that did commit is answered from here, and of two attempts only one can commit. Rows are only
-- inserted, and removed a while later.
CREATE TABLE append_batches (
  lane     bigint NOT NULL,
  batch    bigint NOT NULL,
  at       timestamptz NOT NULL,
  outcomes smallint[] NOT NULL,
  ids      bigint[] NOT NULL,
  PRIMARY KEY (lane, batch)
);
--rollback DROP TABLE append_batches;

--changeset fastroom:append-chats-v2 splitStatements:false
-- Commits a batch of messages. All arrays, given and returned, are aligned and in order of arrival, but for p_locks: the
-- rooms of the batch once each, in the order of their locks, so that two batches cannot wait for one another.
-- Outcomes: 0 appended, 1 repeated (user and client_id were seen before in the room), 2 no such room, 3 not a member,
-- 4 banned, 5 muted, 6 somebody else holds the room's lock: nothing was done about the message.
-- For rooms that are locked the batch waits p_wait milliseconds in all and goes on without them.
-- Each statement sees what was committed before it began: what is read after the rooms are locked is the present.
-- Time moves with seq: an event is later than the one before, whatever the clock says.
-- Plans are made once and must not depend on how small a table was then: no sequential scans, no plans per call.
CREATE FUNCTION append_chats_v2(
  p_lane bigint, p_batch bigint, p_resent boolean, p_deadline timestamptz, p_wait int, p_locks bigint[],
  p_rooms bigint[], p_users bigint[], p_names text[], p_texts text[], p_client_ids text[],
  OUT outcomes smallint[], OUT ids bigint[], OUT seqs bigint[], OUT times timestamptz[], OUT room_names text[])
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_class CONSTANT int := 'rooms'::regclass::oid::int;
  v_lock_timeout CONSTANT text := current_setting('lock_timeout');
  v_room bigint;
  v_locked bigint[] := '{}';
  v_wait int := p_wait;
  v_now timestamptz;
  v_counts bigint[];
BEGIN
  FOREACH v_room IN ARRAY p_locks LOOP
    CONTINUE WHEN pg_try_advisory_xact_lock(v_class, room_lock_key(v_room));
    IF v_wait > 0 THEN
      v_now := clock_timestamp();
      BEGIN
        PERFORM set_config('lock_timeout', v_wait || 'ms', true);
        PERFORM pg_advisory_xact_lock(v_class, room_lock_key(v_room));
      EXCEPTION WHEN lock_not_available THEN
        v_locked := v_locked || v_room;
      END;
      v_wait := v_wait - 1 - floor(extract(epoch FROM clock_timestamp() - v_now) * 1000)::int;
      PERFORM set_config('lock_timeout', v_lock_timeout, true);
    ELSE
      v_locked := v_locked || v_room;
    END IF;
  END LOOP;

  IF p_resent THEN
    SELECT b.outcomes, b.ids INTO outcomes, ids FROM append_batches b WHERE b.lane = p_lane AND b.batch = p_batch;
    IF FOUND THEN
      SELECT array_agg(m.seq ORDER BY i.ord), array_agg(m.created_at ORDER BY i.ord), array_agg(r.name ORDER BY i.ord)
      INTO seqs, times, room_names
      FROM unnest(p_rooms, ids) WITH ORDINALITY AS i(room, id, ord)
      LEFT JOIN messages m ON m.room_id = i.room AND m.id = i.id
      LEFT JOIN rooms r ON r.id = i.room;
      RETURN;
    END IF;
  END IF;
  v_now := clock_timestamp();
  IF v_now > p_deadline THEN
    RAISE EXCEPTION 'too late' USING ERRCODE = 'FR001';
  END IF;

  SELECT array_agg(n.outcome), array_agg(n.id), array_agg(n.seq), array_agg(n.ts), array_agg(n.counted),
    array_agg(n.name)
  INTO outcomes, ids, seqs, times, v_counts, room_names
  FROM (
    SELECT s.outcome, s.name,
      CASE s.outcome WHEN 0 THEN nextval('messages_id_seq') END AS id,
      CASE s.outcome WHEN 0 THEN s.head + s.nth END AS seq,
      CASE s.outcome WHEN 0 THEN GREATEST(v_now, s.head_ts + interval '1 microsecond')
        + (s.nth - 1) * interval '1 microsecond' END AS ts,
      CASE s.outcome WHEN 0 THEN s.message_count + s.nth END AS counted
    FROM (
      SELECT d.*, row_number() OVER (PARTITION BY d.room, d.outcome ORDER BY d.ord) AS nth
      FROM (
        SELECT i.ord, i.room, h.name, h.head, h.head_ts, h.message_count, (CASE
          WHEN i.room = ANY (v_locked) THEN 6
          WHEN h.id IS NULL THEN 2
          WHEN m.is_banned THEN 4
          WHEN m.is_member IS NOT TRUE THEN 3
          WHEN o.id IS NOT NULL THEN 1
          WHEN m.is_muted THEN 5
          WHEN i.client_id IS NOT NULL
            AND row_number() OVER (PARTITION BY i.room, i.author, i.client_id ORDER BY i.ord) > 1 THEN 1
          ELSE 0 END)::smallint AS outcome
        FROM unnest(p_rooms, p_users, p_client_ids) WITH ORDINALITY AS i(room, author, client_id, ord)
        LEFT JOIN (
          SELECT r.id, r.name, w.seq AS head, w.ts AS head_ts, w.message_count
          FROM unnest(p_locks) AS l(room) JOIN rooms r ON r.id = l.room JOIN room_heads w ON w.room_id = l.room
        ) h ON h.id = i.room
        LEFT JOIN room_members m ON m.room_id = i.room AND m.user_id = i.author
        LEFT JOIN messages o ON o.room_id = i.room AND o.user_id = i.author AND o.client_id = i.client_id
      ) d
    ) s
    ORDER BY s.ord
  ) n;

  INSERT INTO messages (id, room_id, seq, user_id, username, content, client_id, created_at, message_count)
  OVERRIDING SYSTEM VALUE
  SELECT i.id, i.room, i.seq, i.author, i.name, i.content, i.client_id, i.ts, i.counted
  FROM unnest(ids, p_rooms, seqs, p_users, p_names, p_texts, p_client_ids, times, v_counts)
    AS i(id, room, seq, author, name, content, client_id, ts, counted)
  WHERE i.id IS NOT NULL;

  -- Fails when the batch has been committed by another attempt.
  INSERT INTO append_batches (lane, batch, at, outcomes, ids)
  VALUES (p_lane, p_batch, v_now, append_chats_v2.outcomes, append_chats_v2.ids);
END
$$;
--rollback DROP FUNCTION append_chats_v2;

--changeset fastroom:no-append-chats-v1
-- 0.1 was never released: none of its nodes runs beside one of 0.2.
DROP FUNCTION append_chats_v1;
--rollback changesetId:append-chats-v1 changesetAuthor:fastroom changesetPath:db/changelog/005-append.sql

--changeset fastroom:no-append-lanes
DROP TABLE append_lanes;
--rollback changesetId:append-lanes changesetAuthor:fastroom changesetPath:db/changelog/005-append.sql
