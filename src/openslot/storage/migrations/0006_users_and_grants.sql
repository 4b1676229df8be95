-- A key pair is announced at created_at and signs from signs_from until a younger one does.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
UPDATE signing_keys SET signs_from = created_at;
-- Whether its first use stands in the audit trail.
ALTER TABLE signing_keys ADD COLUMN start_noted INTEGER NOT NULL DEFAULT 1;

-- Tokens of the whole account issued before this instant are dead.
ALTER TABLE accounts ADD COLUMN revoked_before BIGINT NOT NULL DEFAULT 0;

-- People who sign in. Whoever books is no user.
CREATE TABLE users (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                 -- the `sub` of tokens that they delegate
    email TEXT NOT NULL,              -- lowercase; what they sign in with
    name TEXT NOT NULL,
    role TEXT NOT NULL,               -- viewer, desk, planner, administrator
    active INTEGER NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_before BIGINT NOT NULL,   -- tokens issued before this instant are dead
    password_digest TEXT,             -- argon2id, PHC string; null until they have chosen one
    totp_sealed BLOB,                 -- the secret of RFC 6238, under the master key
    totp_last_step BIGINT,            -- the last time step taken: a code is used once
    invitation_digest BLOB,
    invitation_expires_at BIGINT,
    last_signed_in_at BIGINT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_email ON users (account_id, email);
CREATE UNIQUE INDEX users_by_invitation ON users (account_id, invitation_digest)
    WHERE invitation_digest IS NOT NULL;

CREATE TABLE sessions (
    account_id TEXT NOT NULL,
    digest BLOB NOT NULL,             -- SHA-256 of what the cookie holds
    user_id TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,     -- up to a minute late
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, digest)
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (account_id, user_id);
CREATE INDEX sessions_by_age ON sessions (account_id, expires_at);

-- What a user has let a client do, once and for all.
CREATE TABLE consents (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,             -- space-separated
    given_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id, client_id)
) WITHOUT ROWID;

CREATE TABLE authorization_codes (
    account_id TEXT NOT NULL,
    digest BLOB NOT NULL,             -- SHA-256
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    redirect_uri TEXT,                -- as it was asked for; null: left out, the one registered
    code_challenge TEXT NOT NULL,     -- S256
    dpop_jkt TEXT,                    -- RFC 9449 §10: the key that the code is bound to
    scopes TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    grant_id TEXT,                    -- what it gave; a second use ends it
    PRIMARY KEY (account_id, digest)
) WITHOUT ROWID;
CREATE INDEX authorization_codes_by_age ON authorization_codes (account_id, expires_at);

-- One row a family of refresh tokens, whatever the number of rotations.
CREATE TABLE grants (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                 -- the `gid` of its access tokens
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,     -- `auth_time`
    created_at BIGINT NOT NULL,
    dpop_jkt TEXT,                    -- of a public client: the key that refresh tokens are bound to
    seed BLOB NOT NULL,               -- 256 random bits; without the master key they give no token
    generation BIGINT NOT NULL,       -- of the refresh token that counts
    rotated_at BIGINT NOT NULL,       -- when it was made
    ended_at BIGINT,                  -- revoked, used twice, or its user or client is gone
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX grants_by_user ON grants (account_id, user_id);
CREATE INDEX grants_by_client ON grants (account_id, client_id);
CREATE INDEX grants_by_age ON grants (account_id, created_at);
CREATE INDEX grants_ended ON grants (account_id, ended_at) WHERE ended_at IS NOT NULL;

-- Access tokens that were revoked one by one, until they would have expired.
CREATE TABLE revoked_tokens (
    account_id TEXT NOT NULL,
    token_id TEXT NOT NULL,           -- jti
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, token_id)
) WITHOUT ROWID;
CREATE INDEX revoked_tokens_by_age ON revoked_tokens (account_id, expires_at);

-- Ids of client assertions and DPoP proofs, which are taken once.
CREATE TABLE used_ids (
    account_id TEXT NOT NULL,
    digest BLOB NOT NULL,             -- SHA-256 of who made it and its jti
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, digest)
) WITHOUT ROWID;
CREATE INDEX used_ids_by_age ON used_ids (account_id, expires_at);
