-- Messages of people who were erased, which go when the retention of their appointment has passed.
CREATE INDEX messages_erased ON messages (account_id) WHERE recipient IS NULL;
