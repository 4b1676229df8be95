-- How many access tokens each client got on each UTC day.
CREATE TABLE issued_tokens (
    account_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    day INTEGER NOT NULL,                  -- days since 1970
    issued BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id, day)
) WITHOUT ROWID;
CREATE INDEX issued_tokens_by_day ON issued_tokens (day);
