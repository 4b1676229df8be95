-- What customers are told, by one channel each. What a message said is not stored.
CREATE TABLE messages (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- UUIDv7
    booking_id TEXT NOT NULL,
    kind TEXT NOT NULL,                    -- booked, moved, cancelled, reminder
    channel TEXT NOT NULL,                 -- email, sms
    recipient TEXT,                        -- null: erased
    language TEXT NOT NULL,                -- a locale
    status TEXT NOT NULL,                  -- waiting, queued, sent, failed, bounced, dropped
    detail TEXT,                           -- why it was dropped, or the server's words
    at BIGINT NOT NULL,                    -- when the status came about, by the account's clock
    due_at BIGINT,                         -- when it is tried next, by the account's clock; null: it is done
    planned_at BIGINT NOT NULL,            -- when it was to leave at first, by the account's clock
    until BIGINT NOT NULL,                 -- when it is given up, by the account's clock
    attempts INTEGER NOT NULL,
    leased_until BIGINT,                   -- until when a process has it in hand, in real time; of one that is done: it was begun, and what came of it is not known
    rule TEXT NOT NULL,                    -- of a reminder; empty: of none
    resent INTEGER NOT NULL,               -- 1: staff send it again
    state TEXT NOT NULL,                   -- JSON: how the appointment stands by what it tells
    previous_start BIGINT,                 -- minutes since 1970: where the customer believes it to be
    version INTEGER NOT NULL,              -- of the appointment, as the change that it tells made it
    change_at BIGINT NOT NULL,             -- of the change that it tells, by the account's clock
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX messages_by_booking ON messages (account_id, booking_id);
CREATE INDEX messages_due ON messages (account_id, channel, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX messages_due_of_all ON messages (channel, due_at) WHERE due_at IS NOT NULL;
