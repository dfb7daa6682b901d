--liquibase formatted sql

--changeset fastroom:search-fold splitStatements:false
-- A text as its words are compared: lower case, without accents, its words separated by single spaces; characters of
-- scripts that write without spaces are words of their own. io.fastroom.model.FoldedText does the same to what is looked
-- for, and a test holds the two together. Whatever locale the database has: where that is C, lower() knows only ASCII.
-- Bodies are written as expressions, so that they do not depend on the search path.
CREATE FUNCTION search_fold(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(p_text) = char_length(p_text)
  THEN regexp_replace(lower(p_text COLLATE "C"), '[^a-z0-9]+', ' ', 'g')
  ELSE regexp_replace(regexp_replace(replace(replace(replace(translate(
    lower(lower(regexp_replace(normalize(p_text, NFKD),
      '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u200b-\u200d\u2060\u3099\u309a\ufe00-\ufe0f\ufeff]+', '', 'g')
      COLLATE "C")),
    'øłđħıςÆØŁĐĦŒÞÐŊŦΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ',
    'oldhiσæoldhœþðŋŧαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]', ' \& ', 'g'),
    '[\u0001-/:-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f\U0001f000-\U0001faff]+', ' ', 'g')
  END;
--rollback DROP FUNCTION search_fold;

--changeset fastroom:message-words splitStatements:false
-- What the index of messages holds. Each entry begins with the block of 131,072 ids that the message is in, so that a
-- search goes through the index from the newest block to the oldest, and stops when it has enough: no word, however
-- common, and no prefix costs more because there are more messages behind it. The name of a block begins with h; three
-- entries that no text has begin with q, and have w, r or u behind the block: the 4,096 ids within it, the room and the
-- author. Digits are letters, which are parsed faster. Names of blocks are short, since each word has one: every 65,536th
-- block has the same, and a search looks at the ids, too. The order of words is not kept: parsing costs a commit more than
-- all the rest, and is left to what may have a word that is too long, and to those who look for a phrase.
CREATE FUNCTION search_block(p_id bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(to_hex(((p_id >> 17) & 65535) + 65536), '0123456789', 'ghijklmnop');
CREATE FUNCTION search_window(p_id bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'w' || translate(to_hex((p_id >> 12) & 31), '0123456789', 'ghijklmnop');
CREATE FUNCTION search_entries(p_id bigint, p_room bigint, p_user bigint, p_words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace(translate(' w' || to_hex((p_id >> 12) & 31) || ' r' || to_hex(p_room) || ' u' || to_hex(p_user),
    '0123456789', 'ghijklmnop'), ' ', ' q' || search_block(p_id))
  || replace(' ' || p_words, ' ', ' ' || search_block(p_id));
CREATE FUNCTION message_words(p_id bigint, p_room bigint, p_user bigint, p_text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(p_text) < 1000 AND octet_length(p_text) = char_length(p_text)
  THEN array_to_tsvector(array_remove(string_to_array(search_entries(p_id, p_room, p_user, search_fold(p_text)), ' '), ''))
  ELSE to_tsvector('pg_catalog.simple'::regconfig, search_entries(p_id, p_room, p_user, search_fold(p_text))) END;
--rollback DROP FUNCTION message_words; DROP FUNCTION search_entries; DROP FUNCTION search_window; DROP FUNCTION search_block;

--changeset fastroom:message-ids-at-v1 splitStatements:false
-- Ids on either side of a time: whatever is not above p_older is older, whatever is not below p_newer is not. Ids grow
-- with time, but for what the clocks of rooms differ by. Null when there are no messages.
CREATE FUNCTION message_ids_at_v1(p_at timestamptz, OUT p_older bigint, OUT p_newer bigint)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_id bigint;
  v_at timestamptz;
BEGIN
  SELECT min(id + 0) - 1, max(id + 0) + 1 INTO p_older, p_newer FROM messages;
  WHILE p_newer - p_older > 1000 LOOP
    SELECT m.id, m.created_at INTO v_id, v_at FROM messages m
    WHERE m.id + 0 <= p_older + (p_newer - p_older) / 2 ORDER BY m.id + 0 DESC LIMIT 1;
    EXIT WHEN v_id IS NULL;
    IF v_id <= p_older OR v_at < p_at THEN
      p_older := p_older + (p_newer - p_older) / 2;
    ELSE
      p_newer := v_id;
    END IF;
  END LOOP;
END
$$;
--rollback DROP FUNCTION message_ids_at_v1;

--changeset fastroom:search-messages-v1 splitStatements:false
-- The newest messages from p_from to below p_below that match p_query and that the actor may read, as they are at this
-- moment. In the query, {b} stands for the name of a block; what has to be in order is in p_phrases, which may be null. It is asked of the newest 4,096 ids, of 4,096 more, and then
-- of block after block, until there are p_limit messages or p_millis are over. The last row has no message; it says below
-- which id to go on, null when that was all.
CREATE FUNCTION search_messages_v1(p_actor bigint, p_query text, p_phrases text, p_from bigint, p_below bigint,
  p_after timestamptz, p_before timestamptz, p_limit int, p_millis int, OUT found_room bigint, OUT found_id bigint,
  OUT below bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET max_parallel_workers_per_gather = 0 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_deadline CONSTANT timestamptz := clock_timestamp() + p_millis * interval '1 millisecond';
  v_phrases CONSTANT tsquery := p_phrases::tsquery;
  v_left int := p_limit;
  v_below bigint := p_below;
  v_from bigint;
  v_top bigint;
  v_found int;
  v_blocks int := 1;
  v_asked text;
  v_query tsquery;
  v_steps int := 0;
BEGIN
  LOOP
    SELECT max(m.id + 0) INTO v_top FROM messages m WHERE m.id + 0 < v_below AND m.id + 0 >= p_from;
    EXIT WHEN v_top IS NULL OR v_left = 0 OR clock_timestamp() > v_deadline;
    v_steps := v_steps + 1;
    v_from := GREATEST(p_from, (v_top >> 12) << 12);
    v_asked := replace('(' || p_query || ') & q{b}' || search_window(v_top), '{b}', search_block(v_top));
    FOR v_nth IN 1 .. CASE WHEN v_steps > 2 THEN v_blocks ELSE 0 END LOOP
      v_from := GREATEST(p_from, (v_top >> 17) << 17);
      v_asked := CASE WHEN v_nth > 1 THEN v_asked || ' | ' ELSE '' END
        || '(' || replace(p_query, '{b}', search_block(v_top)) || ')';
      SELECT max(m.id + 0) INTO v_top FROM messages m WHERE m.id + 0 < v_from AND m.id + 0 >= p_from;
      EXIT WHEN v_top IS NULL;
    END LOOP;
    v_query := v_asked::tsquery;
    RETURN QUERY
    SELECT m.room_id, m.id, NULL::bigint
    FROM messages m JOIN rooms r ON r.id = m.room_id
    LEFT JOIN room_members o ON o.room_id = m.room_id AND o.user_id = p_actor
    WHERE message_words(m.id, m.room_id, m.user_id, m.content) @@ v_query AND NOT m.deleted
      AND (v_phrases IS NULL OR to_tsvector('pg_catalog.simple', search_fold(m.content)) @@ v_phrases)
      AND m.id - 0 < v_below AND m.id - 0 >= v_from AND m.created_at > p_after AND m.created_at < p_before
      AND CASE WHEN o.is_banned THEN false WHEN r.is_private THEN o.is_member IS TRUE ELSE true END
    ORDER BY m.id - 0 DESC LIMIT v_left;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    -- Where there is little, more blocks are asked at once, but not so many that a word which was common once takes long.
    v_blocks := CASE WHEN v_steps <= 2 OR 2 * v_found > v_left THEN 1 ELSE LEAST(8, 2 * v_blocks) END;
    v_left := v_left - v_found;
    v_below := v_from;
  END LOOP;
  found_room := NULL;
  found_id := NULL;
  below := CASE WHEN v_top IS NOT NULL THEN v_below END;
  RETURN NEXT;
END
$$;
--rollback DROP FUNCTION search_messages_v1;
