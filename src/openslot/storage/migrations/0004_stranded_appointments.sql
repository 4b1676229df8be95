-- Which appointments no longer fit: few, listed, and looked at with every change of the catalogue.
CREATE INDEX appointments_stranded ON appointments (account_id, start_minute, id) WHERE stranded = 1;
