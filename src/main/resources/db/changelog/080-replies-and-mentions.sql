--liquibase formatted sql

--changeset fastroom:replies-and-mentions
-- The message of the same room that one replies to, and the ids of the members whom its present text mentions. Their
-- names, and what is quoted, are looked up when they are read: a name that is given up and a text that is deleted live
-- nowhere else. Of an edit the mentions are those of its text.
ALTER TABLE messages ADD COLUMN reply_to bigint, ADD COLUMN mentions bigint[];
ALTER TABLE room_events ADD COLUMN mentions bigint[];
--rollback ALTER TABLE room_events DROP COLUMN mentions;
--rollback ALTER TABLE messages DROP COLUMN mentions, DROP COLUMN reply_to;

--changeset fastroom:append-chats-v3 splitStatements:false
-- Commits a batch of messages. All arrays, given and returned, are aligned and in order of arrival, but for p_locks: the
-- rooms of the batch once each, in the order of their locks, so that two batches cannot wait for one another. p_replies
-- and p_mentions (possible usernames with a space between) are null when no message of the batch has any, and so are
-- quoted, quotes and mentioned: then the batch costs what it would without them.
-- Outcomes: 0 appended, 1 repeated (user and client_id were seen before in the room), 2 no such room, 3 not a member,
-- 4 banned, 5 muted, 6 somebody else holds the room's lock: nothing was done about the message, 7 the message replied to
-- is none of the room or deleted.
-- For rooms that are locked the batch waits p_wait milliseconds in all and goes on without them.
-- Each statement sees what was committed before it began: what is read after the rooms are locked is the present.
-- Time moves with seq: an event is later than the one before, whatever the clock says.
-- Plans are made once and must not depend on how small a table was then: no sequential scans, no plans per call.
CREATE FUNCTION append_chats_v3(
  p_lane bigint, p_batch bigint, p_resent boolean, p_deadline timestamptz, p_wait int, p_locks bigint[],
  p_rooms bigint[], p_users bigint[], p_names text[], p_texts text[], p_client_ids text[],
  p_replies bigint[], p_mentions text[], p_quote_length int,
  OUT outcomes smallint[], OUT ids bigint[], OUT seqs bigint[], OUT times timestamptz[], OUT room_names text[],
  OUT quoted text[], OUT quotes text[], OUT mentioned text[])
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_class CONSTANT int := 'rooms'::regclass::oid::int;
  v_lock_timeout CONSTANT text := current_setting('lock_timeout');
  v_room bigint;
  v_locked bigint[] := '{}';
  v_wait int := p_wait;
  v_now timestamptz;
  v_counts bigint[];
  v_mentions text[];
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

  IF p_replies IS NOT NULL THEN
    SELECT array_agg(q.author ORDER BY q.ord), array_agg(q.text ORDER BY q.ord) INTO quoted, quotes
    FROM (
      SELECT i.ord, left(m.content, p_quote_length) AS text, CASE WHEN m.user_id = ANY (ARRAY(SELECT p.user_id
        FROM user_purges p)) THEN 'deleted.' || m.user_id ELSE m.username END AS author
      FROM unnest(p_rooms, p_replies) WITH ORDINALITY AS i(room, reply, ord)
      LEFT JOIN messages m ON m.room_id = i.room AND m.id = i.reply AND NOT m.deleted
    ) q;
  END IF;

  IF p_resent THEN
    SELECT b.outcomes, b.ids INTO outcomes, ids FROM append_batches b WHERE b.lane = p_lane AND b.batch = p_batch;
    IF FOUND THEN
      SELECT array_agg(m.seq ORDER BY i.ord), array_agg(m.created_at ORDER BY i.ord), array_agg(r.name ORDER BY i.ord)
      INTO seqs, times, room_names
      FROM unnest(p_rooms, ids) WITH ORDINALITY AS i(room, id, ord)
      LEFT JOIN messages m ON m.room_id = i.room AND m.id = i.id
      LEFT JOIN rooms r ON r.id = i.room;
      IF p_mentions IS NOT NULL THEN
        SELECT array_agg((SELECT string_agg((SELECT u.username FROM users u WHERE u.id = n.id), ' ' ORDER BY n.nth)
            FROM unnest(m.mentions) WITH ORDINALITY AS n(id, nth)) ORDER BY i.ord)
        INTO mentioned
        FROM unnest(p_rooms, ids) WITH ORDINALITY AS i(room, id, ord)
        LEFT JOIN messages m ON m.room_id = i.room AND m.id = i.id;
      END IF;
      RETURN;
    END IF;
  END IF;
  v_now := clock_timestamp();
  IF v_now > p_deadline THEN
    RAISE EXCEPTION 'too late' USING ERRCODE = 'FR001';
  END IF;

  IF p_mentions IS NOT NULL THEN
    -- Name by name: no plan may go through all users or members.
    SELECT array_agg(d.ids ORDER BY d.ord), array_agg(d.names ORDER BY d.ord) INTO v_mentions, mentioned
    FROM (
      SELECT i.ord, (array_agg(u.id ORDER BY n.nth) FILTER (WHERE u.id IS NOT NULL))::text AS ids,
        string_agg(u.username, ' ' ORDER BY n.nth) AS names
      FROM unnest(p_rooms, p_mentions) WITH ORDINALITY AS i(room, names, ord)
      LEFT JOIN LATERAL unnest(string_to_array(i.names, ' ')) WITH ORDINALITY AS n(name, nth) ON true
      LEFT JOIN LATERAL (
        SELECT x.id, x.username FROM users x
        WHERE x.username = n.name AND (SELECT m.is_member AND NOT m.is_banned FROM room_members m
          WHERE m.room_id = i.room AND m.user_id = x.id)
        LIMIT 1
      ) u ON true
      GROUP BY i.ord
    ) d;
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
          WHEN p_replies[i.ord] IS NOT NULL AND quoted[i.ord] IS NULL THEN 7
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

  INSERT INTO messages
    (id, room_id, seq, user_id, username, content, client_id, created_at, message_count, reply_to, mentions)
  OVERRIDING SYSTEM VALUE
  SELECT i.id, i.room, i.seq, i.author, i.name, i.content, i.client_id, i.ts, i.counted, i.reply, i.mentions::bigint[]
  FROM unnest(ids, p_rooms, seqs, p_users, p_names, p_texts, p_client_ids, times, v_counts, p_replies, v_mentions)
    AS i(id, room, seq, author, name, content, client_id, ts, counted, reply, mentions)
  WHERE i.id IS NOT NULL;

  -- Fails when the batch has been committed by another attempt.
  INSERT INTO append_batches (lane, batch, at, outcomes, ids)
  VALUES (p_lane, p_batch, v_now, append_chats_v3.outcomes, append_chats_v3.ids);
END
$$;
--rollback DROP FUNCTION append_chats_v3;
