-- What happened to reservations and appointments, for whoever is to hear of it: one row per change,
-- written with the change. Nobody is named in it.
CREATE TABLE events (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,             -- UUIDv7, what the outside calls it
    position BIGINT,              -- in the account's list, in the order of commits; null: in the outbox
    type TEXT NOT NULL,           -- appointment.booked, appointment.moved, …
    at BIGINT NOT NULL,           -- the instant of the change, by the account's clock
    booking_id TEXT NOT NULL,     -- the appointment, or the reservation
    version INTEGER NOT NULL,     -- the appointment's, made by the change
    data TEXT NOT NULL,           -- JSON: how things stand after the change, and what was before
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_position ON events (account_id, position) WHERE position IS NOT NULL;
-- The outbox: what has not been given to anybody yet.
CREATE INDEX events_outbox ON events (account_id, id) WHERE position IS NULL;
