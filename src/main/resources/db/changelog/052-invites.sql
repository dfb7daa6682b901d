--liquibase formatted sql

--changeset fastroom:invites
CREATE TABLE invites (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code       text COLLATE "C" NOT NULL UNIQUE,
  uses       integer NOT NULL,
  used       integer NOT NULL DEFAULT 0,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_by bigint NOT NULL
);
--rollback DROP TABLE invites;
