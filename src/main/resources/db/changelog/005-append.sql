--liquibase formatted sql

--changeset fastroom:append-lanes
-- The last batch each lane of a ChatWriter committed. A lane whose connection broke asks again under the same number:
-- the batch that did commit is answered from here, and one still under way on a forgotten connection can commit only once.
CREATE TABLE append_lanes (
  lane     bigint PRIMARY KEY,
  batch    bigint NOT NULL,
  at       timestamptz NOT NULL,
  outcomes smallint[] NOT NULL,
  ids      bigint[] NOT NULL,
  seqs     bigint[] NOT NULL
) WITH (fillfactor = 20);
--rollback DROP TABLE append_lanes;

--changeset fastroom:append-chats-v1 splitStatements:false
-- Commits a batch of messages. All arrays, given and returned, are aligned and in order of arrival.
-- Outcomes: 0 appended, 1 repeated (user and client_id were seen before), 2 no such room, 3 not a member, 4 banned, 5 muted.
-- Each statement sees what was committed before it began: what is read after the rooms are locked is the present.
-- Plans are made once and must not depend on how small a table was then: no sequential scans, no plans per call.
CREATE FUNCTION append_chats_v1(
  p_lane bigint, p_batch bigint, p_again boolean, p_deadline timestamptz,
  p_rooms bigint[], p_users bigint[], p_names text[], p_texts text[], p_client_ids text[],
  OUT at timestamptz, OUT outcomes smallint[], OUT ids bigint[], OUT seqs bigint[], OUT room_names text[])
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  -- In the order of ids, so that two batches cannot wait for one another.
  PERFORM r.id FROM rooms r WHERE r.id = ANY (p_rooms) ORDER BY r.id FOR NO KEY UPDATE;
  at := clock_timestamp();
  IF p_again THEN
    SELECT l.at, l.outcomes, l.ids, l.seqs INTO at, outcomes, ids, seqs
    FROM append_lanes l WHERE l.lane = p_lane AND l.batch = p_batch;
    IF FOUND THEN
      SELECT array_agg(r.name ORDER BY i.ord) INTO room_names
      FROM unnest(p_rooms) WITH ORDINALITY AS i(room, ord) LEFT JOIN rooms r ON r.id = i.room;
      RETURN;
    END IF;
    at := clock_timestamp();
  END IF;
  IF at > p_deadline THEN
    RAISE EXCEPTION 'too late' USING ERRCODE = 'FR001';
  END IF;

  SELECT array_agg(n.outcome), array_agg(n.id), array_agg(n.seq), array_agg(n.name)
  INTO outcomes, ids, seqs, room_names
  FROM (
    SELECT s.outcome, s.name,
      CASE s.outcome WHEN 0 THEN nextval('messages_id_seq') END AS id,
      CASE s.outcome WHEN 0 THEN s.head_seq + s.nth END AS seq
    FROM (
      SELECT d.*, row_number() OVER (PARTITION BY d.room, d.outcome ORDER BY d.ord) AS nth
      FROM (
        SELECT i.ord, i.room, r.name, r.head_seq, (CASE
          WHEN r.id IS NULL THEN 2
          WHEN m.is_banned THEN 4
          WHEN m.is_member IS NOT TRUE THEN 3
          WHEN o.id IS NOT NULL THEN 1
          WHEN m.is_muted THEN 5
          WHEN i.client_id IS NOT NULL AND row_number() OVER (PARTITION BY i.author, i.client_id,
            m.is_member AND NOT m.is_banned AND NOT m.is_muted ORDER BY i.ord) > 1 THEN 1
          ELSE 0 END)::smallint AS outcome
        FROM unnest(p_rooms, p_users, p_client_ids) WITH ORDINALITY AS i(room, author, client_id, ord)
        LEFT JOIN rooms r ON r.id = i.room
        LEFT JOIN room_members m ON m.room_id = i.room AND m.user_id = i.author
        LEFT JOIN messages o ON o.user_id = i.author AND o.client_id = i.client_id
      ) d
    ) s
    ORDER BY s.ord
  ) n;

  -- A client_id that another transaction commits meanwhile fails the statement; the writer then asks again.
  INSERT INTO messages (id, room_id, seq, user_id, username, content, client_id, created_at) OVERRIDING SYSTEM VALUE
  SELECT i.id, i.room, i.seq, i.author, i.name, i.content, i.client_id, at
  FROM unnest(ids, p_rooms, seqs, p_users, p_names, p_texts, p_client_ids)
    AS i(id, room, seq, author, name, content, client_id)
  WHERE i.id IS NOT NULL;

  UPDATE rooms r SET head_seq = h.head, message_count = r.message_count + h.added
  FROM (
    SELECT i.room, max(i.seq) AS head, count(*) AS added
    FROM unnest(p_rooms, seqs) AS i(room, seq) WHERE i.seq IS NOT NULL GROUP BY i.room
  ) h
  WHERE r.id = h.room;

  INSERT INTO append_lanes AS l (lane, batch, at, outcomes, ids, seqs)
  VALUES (p_lane, p_batch, append_chats_v1.at, append_chats_v1.outcomes, append_chats_v1.ids, append_chats_v1.seqs)
  ON CONFLICT (lane) DO UPDATE
  SET batch = EXCLUDED.batch, at = EXCLUDED.at, outcomes = EXCLUDED.outcomes, ids = EXCLUDED.ids, seqs = EXCLUDED.seqs
  WHERE l.batch < EXCLUDED.batch;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'committed already' USING ERRCODE = 'FR002';
  END IF;
END
$$;
--rollback DROP FUNCTION append_chats_v1;
