--liquibase formatted sql

--changeset fastroom:export-subjects
-- What is kept about somebody, for their export: what they react with, and what was done to their messages.
CREATE INDEX reactions_user ON reactions (user_id, room_id, message_id);
CREATE INDEX audit_target_message ON audit (target_name COLLATE "C", id) WHERE target_kind = 'message';
--rollback DROP INDEX reactions_user; DROP INDEX audit_target_message;
