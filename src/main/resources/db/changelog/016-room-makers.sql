--liquibase formatted sql

--changeset fastroom:room-makers
-- Who made a room; null for rooms of 0.1, whose makers nobody wrote down.
ALTER TABLE rooms ADD COLUMN created_by bigint;
--rollback ALTER TABLE rooms DROP COLUMN created_by;

--changeset fastroom:count-rooms-made splitStatements:false
CREATE FUNCTION count_rooms_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO user_counts AS c (user_id, rooms_made) VALUES (NEW.created_by, 1)
    ON CONFLICT (user_id) DO UPDATE SET rooms_made = c.rooms_made + 1;
  ELSE
    UPDATE user_counts SET rooms_made = rooms_made - 1 WHERE user_id = OLD.created_by;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER rooms_made AFTER INSERT ON rooms
  FOR EACH ROW WHEN (NEW.created_by IS NOT NULL) EXECUTE FUNCTION count_rooms_made();
CREATE TRIGGER rooms_deleted AFTER DELETE ON rooms
  FOR EACH ROW WHEN (OLD.created_by IS NOT NULL) EXECUTE FUNCTION count_rooms_made();
--rollback DROP TRIGGER rooms_deleted ON rooms; DROP TRIGGER rooms_made ON rooms; DROP FUNCTION count_rooms_made;
