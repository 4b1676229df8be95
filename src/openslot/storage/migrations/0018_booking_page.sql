-- The manage link names an appointment and no account.
CREATE INDEX appointments_by_id ON appointments (id);

-- How the phone of who comes is dialled, to count what one person has booked.
ALTER TABLE appointments ADD COLUMN phone_key TEXT;
CREATE INDEX appointments_by_phone ON appointments (account_id, phone_key) WHERE phone_key IS NOT NULL;

-- What visitors of the booking page hold and have booked, counted by network address.
CREATE TABLE visitor_acts (
    account_id TEXT NOT NULL,
    address TEXT NOT NULL,     -- a digest under a key of the installation: nobody reads it back
    kind TEXT NOT NULL,        -- hold, booking
    booking_id TEXT NOT NULL,  -- the reservation, or the appointment that it became
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, address, kind, booking_id)
) WITHOUT ROWID;

-- Proofs that visitors at a limit gave that they are people; each is good once.
CREATE TABLE visitor_proofs (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    act TEXT,                  -- a digest of what a mailed code is good for; null for a puzzle
    tries INTEGER NOT NULL,    -- wrong codes so far
    used INTEGER NOT NULL,     -- 1 once it was good for something
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
