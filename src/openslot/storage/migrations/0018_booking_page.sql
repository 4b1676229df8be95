-- The manage link names an appointment and no account.
CREATE INDEX appointments_by_id ON appointments (id);
