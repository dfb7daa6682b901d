--liquibase formatted sql

--changeset fastroom:search-phrases-faster splitStatements:false rollbackSplitStatements:false
-- The same answers for less where there are phrases.
CREATE OR REPLACE FUNCTION search_messages_v2(p_actor bigint, p_query text, p_phrases text, p_from bigint, p_below bigint,
  p_after timestamptz, p_before timestamptz, p_limit int, p_millis int, OUT found_room bigint, OUT found_id bigint,
  OUT below bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET max_parallel_workers_per_gather = 0 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_deadline CONSTANT timestamptz := clock_timestamp() + p_millis * interval '1 millisecond';
  v_phrases CONSTANT tsquery := p_phrases::tsquery;
  -- What a text has that has the phrases: it is much sooner found out than where its words are.
  v_like CONSTANT text[] := ARRAY(
    SELECT '%' || replace(replace(replace(trim(BOTH '()' FROM x), ':*', ''), ''' <-> ''', ' '), '''', '') || '%'
    FROM unnest(string_to_array(p_phrases, ' & ')) x WHERE x NOT LIKE '!%');
  v_left int := p_limit;
  v_below bigint := p_below;
  v_top bigint;
  v_bits int := 12;
  v_many int := 2;
  v_bottom bigint;
  v_dense boolean;
  v_asked text;
  v_rooms bigint[];
  v_ids bigint[];
  v_last bigint;
  v_rows int;
  v_found int;
  v_hits bigint := 0;
  v_seen bigint := 0;
BEGIN
  LOOP
    SELECT max(m.id + 0) INTO v_top FROM messages m WHERE m.id + 0 < v_below AND m.id + 0 >= p_from;
    EXIT WHEN v_top IS NULL OR v_left = 0 OR clock_timestamp() > v_deadline;
    -- What there was among those seen says whether a block has much more than what is wanted.
    IF v_seen > 0 THEN
      v_bits := CASE WHEN v_hits > 0 AND v_left * v_seen / v_hits < 65536 THEN 12 ELSE 17 END;
      v_many := CASE v_bits WHEN 12 THEN 16 ELSE 32 END;
    END IF;
    -- Where the lowest of them is, the others are expected, and not looked for one by one.
    v_bottom := GREATEST((v_top >> v_bits) - v_many + 1, 0) << v_bits;
    SELECT COALESCE(max(m.id + 0) >= v_bottom, false) INTO v_dense FROM messages m
    WHERE m.id + 0 < v_bottom + (1 << v_bits) AND m.id + 0 >= p_from;
    v_asked := CASE v_bits WHEN 12 THEN '(' || p_query || ') & q{b}{w}' ELSE p_query END;
    SELECT array_agg(f.room_id), array_agg(f.id), min(f.block), count(*), count(f.id)
    INTO v_rooms, v_ids, v_last, v_rows, v_found
    FROM (
      WITH RECURSIVE blocks AS (
        SELECT v_top >> v_bits AS block, 1 AS nth
        UNION ALL
        SELECT CASE WHEN v_dense THEN b.block - 1 ELSE (SELECT max(m.id + 0) >> v_bits FROM messages m
          WHERE m.id + 0 < b.block << v_bits AND m.id + 0 >= p_from) END, b.nth + 1
        FROM blocks b WHERE b.nth < v_many AND b.block << v_bits > p_from
      )
      SELECT b.block, l.room_id, l.id
      FROM blocks b
      LEFT JOIN LATERAL (
        SELECT m.room_id, m.id
        FROM messages m JOIN rooms r ON r.id = m.room_id
        LEFT JOIN room_members o ON o.room_id = m.room_id AND o.user_id = p_actor
        WHERE message_words(m.id, m.room_id, m.user_id, m.content) @@ replace(replace(v_asked,
            '{b}', search_block(b.block << v_bits)), '{w}', search_window(b.block << v_bits))::tsquery
          AND NOT m.deleted
          AND (v_phrases IS NULL OR search_fold(m.content) LIKE ALL (v_like)
            AND to_tsvector('pg_catalog.simple', search_fold(m.content)) @@ v_phrases)
          AND m.id - 0 < v_below AND m.id - 0 >= p_from AND (m.id - 0) >> v_bits = b.block
          AND m.created_at > p_after AND m.created_at < p_before
          AND CASE WHEN o.is_banned THEN false WHEN r.is_private THEN o.is_member IS TRUE ELSE true END
        ORDER BY m.id - 0 DESC LIMIT v_left
      ) l ON true
      WHERE b.block IS NOT NULL AND clock_timestamp() < v_deadline
      LIMIT v_left
    ) f;
    EXIT WHEN v_rows = 0;
    RETURN QUERY SELECT u.room, u.id, NULL::bigint FROM unnest(v_rooms, v_ids) u(room, id) WHERE u.id IS NOT NULL;
    v_below := COALESCE(CASE v_rows WHEN v_left THEN v_ids[v_rows] END, GREATEST(p_from, v_last << v_bits));
    v_seen := v_seen + v_top - v_below + 1;
    v_hits := v_hits + v_found;
    v_left := v_left - v_found;
  END LOOP;
  found_room := NULL;
  found_id := NULL;
  below := CASE WHEN v_top IS NOT NULL THEN v_below END;
  RETURN NEXT;
END
$$;
--rollback CREATE OR REPLACE FUNCTION search_messages_v2(p_actor bigint, p_query text, p_phrases text, p_from bigint, p_below bigint,
--rollback   p_after timestamptz, p_before timestamptz, p_limit int, p_millis int, OUT found_room bigint, OUT found_id bigint,
--rollback   OUT below bigint)
--rollback RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
--rollback SET max_parallel_workers_per_gather = 0 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
--rollback DECLARE
--rollback   v_deadline CONSTANT timestamptz := clock_timestamp() + p_millis * interval '1 millisecond';
--rollback   v_phrases CONSTANT tsquery := p_phrases::tsquery;
--rollback   v_left int := p_limit;
--rollback   v_below bigint := p_below;
--rollback   v_top bigint;
--rollback   v_bits int := 12;
--rollback   v_many int := 2;
--rollback   v_bottom bigint;
--rollback   v_dense boolean;
--rollback   v_asked text;
--rollback   v_rooms bigint[];
--rollback   v_ids bigint[];
--rollback   v_last bigint;
--rollback   v_rows int;
--rollback   v_found int;
--rollback   v_hits bigint := 0;
--rollback   v_seen bigint := 0;
--rollback BEGIN
--rollback   LOOP
--rollback     SELECT max(m.id + 0) INTO v_top FROM messages m WHERE m.id + 0 < v_below AND m.id + 0 >= p_from;
--rollback     EXIT WHEN v_top IS NULL OR v_left = 0 OR clock_timestamp() > v_deadline;
--rollback     -- What there was among those seen says whether a block has much more than what is wanted.
--rollback     IF v_seen > 0 THEN
--rollback       v_bits := CASE WHEN v_hits > 0 AND v_left * v_seen / v_hits < 65536 THEN 12 ELSE 17 END;
--rollback       v_many := CASE v_bits WHEN 12 THEN 16 ELSE 32 END;
--rollback     END IF;
--rollback     -- Where the lowest of them is, the others are expected, and not looked for one by one.
--rollback     v_bottom := GREATEST((v_top >> v_bits) - v_many + 1, 0) << v_bits;
--rollback     SELECT COALESCE(max(m.id + 0) >= v_bottom, false) INTO v_dense FROM messages m
--rollback     WHERE m.id + 0 < v_bottom + (1 << v_bits) AND m.id + 0 >= p_from;
--rollback     v_asked := CASE v_bits WHEN 12 THEN '(' || p_query || ') & q{b}{w}' ELSE p_query END;
--rollback     SELECT array_agg(f.room_id), array_agg(f.id), min(f.block), count(*), count(f.id)
--rollback     INTO v_rooms, v_ids, v_last, v_rows, v_found
--rollback     FROM (
--rollback       WITH RECURSIVE blocks AS (
--rollback         SELECT v_top >> v_bits AS block, 1 AS nth
--rollback         UNION ALL
--rollback         SELECT CASE WHEN v_dense THEN b.block - 1 ELSE (SELECT max(m.id + 0) >> v_bits FROM messages m
--rollback           WHERE m.id + 0 < b.block << v_bits AND m.id + 0 >= p_from) END, b.nth + 1
--rollback         FROM blocks b WHERE b.nth < v_many AND b.block << v_bits > p_from
--rollback       )
--rollback       SELECT b.block, l.room_id, l.id
--rollback       FROM blocks b
--rollback       LEFT JOIN LATERAL (
--rollback         SELECT m.room_id, m.id
--rollback         FROM messages m JOIN rooms r ON r.id = m.room_id
--rollback         LEFT JOIN room_members o ON o.room_id = m.room_id AND o.user_id = p_actor
--rollback         WHERE message_words(m.id, m.room_id, m.user_id, m.content) @@ replace(replace(v_asked,
--rollback             '{b}', search_block(b.block << v_bits)), '{w}', search_window(b.block << v_bits))::tsquery
--rollback           AND NOT m.deleted
--rollback           AND (v_phrases IS NULL OR to_tsvector('pg_catalog.simple', search_fold(m.content)) @@ v_phrases)
--rollback           AND m.id - 0 < v_below AND m.id - 0 >= p_from AND (m.id - 0) >> v_bits = b.block
--rollback           AND m.created_at > p_after AND m.created_at < p_before
--rollback           AND CASE WHEN o.is_banned THEN false WHEN r.is_private THEN o.is_member IS TRUE ELSE true END
--rollback         ORDER BY m.id - 0 DESC LIMIT v_left
--rollback       ) l ON true
--rollback       WHERE b.block IS NOT NULL AND clock_timestamp() < v_deadline
--rollback       LIMIT v_left
--rollback     ) f;
--rollback     EXIT WHEN v_rows = 0;
--rollback     RETURN QUERY SELECT u.room, u.id, NULL::bigint FROM unnest(v_rooms, v_ids) u(room, id) WHERE u.id IS NOT NULL;
--rollback     v_below := COALESCE(CASE v_rows WHEN v_left THEN v_ids[v_rows] END, GREATEST(p_from, v_last << v_bits));
--rollback     v_seen := v_seen + v_top - v_below + 1;
--rollback     v_hits := v_hits + v_found;
--rollback     v_left := v_left - v_found;
--rollback   END LOOP;
--rollback   found_room := NULL;
--rollback   found_id := NULL;
--rollback   below := CASE WHEN v_top IS NOT NULL THEN v_below END;
--rollback   RETURN NEXT;
--rollback END
--rollback $$;
