"""Tables and calendars that people have, made into what Openslot keeps, each with a report."""
