CREATE TABLE servers (
    id TEXT PRIMARY KEY,
    installation TEXT NOT NULL,
    started_ms BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL
);

CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state TEXT NOT NULL,
    owner TEXT NOT NULL,
    image TEXT NOT NULL,
    tool TEXT NOT NULL,
    priority BIGINT NOT NULL,
    idempotency_key TEXT,
    request TEXT NOT NULL,
    installation TEXT NOT NULL,
    server TEXT,
    attempt BIGINT NOT NULL DEFAULT 0,
    not_before_ms BIGINT NOT NULL DEFAULT 0,
    cancel_requested BIGINT NOT NULL DEFAULT 0,
    image_id TEXT,
    container_id TEXT,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    finished_ms BIGINT,
    ending TEXT,
    job_usage TEXT,
    out_bytes BIGINT NOT NULL DEFAULT 0,
    gotap_metadata TEXT
);
CREATE UNIQUE INDEX jobs_by_key ON jobs (owner, idempotency_key);
CREATE INDEX jobs_by_turn ON jobs (state, priority DESC, id);
CREATE INDEX jobs_by_owner ON jobs (owner, id);

CREATE TABLE files (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    installation TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX files_by_owner ON files (owner, created_ms);

CREATE TABLE tool_specs (
    image_id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    read_ms BIGINT NOT NULL
);
