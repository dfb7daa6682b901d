--liquibase formatted sql

--changeset fastroom:names-of-direct-rooms
-- What begins with @ is a room between two people from now on; one of 0.1 that is called so gets another name.
UPDATE rooms SET name = '(' || id || ') ' || left(name, 70) WHERE name LIKE '@%';
--rollback SELECT 1;

--changeset fastroom:direct-rooms
-- The room between two people, by their ids: names change when an account is deleted, and are taken again.
CREATE TABLE direct_rooms (
  low_id  bigint NOT NULL,
  high_id bigint NOT NULL,
  room_id bigint NOT NULL UNIQUE REFERENCES rooms ON DELETE CASCADE,
  PRIMARY KEY (low_id, high_id),
  CHECK (low_id < high_id)
);
--rollback DROP TABLE direct_rooms;

--changeset fastroom:open-direct-v1 splitStatements:false
-- The room between p_actor and the user of a name, made when there is none. Outcomes: 0 made, 1 there already, 3 no such
-- user, 4 the actor, 5 the actor has made too many rooms, 6 one of them is a member of too many, 7 its name still belongs
-- to a room of an account that was deleted, 8 the actor is no more.
-- The name decides who makes it: whoever inserts it second waits for the first, and then finds the room.
CREATE FUNCTION open_direct_v1(p_actor bigint, p_username text, p_rooms_made bigint, p_memberships bigint,
  OUT outcome int, OUT other_id bigint, OUT id bigint, OUT name text, OUT is_private boolean, OUT created_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_actor text COLLATE "C";
  v_other text COLLATE "C";
  v_disabled boolean;
BEGIN
  -- Locked, so that an account that is being deleted is either seen to be gone or leaves this room, too.
  SELECT u.username INTO v_actor FROM users u WHERE u.id = p_actor AND NOT u.disabled FOR KEY SHARE;
  IF NOT FOUND THEN
    outcome := 8;
    RETURN;
  END IF;
  SELECT u.id, u.username, u.disabled INTO other_id, v_other, v_disabled
  FROM users u WHERE u.username = p_username FOR KEY SHARE;
  IF NOT FOUND OR v_disabled THEN
    outcome := 3;
    RETURN;
  END IF;
  IF other_id = p_actor THEN
    outcome := 4;
    RETURN;
  END IF;
  FOR attempt IN 1..2 LOOP
    SELECT r.id, r.name, r.is_private, r.created_at INTO id, name, is_private, created_at
    FROM direct_rooms d JOIN rooms r ON r.id = d.room_id
    WHERE d.low_id = LEAST(p_actor, other_id) AND d.high_id = GREATEST(p_actor, other_id);
    IF FOUND THEN
      outcome := 1;
      RETURN;
    END IF;
    EXIT WHEN attempt = 2;
    IF EXISTS (SELECT FROM user_counts c WHERE c.user_id = p_actor AND c.rooms_made >= p_rooms_made) THEN
      outcome := 5;
      RETURN;
    END IF;
    IF EXISTS (SELECT FROM user_counts c WHERE c.user_id IN (p_actor, other_id) AND c.memberships >= p_memberships) THEN
      outcome := 6;
      RETURN;
    END IF;
    INSERT INTO rooms (name, is_private, created_by)
    VALUES ('@' || LEAST(v_actor, v_other) || ',' || GREATEST(v_actor, v_other), true, p_actor)
    ON CONFLICT (name) DO NOTHING
    RETURNING rooms.id, rooms.name, rooms.is_private, rooms.created_at INTO id, name, is_private, created_at;
    IF FOUND THEN
      INSERT INTO direct_rooms (low_id, high_id, room_id)
      VALUES (LEAST(p_actor, other_id), GREATEST(p_actor, other_id), id);
      INSERT INTO room_members (room_id, user_id)
      SELECT open_direct_v1.id, u FROM unnest(ARRAY[LEAST(p_actor, other_id), GREATEST(p_actor, other_id)]) u;
      outcome := 0;
      RETURN;
    END IF;
  END LOOP;
  outcome := 7;
END
$$;
--rollback DROP FUNCTION open_direct_v1;
