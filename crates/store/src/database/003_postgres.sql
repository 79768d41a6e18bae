CREATE TABLE users (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    disabled BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_name ON users (name);
CREATE INDEX users_by_tenant ON users (tenant, name);

CREATE TABLE tokens (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    user_id TEXT,
    label TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    prefix TEXT NOT NULL,
    source TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    last_used_ms BIGINT
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
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX logins_by_page ON logins (page_sha256);
CREATE INDEX logins_by_user ON logins (user_id, created_ms);
CREATE INDEX logins_by_end ON logins (expires_ms);

CREATE TABLE refresh_tokens (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 TEXT NOT NULL,
    login_id TEXT NOT NULL,
    used_ms BIGINT
);
CREATE UNIQUE INDEX refresh_tokens_by_sha256 ON refresh_tokens (sha256);
CREATE INDEX refresh_tokens_by_login ON refresh_tokens (login_id, number);

CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ms BIGINT NOT NULL,
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
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'lines of the audit are never changed';
END
$body$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

CREATE TABLE executions (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    user_name TEXT NOT NULL,
    runtime TEXT NOT NULL,
    state TEXT NOT NULL,
    server TEXT NOT NULL,
    started_ms BIGINT NOT NULL,
    ended_ms BIGINT,
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
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_ms);

CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL
);
