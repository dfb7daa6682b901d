--liquibase formatted sql

--changeset fastroom:rooms-private runInTransaction:false
-- The list of rooms finds the private ones of somebody who is in thousands of public ones. Built while rooms are made; one
-- that was begun and not ended is of no use.
DROP INDEX CONCURRENTLY IF EXISTS rooms_private;
CREATE INDEX CONCURRENTLY rooms_private ON rooms (id) WHERE is_private;
--rollback DROP INDEX rooms_private;
