-- Instants are milliseconds since 1970 in UTC (…_at); booked times whole minutes (…_minute).
-- Ids are UUIDs as text. JSON is text. An account's rows all begin with its id.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sandbox INTEGER NOT NULL,
    suspended_at BIGINT,
    clock_frozen_at BIGINT,
    clock_offset_ms BIGINT NOT NULL,
    catalogue_version BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Branches, services, resources, groups and combinations, each as the account file has it.
CREATE TABLE catalogue_items (
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,           -- branch, service-group, service, resource, service-combination
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    active INTEGER NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, id)
);
CREATE UNIQUE INDEX catalogue_items_by_key ON catalogue_items (account_id, kind, key);

-- One row a resource and UTC day: everything that takes it that day, packed. See scheduling.day_sheets.
CREATE TABLE day_sheets (
    account_id TEXT NOT NULL,
    branch_id TEXT NOT NULL,
    day INTEGER NOT NULL,         -- days since 1970-01-01 in UTC
    resource_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    claims BLOB NOT NULL,
    PRIMARY KEY (account_id, branch_id, day, resource_id)
) WITHOUT ROWID;

CREATE TABLE reservations (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,             -- becomes the appointment's id
    client_id TEXT NOT NULL,
    status TEXT NOT NULL,         -- RESERVED, then CONFIRMED, MOVED (used up by a reschedule), RELEASED or EXPIRED
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,              -- when it stopped being RESERVED; an expiry nobody noticed is expires_at
    branch_id TEXT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute BIGINT NOT NULL,
    before_minutes INTEGER NOT NULL,
    after_minutes INTEGER NOT NULL,
    places INTEGER NOT NULL,
    party INTEGER NOT NULL,
    service_ids TEXT NOT NULL,    -- JSON list, in the order they are served
    resource_ids TEXT NOT NULL,   -- JSON list, in the order of their types
    replaces TEXT,                -- the appointment it is to move, and nothing else
    notes TEXT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX reservations_live ON reservations (account_id, client_id, expires_at) WHERE status = 'RESERVED';

CREATE TABLE appointments (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,      -- who confirmed it; it belongs to the account
    status TEXT NOT NULL,         -- CONFIRMED, ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW, CANCELLED
    version INTEGER NOT NULL,     -- 1, raised by every change
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    branch_id TEXT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute BIGINT NOT NULL,
    before_minutes INTEGER NOT NULL,
    after_minutes INTEGER NOT NULL,
    places INTEGER NOT NULL,
    party INTEGER NOT NULL,
    service_ids TEXT NOT NULL,
    resource_ids TEXT NOT NULL,
    wall_start TEXT NOT NULL,     -- local time and zone as they were agreed on, 2027-01-04T09:00
    time_zone TEXT NOT NULL,
    override INTEGER NOT NULL,    -- booked by staff against the rules: may exceed a capacity
    stranded INTEGER NOT NULL,    -- no longer fits the catalogue
    identifier TEXT,              -- the person's; null once erased
    customer TEXT,                -- JSON; null once erased
    answers TEXT,                 -- JSON; null once erased
    notes TEXT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX appointments_by_person ON appointments (account_id, identifier, start_minute, id);
CREATE INDEX appointments_by_branch ON appointments (account_id, branch_id, start_minute, id);

CREATE TABLE appointment_history (
    account_id TEXT NOT NULL,
    appointment_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    at BIGINT NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    change TEXT NOT NULL,         -- booked, moved, cancelled, customer_changed, …
    old TEXT,                     -- JSON; never a person's data, only the names of such fields
    new TEXT,
    PRIMARY KEY (account_id, appointment_id, version)
) WITHOUT ROWID;

CREATE TABLE blocks (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    branch_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute BIGINT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX blocks_by_resource ON blocks (account_id, resource_id, start_minute);

-- Answers kept for a repeated Idempotency-Key, 24 hours.
CREATE TABLE idempotency_answers (
    account_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    fingerprint BLOB NOT NULL,    -- SHA-256 of method, path and canonical body
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,        -- JSON
    body BLOB NOT NULL,
    PRIMARY KEY (account_id, client_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_answers_by_age ON idempotency_answers (account_id, created_at);

CREATE TABLE clients (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,   -- 26 of [a-z0-9], what OAuth calls it
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL,
    revoked_before BIGINT NOT NULL,   -- tokens issued before this instant are dead
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    document TEXT NOT NULL,           -- JSON: grants, scopes, redirectUris, tokenEndpointAuthMethod, jwks
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX clients_by_key ON clients (account_id, key);

CREATE TABLE client_secrets (
    account_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    digest BLOB NOT NULL,             -- HMAC-SHA-256 with the pepper
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    PRIMARY KEY (account_id, client_id, id)
) WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,    -- RFC 7638 thumbprint
    algorithm TEXT NOT NULL,          -- ES256 or RS256
    created_at BIGINT NOT NULL,
    public_jwk TEXT NOT NULL,
    private_sealed BLOB NOT NULL      -- PKCS#8, AES-256-GCM under the master key
);
