"""Whether other processes use a database."""

from openslot.kernel.errors import Conflict


class DatabaseInUse(Conflict):
    """Another process has the database open. Stop the servers and whatever else reads it."""

    code = "database_in_use"
    title = "Another process has the database open; stop the servers first"
