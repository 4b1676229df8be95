"""The same installation on both databases, row for row, so that they can be measured in turn."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from journeys.serving import Installation

_OWN = {"schema_migrations"}  # each database has written its own
_ROLE = "openslot"
_TICKS = os.sysconf("SC_CLK_TCK")


def twin(installation: Installation, url: str) -> Installation:
    """What a file holds, in an empty PostgreSQL database; clients and keys are the same.

    The product has a role of its own there, which is held to row-level security.
    """
    environment = {**installation.environment, "OPENSLOT_DATABASE_URL": _of_role(url)}
    other = Installation(installation.folder, environment, installation.clients)
    other.run("migrate")
    with closing(sqlite3.connect(installation.database)) as file, psycopg.connect(url) as to:
        for table, columns in _tables(file):
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            target = sql.Identifier(table)
            to.execute(sql.SQL("TRUNCATE {}").format(target))
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(target, names)
            with to.cursor() as cursor, cursor.copy(into) as copy:
                for row in file.execute(f"SELECT {', '.join(columns)} FROM {table}"):  # noqa: S608
                    copy.write_row(row)
    with psycopg.connect(url, autocommit=True) as to:
        to.execute("VACUUM ANALYZE")  # what its background would do within minutes
    return other


def _of_role(url: str) -> str:
    """The address for a role that owns the database and is nothing else."""
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [_ROLE]).fetchall():
            connection.execute(f"CREATE ROLE {_ROLE} LOGIN")
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO {_ROLE}')
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(parts.username or "", _ROLE, 1)))


def _tables(file: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    names = file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in names:
        if table not in _OWN and not table.startswith("sqlite_"):
            yield table, [row[1] for row in file.execute(f"PRAGMA table_info({table})")]


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has taken, without its children."""
    return sum(int(ticks) for ticks in _stat(pid)[11:13]) / _TICKS


def database_cpu_seconds(url: str) -> float:
    """Processor time that all processes of a PostgreSQL server on this machine have taken."""
    with psycopg.connect(url) as connection:
        parent = int(_stat(connection.info.backend_pid)[1])
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        ended = sum(int(ticks) for ticks in _stat(parent)[13:15]) / _TICKS
        return ended + sum(cpu_seconds(int(pid)) for pid in [parent, *children])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/…/stat from the state on: parent, then from 11 on the times."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 15  # it has just ended: its time is counted with the parent
