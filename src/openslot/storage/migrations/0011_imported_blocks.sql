-- Which blocks an import made, so that the next import knows what it may change and remove.
ALTER TABLE blocks ADD COLUMN calendar TEXT;       -- as the last import that gave the block named it
ALTER TABLE blocks ADD COLUMN event_key TEXT;      -- computed from the event's UID, which may name somebody
ALTER TABLE blocks ADD COLUMN imported_at BIGINT;  -- when the last import that wrote the block began
