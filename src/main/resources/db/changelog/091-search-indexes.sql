--liquibase formatted sql

--changeset fastroom:messages-words runInTransaction:false
-- Built while messages are written. One that was begun and not ended is of no use.
-- What is new waits in a list, from which it is sorted in by many at once; every search reads the list, so it is short.
DROP INDEX CONCURRENTLY IF EXISTS messages_words;
CREATE INDEX CONCURRENTLY messages_words ON messages USING gin (message_words(id, room_id, user_id, content))
  WITH (gin_pending_list_limit = 1024) WHERE NOT deleted;
--rollback DROP INDEX messages_words;

--changeset fastroom:messages-ids runInTransaction:false
-- From one block of ids to the next, and from a time to the ids of that time: restarts leave gaps between ids. Of id + 0,
-- so that no page of a room is looked for among the messages of all rooms; that is why searches say id - 0 elsewhere.
DROP INDEX CONCURRENTLY IF EXISTS messages_ids;
CREATE INDEX CONCURRENTLY messages_ids ON messages ((id + 0));
--rollback DROP INDEX messages_ids;
