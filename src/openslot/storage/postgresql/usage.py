"""Which other processes of ours use a PostgreSQL database, as the server shows them."""

import time
from contextlib import closing
from typing import Any

import psycopg

from openslot.storage.transactions import DatabaseUnavailable
from openslot.storage.usage import DatabaseInUse

_CONNECT_SECONDS = 5
# The server shows a connection for a moment after its process has ended.
_ENDING_SECONDS = 1.0
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name LIKE 'openslot%'
"""


def refuse_if_in_use(url: str) -> None:
    """Passes when no other process of ours is connected to the database at this moment.

    Raises:
        DatabaseInUse: one is, or a pooler keeps its connection open.
        DatabaseUnavailable: no server answers, or it refuses us.
    """
    try:
        with closing(
            psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=_CONNECT_SECONDS,
                application_name="openslot usage",
            )
        ) as connection:
            others = _others(connection)
    except psycopg.Error as error:
        why = " ".join(str(error).split())
        raise DatabaseUnavailable(f"PostgreSQL cannot be used: {why}") from error
    if others:
        raise DatabaseInUse(
            f"{others} connections of openslot are open to this database; stop the servers first "
            "(a pooler may keep them open for some minutes)"
        )


def _others(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """How many stay connected."""
    until = time.monotonic() + _ENDING_SECONDS
    while True:
        row = connection.execute(_OTHERS).fetchone()
        others = int(row[0]) if row else 0
        if not others or time.monotonic() > until:
            return others
        time.sleep(0.05)
