-- How a user likes the console; '' is as the browser or the system says.
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN appearance TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN letter_keys INTEGER NOT NULL DEFAULT 1;
