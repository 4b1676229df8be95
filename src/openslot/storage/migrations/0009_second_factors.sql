-- Wrong codes of a user's second factor, from whatever address. A ticket of a sign-in holds how
-- many there were when it was made, so that it is void after five more.
ALTER TABLE users ADD COLUMN wrong_codes BIGINT NOT NULL DEFAULT 0;
-- When they are as if there had never been any: how many there may be in an hour is counted by it.
ALTER TABLE users ADD COLUMN wrong_codes_clear_at BIGINT NOT NULL DEFAULT 0;

-- What lets a user in whose authenticator app is lost: each once, then its row is gone.
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    digest BLOB NOT NULL,             -- HMAC-SHA-256 under a key that the database does not hold
    PRIMARY KEY (account_id, user_id, digest)
) WITHOUT ROWID;
