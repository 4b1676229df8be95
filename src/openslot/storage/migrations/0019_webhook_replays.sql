-- Events that are being sent to a webhook again, some at a time.
CREATE TABLE webhook_replays (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    webhook_id TEXT NOT NULL,
    after_position BIGINT NOT NULL,        -- of the last event that was looked at
    until_position BIGINT NOT NULL,        -- of the last event to look at
    since BIGINT NOT NULL,                 -- instants between which the events are; the second one is not among them
    before BIGINT NOT NULL,
    delivered_too INTEGER NOT NULL,        -- 1: also what the webhook has answered well
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
