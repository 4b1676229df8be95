"""Which other processes of ours use a PostgreSQL database, as the server shows them."""

from contextlib import closing

import psycopg

from openslot.storage.transactions import DatabaseUnavailable
from openslot.storage.usage import DatabaseInUse

_CONNECT_SECONDS = 5
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
            row = connection.execute(_OTHERS).fetchone()
    except psycopg.Error as error:
        why = " ".join(str(error).split())
        raise DatabaseUnavailable(f"PostgreSQL cannot be used: {why}") from error
    if row and row[0]:
        raise DatabaseInUse(
            f"{row[0]} connections of openslot are open to this database; stop the servers first "
            "(a pooler may keep them open for some minutes)"
        )
