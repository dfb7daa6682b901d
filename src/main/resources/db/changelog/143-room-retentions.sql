--liquibase formatted sql

--changeset fastroom:room-retentions
-- For how many days a room keeps its messages, 0 for ever; those that are not here keep them as the nodes' settings say.
CREATE TABLE room_retentions (
  room_id bigint PRIMARY KEY REFERENCES rooms ON DELETE CASCADE,
  days integer NOT NULL CHECK (days BETWEEN 0 AND 36500)
);
--rollback DROP TABLE room_retentions;
