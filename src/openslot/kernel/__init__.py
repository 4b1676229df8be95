"""Words that all parts share. Nothing here touches a database, a network or a framework."""
