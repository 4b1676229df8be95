-- By what people name an appointment, by which way it was booked, in which language its person is
-- written to. Rows of before get their reference, and their origin where their history tells it,
-- from `openslot migrate`.
ALTER TABLE appointments ADD COLUMN reference TEXT;
ALTER TABLE appointments ADD COLUMN origin TEXT;
ALTER TABLE appointments ADD COLUMN language TEXT;
CREATE UNIQUE INDEX appointments_by_reference ON appointments (account_id, reference);
