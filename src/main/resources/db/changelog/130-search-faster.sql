--liquibase formatted sql

--changeset fastroom:search-fold-faster splitStatements:false
-- The same for less: what only some alphabets need is done to texts that have such letters.
CREATE OR REPLACE FUNCTION search_fold(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(p_text) = char_length(p_text)
  THEN regexp_replace(lower(p_text COLLATE "C"), '[^a-z0-9]+', ' ', 'g')
  ELSE regexp_replace(regexp_replace(replace(replace(replace(CASE WHEN normalize(p_text, NFKD) ~ '[øłđħıςÆØŁĐĦŒÞÐŊŦΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ]' THEN translate(
    lower(lower(regexp_replace(normalize(p_text, NFKD),
      '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u200b-\u200d\u2060\u3099\u309a\ufe00-\ufe0f\ufeff]+', '', 'g')
      COLLATE "C")),
    'øłđħıςÆØŁĐĦŒÞÐŊŦΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ',
    'oldhiσæoldhœþðŋŧαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ')
    ELSE lower(lower(regexp_replace(normalize(p_text, NFKD),
      '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u200b-\u200d\u2060\u3099\u309a\ufe00-\ufe0f\ufeff]+', '', 'g')
      COLLATE "C")) END,
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]', ' \& ', 'g'),
    '[\u0001-/:-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f\U0001f000-\U0001faff]+', ' ', 'g')
  END;
--rollback CREATE OR REPLACE FUNCTION search_fold(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
--rollback RETURN CASE WHEN octet_length(p_text) = char_length(p_text)
--rollback   THEN regexp_replace(lower(p_text COLLATE "C"), '[^a-z0-9]+', ' ', 'g')
--rollback   ELSE regexp_replace(regexp_replace(replace(replace(replace(translate(
--rollback     lower(lower(regexp_replace(normalize(p_text, NFKD),
--rollback       '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u200b-\u200d\u2060\u3099\u309a\ufe00-\ufe0f\ufeff]+', '', 'g')
--rollback       COLLATE "C")),
--rollback     'øłđħıςÆØŁĐĦŒÞÐŊŦΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ',
--rollback     'oldhiσæoldhœþðŋŧαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ'),
--rollback     'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
--rollback     '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]', ' \& ', 'g'),
--rollback     '[\u0001-/:-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f\U0001f000-\U0001faff]+', ' ', 'g')
--rollback   END;

--changeset fastroom:message-words-faster splitStatements:false
-- The same words for less: a space needs no replacing, so a text without punctuation is looked through once. The index
-- holds what it did.
CREATE OR REPLACE FUNCTION message_words(p_id bigint, p_room bigint, p_user bigint, p_text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(p_text) < 1000 AND octet_length(p_text) = char_length(p_text)
  THEN array_to_tsvector(array_remove(string_to_array(search_entries(p_id, p_room, p_user,
    regexp_replace(lower(p_text COLLATE "C"), '[^a-z0-9 ]+', ' ', 'g')), ' '), ''))
  ELSE to_tsvector('pg_catalog.simple'::regconfig, search_entries(p_id, p_room, p_user, search_fold(p_text))) END;
--rollback CREATE OR REPLACE FUNCTION message_words(p_id bigint, p_room bigint, p_user bigint, p_text text) RETURNS tsvector
--rollback LANGUAGE sql IMMUTABLE PARALLEL SAFE
--rollback RETURN CASE WHEN octet_length(p_text) < 1000 AND octet_length(p_text) = char_length(p_text)
--rollback   THEN array_to_tsvector(array_remove(string_to_array(search_entries(p_id, p_room, p_user, search_fold(p_text)), ' '), ''))
--rollback   ELSE to_tsvector('pg_catalog.simple'::regconfig, search_entries(p_id, p_room, p_user, search_fold(p_text))) END;

--changeset fastroom:messages-words-pending
-- Housekeeping sorts the list in every second; a commit does so only when that is late.
ALTER INDEX messages_words SET (gin_pending_list_limit = 4096);
--rollback ALTER INDEX messages_words SET (gin_pending_list_limit = 1024);

--changeset fastroom:search-messages-v2 splitStatements:false
-- As search_messages_v1, but for the way it goes: each block, or each window of 4,096 ids within one, is asked for by
-- itself, the newest first, and only when the ones before had too little. Two windows at first, then whichever of the two
-- fits what has been found so far.
CREATE FUNCTION search_messages_v2(p_actor bigint, p_query text, p_phrases text, p_from bigint, p_below bigint,
  p_after timestamptz, p_before timestamptz, p_limit int, p_millis int, OUT found_room bigint, OUT found_id bigint,
  OUT below bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET max_parallel_workers_per_gather = 0 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_deadline CONSTANT timestamptz := clock_timestamp() + p_millis * interval '1 millisecond';
  v_phrases CONSTANT tsquery := p_phrases::tsquery;
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
          AND (v_phrases IS NULL OR to_tsvector('pg_catalog.simple', search_fold(m.content)) @@ v_phrases)
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
--rollback DROP FUNCTION search_messages_v2;
