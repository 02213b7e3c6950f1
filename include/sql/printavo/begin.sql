CREATE SCHEMA IF NOT EXISTS printavo;
CREATE TABLE printavo.schema_version (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
