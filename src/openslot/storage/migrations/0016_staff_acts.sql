-- In whose interest a change was made, since staff take back what staff did; and whether whoever
-- made it wanted the customer not to be told. NULL in rows of before: nobody noted it.
ALTER TABLE appointment_history ADD COLUMN side TEXT;
ALTER TABLE appointment_history ADD COLUMN notified INTEGER;
