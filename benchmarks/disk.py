"""What an installation takes on the disk, table by table with their indexes."""

import sqlite3
from collections import Counter
from contextlib import closing

import psycopg

from journeys.serving import Installation

_OF_FILE = """
    SELECT s.tbl_name, sum(d.pgsize) FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name
    WHERE d.aggregate = 1 GROUP BY s.tbl_name
"""
_OF_SERVER = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def sizes(installation: Installation) -> Counter[str]:
    """Bytes by table."""
    url = installation.environment["OPENSLOT_DATABASE_URL"]
    if url.startswith("postgresql"):
        with psycopg.connect(url) as server:
            return Counter({str(t): int(size) for t, size in server.execute(_OF_SERVER)})
    with closing(sqlite3.connect(installation.database)) as file:
        return Counter({str(t): int(size) for t, size in file.execute(_OF_FILE)})


def rows(installation: Installation, table: str) -> int:
    """How many rows a table has, of all accounts."""
    counting = f"SELECT count(*) FROM {table}"  # noqa: S608
    url = installation.environment["OPENSLOT_DATABASE_URL"]
    if url.startswith("postgresql"):
        # As the superuser: the product's role is shown no account's rows without saying whose.
        with psycopg.connect(url, user="postgres") as server:
            [(count,)] = server.execute(counting).fetchall()
    else:
        with closing(sqlite3.connect(installation.database)) as file:
            [(count,)] = file.execute(counting).fetchall()
    return int(count)
