"""A PostgreSQL database as what is copied from and into, with COPY in its binary form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from openslot.kernel.clock import now_ms
from openslot.storage.connection import Row
from openslot.storage.postgresql import row_level_security
from openslot.storage.postgresql.connection import TYPES, Context, in_psycopg
from openslot.storage.tables import Table, tables
from openslot.storage.transactions import DatabaseUnavailable, SystemTx
from openslot.storage.version_cache import VersionCache

_TYPES = {"TEXT": "text", "INTEGER": "int4", "BIGINT": "int8", "BLOB": "bytea"}
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CONNECT_SECONDS = 5
_LOCK_TIMEOUT = "5s"


class PostgresqlCopying:
    """One database, whose tables are there already."""

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def reading(self) -> Iterator["_Connection"]:
        """See `copying.Copying.reading`."""
        with self._open(_SNAPSHOT) as connection:
            yield _Connection(connection)

    @contextmanager
    def writing(self) -> Iterator["_Connection"]:
        """See `copying.Copying.writing`.

        COPY does not write where row-level security is in force, even for the owner; it is back
        before anybody else sees the tables.
        """
        owned = [table.name for table in tables() if table.account is not None]
        with self._open(f"BEGIN; SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'") as connection:
            for name in owned:
                connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
            yield _Connection(connection)
            for name in owned:
                connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
            connection.execute("COMMIT")

    @contextmanager
    def _open(self, begin: str) -> Iterator[psycopg.Connection[Row]]:
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                prepare_threshold=None,
                context=Context(TYPES),
                connect_timeout=_CONNECT_SECONDS,
                application_name="openslot copy",
            )
            try:
                connection.execute(f"{begin}; {row_level_security.shown(None)}")
                yield connection
            finally:
                connection.close()  # what was not committed is taken back
        except psycopg.Error as error:
            why = " ".join(str(error).split())
            raise DatabaseUnavailable(f"PostgreSQL cannot be used: {why}") from error


class _Connection:
    """An open transaction on it; also what operations run on."""

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self._raw = raw

    def rows(self, table: Table) -> Iterator[Row]:
        # COPY of the table itself is refused under row-level security; of a query it is not.
        text = f"COPY (SELECT {table.names} FROM {table.name}) TO STDOUT (FORMAT BINARY)"  # noqa: S608
        with self._raw.cursor() as cursor, cursor.copy(text) as copy:
            copy.set_types(_types(table))
            yield from copy.rows()

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        text = f"COPY {table.name} ({table.names}) FROM STDIN (FORMAT BINARY)"
        with self._raw.cursor() as cursor, cursor.copy(text) as copy:
            copy.set_types(_types(table))
            for row in rows:
                copy.write_row(row)
        # Or the first queries would be planned for an empty table.
        self._raw.execute(f"ANALYZE {table.name}")

    def system(self) -> SystemTx:
        return SystemTx(_Operations(self._raw), now_ms(), VersionCache(), writes=False)


class _Operations:
    """The same transaction, speaking the `Connection` protocol; what it locks is locked already."""

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self._raw = raw

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        return self._raw.execute(in_psycopg(text), parameters, binary=True).fetchall()

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        return self._raw.execute(in_psycopg(text), parameters).rowcount

    def run_each(self, text: str, of_many: Iterable[Mapping[str, Any]]) -> None:
        self._raw.cursor().executemany(in_psycopg(text), of_many)

    @property
    def locks(self) -> None:
        return None


def _types(table: Table) -> list[str]:
    return [_TYPES[column.type] for column in table.columns]
