"""What PostgreSQL can say about its own pages: checksums, a reading of every row, `amcheck`."""

from collections.abc import Iterator
from contextlib import closing

import psycopg

from openslot.storage.connection import Row
from openslot.storage.damage import Integrity
from openslot.storage.postgresql import row_level_security
from openslot.storage.tables import tables
from openslot.storage.transactions import DatabaseUnavailable

DAMAGE = (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted)

_CONNECT_SECONDS = 5
_REMEDY = "Stop the servers, keep a copy of the cluster, and restore a backup of it"
_CHECKSUMS = "SHOW data_checksums"
_AMCHECK = """
    SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = 'amcheck'
      AND has_schema_privilege(n.oid, 'USAGE')
      AND has_function_privilege(
          to_regprocedure(format('%I.bt_index_check(regclass, boolean)', n.nspname)), 'EXECUTE')
"""
_INDEXES = """
    SELECT c.oid::regclass::text FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_class AS t ON t.oid = i.indrelid
    JOIN pg_am AS a ON a.oid = c.relam AND a.amname = 'btree'
    WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND i.indisvalid
    ORDER BY 1
"""


def check_database(url: str) -> Integrity:
    """Reads every row of every table, and compares the indexes where `amcheck` may be used.

    Raises:
        DatabaseUnavailable: no server answers, or it refuses us.
    """
    try:
        with closing(_connected(url)) as connection:
            return _checked(connection)
    except psycopg.Error as error:
        why = " ".join(str(error).split())
        raise DatabaseUnavailable(f"PostgreSQL cannot be used: {why}") from error


def _connected(url: str) -> psycopg.Connection[Row]:
    return psycopg.connect(
        url,
        autocommit=True,
        prepare_threshold=None,
        connect_timeout=_CONNECT_SECONDS,
        application_name="openslot verify",
    )


def _checked(connection: psycopg.Connection[Row]) -> Integrity:
    findings = list(_unreadable_tables(connection))
    done, left_out = ["every row of every table is readable"], []
    if _value(connection, _CHECKSUMS) == "on":
        done.append("the checksums of the pages that were read")
    else:
        left_out.append("checksums: they are off (`pg_checksums --enable`)")
    schema = _value(connection, _AMCHECK)
    if schema is None:
        left_out.append("indexes: the extension amcheck is not there, or this role may not use it")
    else:
        findings += _wrong_indexes(connection, schema)
        done.append("every index agrees with its table (amcheck)")
    return Integrity(tuple(done), tuple(left_out), tuple(findings), _REMEDY)


def _unreadable_tables(connection: psycopg.Connection[Row]) -> Iterator[str]:
    for table in tables():
        # A row as a text needs all of its values, those that are stored elsewhere too.
        text = f"SELECT sum(octet_length(CAST(t AS TEXT))) FROM {table.name} AS t"  # noqa: S608
        try:
            with connection.transaction():
                connection.execute(row_level_security.shown(None))
                connection.execute(text)
        except DAMAGE as error:
            yield f"{table.name}: {_said(error)}"
        except psycopg.errors.UndefinedTable:
            continue  # the check of the schema names it


def _wrong_indexes(connection: psycopg.Connection[Row], schema: str) -> Iterator[str]:
    check = f'SELECT "{schema}".bt_index_check(CAST(%s AS regclass), true)'
    for (index,) in connection.execute(_INDEXES).fetchall():
        try:
            connection.execute(check, (index,))
        except DAMAGE as error:
            yield f"{index}: {_said(error)}"


def _value(connection: psycopg.Connection[Row], text: str) -> str | None:
    row = connection.execute(text).fetchone()
    return None if row is None else str(row[0])


def _said(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
