--liquibase formatted sql

--changeset fastroom:audit-subjects
-- What is kept about somebody, for their export.
CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_target_user ON audit (target_id, id) WHERE target_kind = 'user';
--rollback DROP INDEX audit_actor; DROP INDEX audit_target_user;
