-- Addresses outside that are told of events.
CREATE TABLE webhooks (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    version INTEGER NOT NULL,              -- of what can be changed
    key TEXT NOT NULL,                     -- the account file's name for it
    url TEXT NOT NULL,
    events TEXT NOT NULL,                  -- JSON: a list of types, or ["*"]
    active INTEGER NOT NULL,
    include_customer INTEGER NOT NULL,
    description TEXT NOT NULL,
    disabled_reason TEXT,                  -- gone, failing; null: it is active, or somebody disabled it
    failures INTEGER NOT NULL,             -- failed attempts since the last success
    failing_since BIGINT,                  -- the first of them
    last_success_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX webhooks_by_key ON webhooks (account_id, key);

CREATE TABLE webhook_secrets (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX webhook_secrets_by_webhook ON webhook_secrets (account_id, webhook_id);

-- One event on its way to one webhook.
CREATE TABLE webhook_deliveries (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL,                -- of a test its own
    type TEXT NOT NULL,
    booking_id TEXT NOT NULL,              -- empty: a test
    event_position BIGINT NOT NULL,        -- of the event in the account's list; 0: a test
    status TEXT NOT NULL,                  -- queued, delivered, failed, dropped
    body TEXT NOT NULL,                    -- what is sent, the same at every attempt
    attempts TEXT NOT NULL,                -- JSON, the oldest first
    tries INTEGER NOT NULL,                -- attempts since it was queued: where in the schedule it is
    headers TEXT,                          -- JSON: of the last attempt's request
    due_at BIGINT,                         -- when it is tried next; null: it is done
    leased_until BIGINT,                   -- until when a process has it in hand
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_deliveries_by_event ON webhook_deliveries (account_id, webhook_id, event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (account_id, webhook_id, due_at, event_position) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_queued ON webhook_deliveries (account_id, webhook_id, booking_id, event_position) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_in_hand ON webhook_deliveries (account_id, webhook_id, leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (account_id, created_at);

-- What would have left a sandbox account, in the order of leaving.
CREATE TABLE sandbox_deliveries (
    account_id TEXT NOT NULL,
    place BIGINT NOT NULL,                 -- in the account's list, rising with time
    id TEXT NOT NULL,                      -- the message's, or the event's
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,                 -- email, sms, webhook
    at BIGINT NOT NULL,
    booking_id TEXT NOT NULL,              -- empty: of none
    content TEXT NOT NULL,                 -- JSON: to, subject, text, … as far as the channel has them
    PRIMARY KEY (account_id, place)
) WITHOUT ROWID;

-- Whether a webhook of the account is told who booked.
ALTER TABLE accounts ADD COLUMN tells_who INTEGER NOT NULL DEFAULT 0;
-- Then who it was, as JSON; from the change until the event has left the outbox.
ALTER TABLE events ADD COLUMN customer TEXT;
