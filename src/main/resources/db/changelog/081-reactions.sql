--liquibase formatted sql

--changeset fastroom:reactions
-- Who reacts to a message with what, and how many with the same. since is the seq of the event by which the kind came:
-- the order in which kinds are shown. A deleted account's stay, as its messages do.
CREATE TABLE reactions (
  room_id    bigint NOT NULL,
  message_id bigint NOT NULL,
  user_id    bigint NOT NULL,
  emoji      text COLLATE "C" NOT NULL,
  PRIMARY KEY (room_id, message_id, user_id, emoji)
);
CREATE TABLE reaction_counts (
  room_id    bigint NOT NULL,
  message_id bigint NOT NULL,
  emoji      text COLLATE "C" NOT NULL,
  count      int NOT NULL,
  since      bigint NOT NULL,
  PRIMARY KEY (room_id, message_id, emoji)
) WITH (fillfactor = 70);
-- Deleted messages whose reactions, of which nothing is shown any more, have not been removed yet.
CREATE TABLE reaction_purges (
  room_id    bigint NOT NULL,
  message_id bigint NOT NULL,
  PRIMARY KEY (room_id, message_id)
);
-- Of kind 5: what user_id has put on message_id, or taken off, and how many have it then.
ALTER TABLE room_events ADD COLUMN emoji text, ADD COLUMN is_on boolean, ADD COLUMN count int;
--rollback ALTER TABLE room_events DROP COLUMN emoji, DROP COLUMN is_on, DROP COLUMN count;
--rollback DROP TABLE reaction_purges; DROP TABLE reaction_counts; DROP TABLE reactions;

--changeset fastroom:append-reactions-v1 splitStatements:false
-- Commits a batch of reactions as append_chats_v3 does messages; the same rules hold for locks, time and plans. In a batch
-- a user does no more than one thing about an emoji of a message. ids of append_batches are seqs here.
-- Outcomes: 0 appended, 1 nothing to change, 2 no such room, 3 not a member, 4 banned, 5 muted, 6 somebody else holds
-- the room's lock, 7 no such message, 8 the message has p_kinds kinds already.
CREATE FUNCTION append_reactions_v1(
  p_lane bigint, p_batch bigint, p_resent boolean, p_deadline timestamptz, p_wait int, p_locks bigint[],
  p_rooms bigint[], p_users bigint[], p_names text[], p_messages bigint[], p_emojis text[], p_on boolean[], p_kinds int,
  OUT outcomes smallint[], OUT seqs bigint[], OUT times timestamptz[], OUT counts int[], OUT room_names text[])
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_class CONSTANT int := 'rooms'::regclass::oid::int;
  v_lock_timeout CONSTANT text := current_setting('lock_timeout');
  v_room bigint;
  v_locked bigint[] := '{}';
  v_wait int := p_wait;
  v_now timestamptz;
  v_messages bigint[];
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
    SELECT b.outcomes, b.ids INTO outcomes, seqs FROM append_batches b WHERE b.lane = p_lane AND b.batch = p_batch;
    IF FOUND THEN
      SELECT array_agg(e.ts ORDER BY i.ord), array_agg(e.count ORDER BY i.ord), array_agg(r.name ORDER BY i.ord)
      INTO times, counts, room_names
      FROM unnest(p_rooms, seqs) WITH ORDINALITY AS i(room, seq, ord)
      LEFT JOIN room_events e ON e.room_id = i.room AND e.seq = i.seq
      LEFT JOIN rooms r ON r.id = i.room;
      RETURN;
    END IF;
  END IF;
  v_now := clock_timestamp();
  IF v_now > p_deadline THEN
    RAISE EXCEPTION 'too late' USING ERRCODE = 'FR001';
  END IF;

  -- What there is about a kind is looked up once, however many put it on at the same time.
  WITH items AS MATERIALIZED (
    SELECT i.*, m.is_member, m.is_banned, m.is_muted, m.is_member AND NOT m.is_banned AND NOT m.is_muted AS may
    FROM unnest(p_rooms, p_users, p_messages, p_emojis, p_on) WITH ORDINALITY
      AS i(room, author, message, emoji, is_on, ord)
    LEFT JOIN room_members m ON m.room_id = i.room AND m.user_id = i.author
  ), kinds AS MATERIALIZED (
    SELECT k.room, k.message, k.emoji, r.id, r.name, h.seq AS head, h.ts AS head_ts, h.message_count,
      COALESCE(c.count, 0) AS had, g.id IS NOT NULL AS is_there,
      c.count IS NULL AND dense_rank() OVER (PARTITION BY k.room, k.message, c.count IS NULL ORDER BY k.first)
        + (SELECT count(*) FROM reaction_counts x WHERE x.room_id = k.room AND x.message_id = k.message
          AND c.count IS NULL) > p_kinds AS is_too_many
    FROM (
      SELECT i.room, i.message, i.emoji, min(i.ord) FILTER (WHERE i.is_on AND i.may) AS first
      FROM items i GROUP BY i.room, i.message, i.emoji
    ) k
    LEFT JOIN rooms r ON r.id = k.room
    LEFT JOIN room_heads h ON h.room_id = r.id
    LEFT JOIN messages g ON g.room_id = k.room AND g.id = k.message AND NOT g.deleted
    LEFT JOIN reaction_counts c ON c.room_id = k.room AND c.message_id = k.message AND c.emoji = k.emoji
  )
  SELECT array_agg(n.outcome ORDER BY n.ord), array_agg(n.seq ORDER BY n.ord), array_agg(n.ts ORDER BY n.ord),
    array_agg(n.count ORDER BY n.ord), array_agg(n.message_count ORDER BY n.ord), array_agg(n.name ORDER BY n.ord)
  INTO outcomes, seqs, times, counts, v_messages, room_names
  FROM (
    SELECT s.ord, s.outcome, s.name, s.message_count,
      CASE s.outcome WHEN 0 THEN s.head + s.nth END AS seq,
      CASE s.outcome WHEN 0 THEN GREATEST(v_now, s.head_ts + interval '1 microsecond')
        + (s.nth - 1) * interval '1 microsecond' END AS ts,
      CASE s.outcome WHEN 0 THEN s.had + s.more END::int AS count
    FROM (
      SELECT d.*, row_number() OVER (PARTITION BY d.room, d.outcome ORDER BY d.ord) AS nth,
        sum(CASE WHEN d.is_on THEN 1 ELSE -1 END)
          OVER (PARTITION BY d.room, d.message, d.emoji, d.outcome ORDER BY d.ord) AS more
      FROM (
        SELECT i.ord, i.room, i.message, i.emoji, i.is_on, k.name, k.head, k.head_ts, k.message_count, k.had, (CASE
          WHEN i.room = ANY (v_locked) THEN 6
          WHEN k.id IS NULL THEN 2
          WHEN i.is_banned THEN 4
          WHEN i.is_member IS NOT TRUE THEN 3
          WHEN i.is_muted THEN 5
          WHEN NOT k.is_there THEN 7
          WHEN i.is_on = (y.user_id IS NOT NULL) THEN 1
          WHEN i.is_on AND k.is_too_many THEN 8
          ELSE 0 END)::smallint AS outcome
        FROM items i
        JOIN kinds k ON k.room = i.room AND k.message = i.message AND k.emoji = i.emoji
        LEFT JOIN reactions y ON y.room_id = i.room AND y.message_id = i.message AND y.user_id = i.author
          AND y.emoji = i.emoji
      ) d
    ) s
  ) n;

  INSERT INTO reactions (room_id, message_id, user_id, emoji)
  SELECT i.room, i.message, i.author, i.emoji
  FROM unnest(p_rooms, p_messages, p_users, p_emojis, p_on, seqs) AS i(room, message, author, emoji, is_on, seq)
  WHERE i.seq IS NOT NULL AND i.is_on;

  IF false = ANY (p_on) THEN
    DELETE FROM reactions y
    USING unnest(p_rooms, p_messages, p_users, p_emojis, p_on, seqs) AS i(room, message, author, emoji, is_on, seq)
    WHERE i.seq IS NOT NULL AND NOT i.is_on AND y.room_id = i.room AND y.message_id = i.message
      AND y.user_id = i.author AND y.emoji = i.emoji;
  END IF;

  -- A kind that nobody had, if only for a moment, comes last.
  INSERT INTO reaction_counts AS c (room_id, message_id, emoji, count, since)
  SELECT i.room, i.message, i.emoji, (array_agg(i.count ORDER BY i.seq DESC))[1],
    COALESCE(max(i.seq) FILTER (WHERE i.is_on AND i.count = 1), 0)
  FROM unnest(p_rooms, p_messages, p_emojis, p_on, seqs, counts) AS i(room, message, emoji, is_on, seq, count)
  WHERE i.seq IS NOT NULL GROUP BY i.room, i.message, i.emoji
  ON CONFLICT (room_id, message_id, emoji) DO UPDATE
  SET count = EXCLUDED.count, since = CASE EXCLUDED.since WHEN 0 THEN c.since ELSE EXCLUDED.since END;

  IF 0 = ANY (counts) THEN
    DELETE FROM reaction_counts c USING (SELECT DISTINCT i.room, i.message, i.emoji
      FROM unnest(p_rooms, p_messages, p_emojis, counts) AS i(room, message, emoji, count) WHERE i.count = 0) z
    WHERE c.room_id = z.room AND c.message_id = z.message AND c.emoji = z.emoji AND c.count = 0;
  END IF;

  INSERT INTO room_events (room_id, seq, kind, ts, message_count, message_id, user_id, username, emoji, is_on, count)
  SELECT i.room, i.seq, 5, i.ts, i.messages, i.message, i.author, i.name, i.emoji, i.is_on, i.count
  FROM unnest(p_rooms, seqs, times, v_messages, p_messages, p_users, p_names, p_emojis, p_on, counts)
    AS i(room, seq, ts, messages, message, author, name, emoji, is_on, count)
  WHERE i.seq IS NOT NULL;

  -- Fails when the batch has been committed by another attempt.
  INSERT INTO append_batches (lane, batch, at, outcomes, ids)
  VALUES (p_lane, p_batch, v_now, append_reactions_v1.outcomes, append_reactions_v1.seqs);
END
$$;
--rollback DROP FUNCTION append_reactions_v1;
