CREATE TABLE users (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX users_by_name ON users (name);
CREATE INDEX users_by_tenant ON users (tenant, name);

CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    user_id TEXT,
    label TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    prefix TEXT NOT NULL,
    source TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    last_used_ms INTEGER
);
CREATE UNIQUE INDEX tokens_by_id ON tokens (id);
CREATE UNIQUE INDEX tokens_by_sha256 ON tokens (sha256);
CREATE INDEX tokens_by_tenant ON tokens (tenant, number);
CREATE INDEX tokens_by_user ON tokens (user_id);

CREATE TABLE logins (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    page_sha256 TEXT,
    address TEXT,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX logins_by_page ON logins (page_sha256);
CREATE INDEX logins_by_user ON logins (user_id, created_ms);
CREATE INDEX logins_by_end ON logins (expires_ms);

CREATE TABLE refresh_tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    login_id TEXT NOT NULL,
    used_ms INTEGER
);
CREATE UNIQUE INDEX refresh_tokens_by_sha256 ON refresh_tokens (sha256);
CREATE INDEX refresh_tokens_by_login ON refresh_tokens (login_id, number);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    request_id TEXT,
    tenant TEXT NOT NULL,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    face TEXT NOT NULL,
    operation TEXT NOT NULL,
    object TEXT NOT NULL,
    address TEXT,
    ending TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_tenant ON audit (tenant, id);
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'lines of the audit are never changed');
END;

CREATE TABLE executions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    user_name TEXT NOT NULL,
    runtime TEXT NOT NULL,
    state TEXT NOT NULL,
    server TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    outcome TEXT
);
CREATE UNIQUE INDEX executions_by_id ON executions (id);
CREATE INDEX executions_by_tenant ON executions (tenant, number);
CREATE INDEX executions_by_state ON executions (state, server);
CREATE INDEX executions_by_time ON executions (started_ms);

CREATE TABLE idempotency_keys (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    server TEXT NOT NULL,
    answer TEXT,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_ms);

CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL
);
