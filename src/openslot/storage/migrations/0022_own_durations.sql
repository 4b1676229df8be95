-- How long an appointment takes where staff gave it a length of its own; NULL: as long as its
-- services say.
ALTER TABLE appointments ADD COLUMN own_minutes INTEGER;
