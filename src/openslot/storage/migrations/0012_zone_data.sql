-- A block's wall time and zone beside its instants, as appointments have them, so that a change of
-- zone data can be found. '' in rows of before, until `openslot migrate` has worked them out.
ALTER TABLE blocks ADD COLUMN wall_start TEXT NOT NULL DEFAULT '';
ALTER TABLE blocks ADD COLUMN wall_end TEXT NOT NULL DEFAULT '';
ALTER TABLE blocks ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';

-- The zone data that servers have started under. The one that was started under last is in force.
CREATE TABLE zone_data (
    digest TEXT NOT NULL,         -- of every zone's data
    version TEXT NOT NULL,        -- as the package calls it: 2026f
    started_at BIGINT NOT NULL,   -- the last time that a server noticed the change to it
    PRIMARY KEY (digest)
) WITHOUT ROWID;
