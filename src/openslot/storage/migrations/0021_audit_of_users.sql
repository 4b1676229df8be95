-- The user that an event is about, beside its details, where one is; and the ways to what was done
-- to one user, and to what one did. In the details it stands last, an id of 36 characters.
ALTER TABLE audit_events ADD COLUMN user_id TEXT;
UPDATE audit_events SET user_id = substr(detail, length(detail) - 37, 36)
    WHERE detail LIKE '%"user":"____________________________________"}';
CREATE INDEX audit_events_by_user ON audit_events (account_id, user_id, at, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_events_by_acting_user ON audit_events (account_id, actor_id, at, id) WHERE actor_type = 'user';
