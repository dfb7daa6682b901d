--liquibase formatted sql

--changeset fastroom:client-ids-of-a-room
-- What is unique is unique within its room, so that rooms can be spread over databases one day.
CREATE UNIQUE INDEX messages_client_key ON messages (room_id, user_id, client_id) WHERE client_id IS NOT NULL;
DROP INDEX messages_client_id_key;
--rollback UPDATE messages m SET client_id = NULL WHERE EXISTS (SELECT FROM messages o WHERE o.user_id = m.user_id AND o.client_id = m.client_id AND o.id < m.id);
--rollback CREATE UNIQUE INDEX messages_client_id_key ON messages (user_id, client_id) WHERE client_id IS NOT NULL;
--rollback DROP INDEX messages_client_key;
