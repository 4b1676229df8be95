-- Keys with which a client calls an interface that knows no tokens.
CREATE TABLE api_keys (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    client_id TEXT NOT NULL,
    key TEXT NOT NULL,                     -- the account file's name for it
    digest BLOB NOT NULL,                  -- HMAC-SHA-256, as of client secrets
    party_counting TEXT NOT NULL,          -- total, additional
    customer_look_up INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,                     -- the row stays for a while: its use is an event
    last_used_at BIGINT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_by_key ON api_keys (account_id, client_id, key) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_digest ON api_keys (digest);
CREATE INDEX api_keys_by_age ON api_keys (account_id, revoked_at) WHERE revoked_at IS NOT NULL;
-- When the content of an item was last changed; 0: before this column was there.
ALTER TABLE catalogue_items ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
-- Who comes, the same for all bookings of one person; where the mail goes, in one spelling; and
-- what programs say beside it (JSON). Rows of before get the first two from `openslot migrate`.
ALTER TABLE appointments ADD COLUMN customer_id TEXT;
ALTER TABLE appointments ADD COLUMN mail_key TEXT;
ALTER TABLE appointments ADD COLUMN particulars TEXT;
CREATE INDEX appointments_by_customer ON appointments (account_id, customer_id, start_minute, id);
CREATE INDEX appointments_by_mail ON appointments (account_id, mail_key) WHERE mail_key IS NOT NULL;
-- The API key that the actor showed, if it was one.
ALTER TABLE appointment_history ADD COLUMN api_key_id TEXT;
ALTER TABLE audit_events ADD COLUMN api_key_id TEXT;
