CREATE TABLE servers (
    id TEXT PRIMARY KEY,
    installation TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    lease_until_ms INTEGER NOT NULL
);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,
    owner TEXT NOT NULL,
    image TEXT NOT NULL,
    tool TEXT NOT NULL,
    priority INTEGER NOT NULL,
    idempotency_key TEXT,
    request TEXT NOT NULL,
    installation TEXT NOT NULL,
    server TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    image_id TEXT,
    container_id TEXT,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER,
    ending TEXT,
    job_usage TEXT,
    out_bytes INTEGER NOT NULL DEFAULT 0,
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
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);
CREATE INDEX files_by_owner ON files (owner, created_ms);

CREATE TABLE tool_specs (
    image_id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    read_ms INTEGER NOT NULL
);
