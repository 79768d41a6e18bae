DROP INDEX jobs_by_key;
DROP INDEX jobs_by_owner;
DROP INDEX files_by_owner;
ALTER TABLE jobs RENAME COLUMN owner TO tenant;
ALTER TABLE files RENAME COLUMN owner TO tenant;
CREATE UNIQUE INDEX jobs_by_key ON jobs (tenant, idempotency_key);
CREATE INDEX jobs_by_tenant ON jobs (tenant, id);
CREATE INDEX files_by_tenant ON files (tenant, created_ms);
