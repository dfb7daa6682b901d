--liquibase formatted sql

--changeset fastroom:deployment
-- What the nodes of one deployment know it by on a Redis that they may share with others.
CREATE TABLE deployment (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  id     uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO deployment DEFAULT VALUES;
--rollback DROP TABLE deployment;
