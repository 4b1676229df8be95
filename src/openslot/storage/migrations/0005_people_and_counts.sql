-- What is not erased yet, by its end: retention reads a few rows of it, whatever the history.
CREATE INDEX appointments_not_erased ON appointments (account_id, end_minute)
    WHERE coalesce(identifier, customer, answers, notes) IS NOT NULL;

-- How long before its first start an appointment was made; a move does not change it.
ALTER TABLE appointments ADD COLUMN lead_minutes INTEGER NOT NULL DEFAULT 0;
-- sqlite: no PostgreSQL has appointments from before.
UPDATE appointments SET lead_minutes = (
    coalesce(
        (
            SELECT CAST(strftime('%s', h.new ->> 'startTime') AS INTEGER) / 60
            FROM appointment_history AS h
            WHERE h.account_id = appointments.account_id
            AND h.appointment_id = appointments.id AND h.version = 1
        ),
        start_minute
    ) - created_at / 60000
);
-- (sqlite)
