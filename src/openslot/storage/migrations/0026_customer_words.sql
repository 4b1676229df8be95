-- By what staff find the people of appointments: words of the name, the mail address, the phone
-- from its end. Derived from appointments, right after the commit; `openslot migrate` fills it in.
CREATE TABLE customer_words (
    account_id TEXT NOT NULL,
    word TEXT NOT NULL,            -- one digit for the kind, then the text, folded
    person_id TEXT NOT NULL,       -- the same for all appointments of one person
    appointment_id TEXT NOT NULL,
    names TEXT NOT NULL,           -- every word of the name, each with a space before it
    PRIMARY KEY (account_id, word, person_id, appointment_id)
) WITHOUT ROWID;
-- Mail that did not arrive, by the start of its appointment as the mail told it.
CREATE INDEX messages_not_arrived ON messages (account_id, (CAST(state ->> 3 AS BIGINT)))
    WHERE channel = 'email' AND status IN ('bounced', 'failed');
