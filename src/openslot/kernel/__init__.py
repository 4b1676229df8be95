"""What all rooms share: time, ids, actors, scopes, errors; no database, no network."""
