-- What was done to accounts, clients, secrets and clocks, and who was refused. Only ever added to.
CREATE TABLE audit_events (
    account_id TEXT NOT NULL,
    at BIGINT NOT NULL,           -- when it was recorded, in real time
    id TEXT NOT NULL,
    type TEXT NOT NULL,           -- client.created, secret.rotated, token.refused, …
    actor_type TEXT,              -- client, user or operator; null when nobody was recognised
    actor_id TEXT,
    client TEXT,                  -- the OAuth client it is about
    secret_id TEXT,               -- never the secret
    address TEXT,
    request_id TEXT,
    detail TEXT NOT NULL,         -- JSON; never a secret, a token or a person's data
    PRIMARY KEY (account_id, at, id)
) WITHOUT ROWID;
CREATE INDEX audit_events_by_client ON audit_events (account_id, client, at, id);
