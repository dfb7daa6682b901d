-- What a node of 0.1.0 has left in PostgreSQL 15, by pg_dump --inserts; FirstReleaseTest says what was done to it.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.append_chats_v1(p_lane bigint, p_batch bigint, p_again boolean, p_deadline timestamp with time zone, p_rooms bigint[], p_users bigint[], p_names text[], p_texts text[], p_client_ids text[], OUT at timestamp with time zone, OUT outcomes smallint[], OUT ids bigint[], OUT seqs bigint[], OUT room_names text[]) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
  
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

CREATE FUNCTION public.note_disabled_user() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE users SET disabled_at = clock_timestamp() WHERE id = NEW.id;
  RETURN NULL;
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.append_lanes (
    lane bigint NOT NULL,
    batch bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    outcomes smallint[] NOT NULL,
    ids bigint[] NOT NULL,
    seqs bigint[] NOT NULL
)
WITH (fillfactor='20');

CREATE TABLE public.blocked_tokens (
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    blocked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.databasechangelog (
    id character varying(255) NOT NULL,
    author character varying(255) NOT NULL,
    filename character varying(255) NOT NULL,
    dateexecuted timestamp without time zone NOT NULL,
    orderexecuted integer NOT NULL,
    exectype character varying(10) NOT NULL,
    md5sum character varying(35),
    description character varying(255),
    comments character varying(255),
    tag character varying(255),
    liquibase character varying(20),
    contexts character varying(255),
    labels character varying(255),
    deployment_id character varying(10)
);

CREATE TABLE public.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);

CREATE TABLE public.messages (
    id bigint NOT NULL,
    room_id bigint NOT NULL,
    seq bigint NOT NULL,
    user_id bigint NOT NULL,
    username text NOT NULL,
    content text NOT NULL,
    client_id text,
    created_at timestamp with time zone NOT NULL,
    edited_at timestamp with time zone,
    edited_by text,
    deleted boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone
);

ALTER TABLE public.messages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.refresh_tokens (
    hash bytea NOT NULL,
    user_id bigint NOT NULL,
    family text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked boolean DEFAULT false NOT NULL,
    rotated_at timestamp with time zone,
    access_jti text NOT NULL,
    access_expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.room_events (
    room_id bigint NOT NULL,
    seq bigint NOT NULL,
    kind smallint NOT NULL,
    ts timestamp with time zone NOT NULL,
    message_id bigint,
    content text,
    user_id bigint,
    username text,
    is_member boolean,
    is_moderator boolean,
    is_banned boolean,
    is_muted boolean,
    room text,
    name text,
    is_private boolean
);

CREATE TABLE public.room_members (
    room_id bigint NOT NULL,
    user_id bigint NOT NULL,
    is_member boolean DEFAULT true NOT NULL,
    is_moderator boolean DEFAULT false NOT NULL,
    is_banned boolean DEFAULT false NOT NULL,
    is_muted boolean DEFAULT false NOT NULL,
    joined_at timestamp with time zone DEFAULT clock_timestamp(),
    changed_seq bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.room_purges (
    room_id bigint NOT NULL,
    deleted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.rooms (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    is_private boolean DEFAULT false NOT NULL,
    head_seq bigint DEFAULT 0 NOT NULL,
    message_count bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='40');

ALTER TABLE public.rooms ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rooms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.users (
    id bigint NOT NULL,
    username text NOT NULL COLLATE pg_catalog."C",
    email text,
    full_name text,
    password_hash text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

INSERT INTO public.append_lanes VALUES (-7334212242195430948, 1, '2026-11-26 16:34:31.715281+00', '{0}', '{44}', '{2}');
INSERT INTO public.append_lanes VALUES (2296398352622171770, 44, '2026-11-26 16:34:31.770403+00', '{0}', '{45}', '{53}');

INSERT INTO public.databasechangelog VALUES ('users', 'fastroom', 'db/changelog/001-users.sql', '2026-11-26 16:34:22.174999', 1, 'EXECUTED', '9:d41e1ef3cf5cbd83ab6addafdf953e9a', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('users-disabled-at', 'fastroom', 'db/changelog/001-users.sql', '2026-11-26 16:34:22.290772', 2, 'EXECUTED', '9:53d62c6b5b52463c8d7ec64f7b845241', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('rooms', 'fastroom', 'db/changelog/002-rooms.sql', '2026-11-26 16:34:22.400878', 3, 'EXECUTED', '9:7c53227bb3669dbc64ce4630f6333fcd', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('room-members', 'fastroom', 'db/changelog/002-rooms.sql', '2026-11-26 16:34:22.497218', 4, 'EXECUTED', '9:841e62796900ee887c297c1a43dd8cbd', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('messages', 'fastroom', 'db/changelog/003-messages.sql', '2026-11-26 16:34:22.564666', 5, 'EXECUTED', '9:bffb2e20628160d69a349c61f123f66f', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('room-events', 'fastroom', 'db/changelog/003-messages.sql', '2026-11-26 16:34:22.674337', 6, 'EXECUTED', '9:0f33ec86cfd79498eeacad5d245bc476', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('room-purges', 'fastroom', 'db/changelog/003-messages.sql', '2026-11-26 16:34:22.698156', 7, 'EXECUTED', '9:f00110e8b8cbe637f4dec1860ed5c625', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('refresh-tokens', 'fastroom', 'db/changelog/004-tokens.sql', '2026-11-26 16:34:22.738194', 8, 'EXECUTED', '9:9ac35ae08de0180c5a8903174cc1a22e', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('blocked-tokens', 'fastroom', 'db/changelog/004-tokens.sql', '2026-11-26 16:34:22.790664', 9, 'EXECUTED', '9:aa6473345712ff545e8aeeae3925cb2d', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('append-lanes', 'fastroom', 'db/changelog/005-append.sql', '2026-11-26 16:34:22.824137', 10, 'EXECUTED', '9:feab1ab66f96402673e026dc1929f084', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('append-chats-v1', 'fastroom', 'db/changelog/005-append.sql', '2026-11-26 16:34:22.902684', 11, 'EXECUTED', '9:5694d717c25df9cacc9f8f1949f2ffba', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');
INSERT INTO public.databasechangelog VALUES ('member-changes', 'fastroom', 'db/changelog/006-member-changes.sql', '2026-11-26 16:34:22.938107', 12, 'EXECUTED', '9:22a77c368a33bbc33178417e0ad02278', 'sql', '', NULL, '4.33.0', NULL, NULL, '5710859350');

INSERT INTO public.databasechangeloglock VALUES (1, false, NULL, NULL);

INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (1, 1, 4, 1, 'alice', 'number 1', NULL, '2026-11-26 16:34:30.935516+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (2, 1, 5, 2, 'bob', 'number 2', NULL, '2026-11-26 16:34:30.999586+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (3, 1, 6, 1, 'alice', 'number 3', NULL, '2026-11-26 16:34:31.011567+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (4, 1, 7, 2, 'bob', 'number 4', NULL, '2026-11-26 16:34:31.026613+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (5, 1, 8, 1, 'alice', 'number 5', NULL, '2026-11-26 16:34:31.040072+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (6, 1, 9, 2, 'bob', 'number 6', NULL, '2026-11-26 16:34:31.053966+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (7, 1, 10, 1, 'alice', 'number 7', NULL, '2026-11-26 16:34:31.058621+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (8, 1, 11, 2, 'bob', 'number 8', NULL, '2026-11-26 16:34:31.068957+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (9, 1, 12, 1, 'alice', 'number 9', NULL, '2026-11-26 16:34:31.081174+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (10, 1, 13, 2, 'bob', 'number 10', NULL, '2026-11-26 16:34:31.089558+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (11, 1, 14, 1, 'alice', 'number 11', NULL, '2026-11-26 16:34:31.099335+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (12, 1, 15, 2, 'bob', 'number 12', NULL, '2026-11-26 16:34:31.111217+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (13, 1, 16, 1, 'alice', 'number 13', NULL, '2026-11-26 16:34:31.118724+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (14, 1, 17, 2, 'bob', 'number 14', NULL, '2026-11-26 16:34:31.131292+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (15, 1, 18, 1, 'alice', 'number 15', NULL, '2026-11-26 16:34:31.136944+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (16, 1, 19, 2, 'bob', 'number 16', NULL, '2026-11-26 16:34:31.154179+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (17, 1, 20, 1, 'alice', 'number 17', NULL, '2026-11-26 16:34:31.164982+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (18, 1, 21, 2, 'bob', 'number 18', NULL, '2026-11-26 16:34:31.175929+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (19, 1, 22, 1, 'alice', 'number 19', NULL, '2026-11-26 16:34:31.195318+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (20, 1, 23, 2, 'bob', 'number 20', NULL, '2026-11-26 16:34:31.205949+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (21, 1, 24, 1, 'alice', 'number 21', NULL, '2026-11-26 16:34:31.216208+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (22, 1, 25, 2, 'bob', 'number 22', NULL, '2026-11-26 16:34:31.22573+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (23, 1, 26, 1, 'alice', 'number 23', NULL, '2026-11-26 16:34:31.238838+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (24, 1, 27, 2, 'bob', 'number 24', NULL, '2026-11-26 16:34:31.250751+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (25, 1, 28, 1, 'alice', 'number 25', NULL, '2026-11-26 16:34:31.259808+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (26, 1, 29, 2, 'bob', 'number 26', NULL, '2026-11-26 16:34:31.279276+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (27, 1, 30, 1, 'alice', 'number 27', NULL, '2026-11-26 16:34:31.295124+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (28, 1, 31, 2, 'bob', 'number 28', NULL, '2026-11-26 16:34:31.310287+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (29, 1, 32, 1, 'alice', 'number 29', NULL, '2026-11-26 16:34:31.331127+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (30, 1, 33, 2, 'bob', 'number 30', NULL, '2026-11-26 16:34:31.364542+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (31, 1, 34, 1, 'alice', 'number 31', NULL, '2026-11-26 16:34:31.370372+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (32, 1, 35, 2, 'bob', 'number 32', NULL, '2026-11-26 16:34:31.376581+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (33, 1, 36, 1, 'alice', 'number 33', NULL, '2026-11-26 16:34:31.40065+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (34, 1, 37, 2, 'bob', 'number 34', NULL, '2026-11-26 16:34:31.414422+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (35, 1, 38, 1, 'alice', 'number 35', NULL, '2026-11-26 16:34:31.42582+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (36, 1, 39, 2, 'bob', 'number 36', NULL, '2026-11-26 16:34:31.434439+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (37, 1, 40, 1, 'alice', 'number 37', NULL, '2026-11-26 16:34:31.449265+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (38, 1, 41, 2, 'bob', 'number 38', NULL, '2026-11-26 16:34:31.455436+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (39, 1, 42, 1, 'alice', 'number 39', NULL, '2026-11-26 16:34:31.463497+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (40, 1, 43, 2, 'bob', 'number 40', NULL, '2026-11-26 16:34:31.473548+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (43, 1, 46, 4, 'dave', 'number 43', NULL, '2026-11-26 16:34:31.499118+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (41, 1, 44, 1, 'alice', 'number 41, edited', NULL, '2026-11-26 16:34:31.488501+00', '2026-11-26 16:34:31.523898+00', 'alice', false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (42, 1, 45, 3, 'carol', '', NULL, '2026-11-26 16:34:31.492337+00', NULL, NULL, true, '2026-11-26 16:34:31.537092+00');
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (44, 2, 2, 1, 'alice', 'nobody hears this', NULL, '2026-11-26 16:34:31.715281+00', NULL, NULL, false, NULL);
INSERT INTO public.messages OVERRIDING SYSTEM VALUE VALUES (45, 1, 53, 1, 'alice', 'number 44', NULL, '2026-11-26 16:34:31.770403+00', NULL, NULL, false, NULL);

INSERT INTO public.refresh_tokens VALUES ('\xfcfda1dc0369e17a9b9dc1ba7f8625a975bdf70b359ae3c3a0e523a897b29b8d', 1, '36896496-db6a-459c-87eb-19482ff521ad', '2036-11-23 16:34:28+00', false, NULL, '6cb06985-c666-4ea0-9e2f-ddaf1fa1c006', '2026-11-27 00:34:28+00', '2026-11-26 16:34:28.554174+00');
INSERT INTO public.refresh_tokens VALUES ('\x017aba5bb2d54f96ce2728e288a538ae21a381e4ea1ce0c2ec010a1853f242dd', 2, '9b842d2a-53c0-46da-8048-7bd150a73db1', '2036-11-23 16:34:29+00', false, NULL, '4a219075-3523-4fb9-9e82-948e972e4b32', '2026-11-27 00:34:29+00', '2026-11-26 16:34:29.056438+00');
INSERT INTO public.refresh_tokens VALUES ('\xe8c28d01d6b126bc81f68688d1c342a0950b8fce11d151b91ea339dbb89101c1', 3, '9fbe35b6-93b8-47b4-8c6f-d27ceaff1f92', '2036-11-23 16:34:29+00', false, NULL, 'c8baa374-9627-4521-ae12-42f3ac9eb1eb', '2026-11-27 00:34:29+00', '2026-11-26 16:34:29.280047+00');
INSERT INTO public.refresh_tokens VALUES ('\x94956c2b3e71fd45fdbb32c39742fff94bf62a6874982361332c8bf2f818eeee', 4, 'ee90b559-636d-4df7-91eb-7e5d8a6ccd03', '2036-11-23 16:34:29+00', false, NULL, 'd3d1fb10-e653-4f49-9493-2bdc8369dad9', '2026-11-27 00:34:29+00', '2026-11-26 16:34:29.634778+00');
INSERT INTO public.refresh_tokens VALUES ('\x29b05d35d37c45535e47b5b01d07aaaacf195e7fa4c576ea84af28cc1e8c9b41', 5, '5438153a-d99c-429a-905e-9e33f3382c7f', '2036-11-23 16:34:29+00', false, NULL, 'ec8b396f-883e-412c-9762-4bf8969e567d', '2026-11-27 00:34:29+00', '2026-11-26 16:34:29.907311+00');
INSERT INTO public.refresh_tokens VALUES ('\x628aefcf50d5706d8fd3ecd6291159f930dae47180d464f2406b41150da84637', 6, 'cd48701b-e6b0-49aa-a01e-072f6e88c2ec', '2036-11-23 16:34:30+00', false, NULL, 'd976f4f1-1f21-40aa-b167-482daf622667', '2026-11-27 00:34:30+00', '2026-11-26 16:34:30.184429+00');

INSERT INTO public.room_events VALUES (2, 1, 3, '2026-11-26 16:34:30.326526+00', NULL, NULL, 2, 'bob', true, false, false, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 1, 3, '2026-11-26 16:34:30.7988+00', NULL, NULL, 2, 'bob', true, false, false, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 2, 3, '2026-11-26 16:34:30.819171+00', NULL, NULL, 3, 'carol', true, false, false, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 3, 3, '2026-11-26 16:34:30.843526+00', NULL, NULL, 4, 'dave', true, false, false, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 47, 1, '2026-11-26 16:34:31.523898+00', 41, 'number 41, edited', 1, 'alice', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 48, 2, '2026-11-26 16:34:31.537067+00', 42, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 49, 3, '2026-11-26 16:34:31.561965+00', NULL, NULL, 3, 'carol', true, false, true, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 50, 3, '2026-11-26 16:34:31.624027+00', NULL, NULL, 4, 'dave', true, false, false, true, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 51, 3, '2026-11-26 16:34:31.667197+00', NULL, NULL, 2, 'bob', true, true, false, false, NULL, NULL, NULL);
INSERT INTO public.room_events VALUES (1, 52, 4, '2026-11-26 16:34:31.748359+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'lobby', 'the lounge', false);

INSERT INTO public.room_members VALUES (1, 1, true, true, false, false, '2026-11-26 16:34:30.211813+00', 0);
INSERT INTO public.room_members VALUES (2, 1, true, true, false, false, '2026-11-26 16:34:30.237131+00', 0);
INSERT INTO public.room_members VALUES (2, 2, true, false, false, false, '2026-11-26 16:34:30.326895+00', 1);
INSERT INTO public.room_members VALUES (1, 3, true, false, true, false, '2026-11-26 16:34:30.819191+00', 49);
INSERT INTO public.room_members VALUES (1, 4, true, false, false, true, '2026-11-26 16:34:30.843546+00', 50);
INSERT INTO public.room_members VALUES (1, 2, true, true, false, false, '2026-11-26 16:34:30.798822+00', 51);

INSERT INTO public.rooms OVERRIDING SYSTEM VALUE VALUES (2, 'behind doors', true, 2, 1, '2026-11-26 16:34:30.237079+00');
INSERT INTO public.rooms OVERRIDING SYSTEM VALUE VALUES (1, 'the lounge', false, 53, 43, '2026-11-26 16:34:30.21129+00');

INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (1, 'alice', 'alice@example.org', 'alice of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$IGJK7VG3ymKggRk0T1jG8w$4aoJ+SVJJAoSiRxzOU4cfeNF6zvkbS6bPz5OwC4IoNI', false, NULL, '2026-11-26 16:34:27.836179+00');
INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (2, 'bob', NULL, 'bob of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$6zgfFvLeUUiSnvQpy7fHZw$gyv3cTUggyLamclDW3t80S6nCSlLdfrqP1v1ltim2Fk', false, NULL, '2026-11-26 16:34:28.863812+00');
INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (3, 'carol', 'Carol@Example.org', 'carol of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$BjKInInSY7/qegozz2YHhg$JhYQt8MIAAWOHfAdzjBVdFUYizbfE2I57v/G8SNla0g', false, NULL, '2026-11-26 16:34:29.141542+00');
INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (4, 'dave', NULL, 'dave of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$NLzh5r9hc2W8408Mhq4Xwg$AqO4c00iAl7GfubEXkQbO+0pBUkKE+LvgzCu6/38Ou4', false, NULL, '2026-11-26 16:34:29.522223+00');
INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (5, 'erin', 'ÉRIN@example.org', 'erin of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$7xaX1El2/+26pTW0lJtRYA$o4kchy7cC8/YT4F4qC1q/aBiC2C6gkGA1KNWtTLTQHY', false, NULL, '2026-11-26 16:34:29.77423+00');
INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (6, 'frank', 'érin@example.org', 'frank of 0.1', '$argon2id$v=19$m=19456,t=2,p=1$z6iQakMUt2vUQZSmcN3/lg$BJFYMXbX/nkwUpDNxOFNfWoxaiSWChoPE4/lQghxiyY', false, NULL, '2026-11-26 16:34:30.062413+00');

SELECT pg_catalog.setval('public.messages_id_seq', 45, true);

SELECT pg_catalog.setval('public.rooms_id_seq', 2, true);

SELECT pg_catalog.setval('public.users_id_seq', 6, true);

ALTER TABLE ONLY public.append_lanes
    ADD CONSTRAINT append_lanes_pkey PRIMARY KEY (lane);

ALTER TABLE ONLY public.blocked_tokens
    ADD CONSTRAINT blocked_tokens_pkey PRIMARY KEY (jti);

ALTER TABLE ONLY public.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (room_id, id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_seq_key UNIQUE (room_id, seq);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.room_events
    ADD CONSTRAINT room_events_pkey PRIMARY KEY (room_id, seq);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_pkey PRIMARY KEY (room_id, user_id);

ALTER TABLE ONLY public.room_purges
    ADD CONSTRAINT room_purges_pkey PRIMARY KEY (room_id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_name_key UNIQUE (name);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_username_key UNIQUE (username);

CREATE INDEX blocked_tokens_blocked ON public.blocked_tokens USING btree (blocked_at);

CREATE UNIQUE INDEX messages_client_id_key ON public.messages USING btree (user_id, client_id) WHERE (client_id IS NOT NULL);

CREATE INDEX refresh_tokens_expiry ON public.refresh_tokens USING btree (expires_at);

CREATE INDEX refresh_tokens_family ON public.refresh_tokens USING btree (family);

CREATE INDEX refresh_tokens_user ON public.refresh_tokens USING btree (user_id);

CREATE INDEX room_events_message ON public.room_events USING btree (room_id, message_id) WHERE (kind = 1);

CREATE INDEX room_members_moderators ON public.room_members USING btree (room_id) WHERE is_moderator;

CREATE INDEX room_members_user ON public.room_members USING btree (user_id, room_id) WHERE is_member;

CREATE INDEX rooms_public ON public.rooms USING btree (id) WHERE (NOT is_private);

CREATE INDEX users_disabled ON public.users USING btree (disabled_at) WHERE disabled;

CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email));

CREATE CONSTRAINT TRIGGER users_disabled_at AFTER INSERT OR UPDATE OF disabled ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.disabled) EXECUTE FUNCTION public.note_disabled_user();

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_room_id_fkey FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

