"""Words that all parts share: time, ids, actors, scopes, errors. No database, network or framework."""
