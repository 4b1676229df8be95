"""Words that all parts share: time, ids, actors, scopes, errors; no database, no network."""
