-- Addresses at which calendars fetch the appointments of a branch, or of a resource.
CREATE TABLE feeds (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    version INTEGER NOT NULL,              -- 1, and one more with every rotation
    branch_id TEXT,                        -- exactly one of these two
    resource_id TEXT,
    detail TEXT NOT NULL,                  -- service, full
    language TEXT NOT NULL,                -- a locale
    digest BLOB NOT NULL,                  -- of the token in the address
    created_at BIGINT NOT NULL,
    last_read_at BIGINT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX feeds_by_digest ON feeds (digest, account_id);
