-- The keys that digests, sealed secrets and refresh tokens hang on: random, under the master key.
-- Filled at the first start, since SQL has no master key.
CREATE TABLE purpose_keys (
    purpose TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    sealed BLOB NOT NULL              -- AES-256-GCM under a key derived from the master key
);
