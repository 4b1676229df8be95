"""The migrations as PostgreSQL takes them: the same files, with the words that differ replaced.

What SQLite has and PostgreSQL lacks (`json_each` of a text, `->>`, `group_concat`) is made by a
migration of its own, so that statements are written once.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from importlib import resources

import psycopg

from openslot.kernel.clock import now_ms
from openslot.storage import schema, tables
from openslot.storage.postgresql import row_level_security
from openslot.storage.postgresql.connection import PostgresqlConnection
from openslot.storage.postgresql.greenlet_bridge import wait
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch, SystemTx

_ATTEMPTS = 20
_PAUSE_SECONDS = 1.0
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(6074920451)"

# What is there, as `storage.tables.check` takes it.
COLUMNS = SystemStatement("""
    SELECT t.relname, c.attname,
           CASE format_type(c.atttypid, NULL) WHEN 'bytea' THEN 'BLOB'
                                              ELSE upper(format_type(c.atttypid, NULL)) END
    FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid
    WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relkind = 'r'
      AND c.attnum > 0 AND NOT c.attisdropped
""")
INDEXES = SystemStatement("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")

# Texts are compared byte by byte, as SQLite does, whatever the database's language.
_WORDS = (
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bWITHOUT ROWID\b"), ""),
)
# For rows that no PostgreSQL has, since the tables were there before it could be used.
_OF_SQLITE = re.compile(r"-- sqlite:.*?-- \(sqlite\)\n", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")


def migrations() -> list[tuple[str, str]]:
    """Every migration as (name, SQL script), in order."""
    file = resources.files("openslot.storage") / "migrations" / "postgresql" / "0000_words.sql"
    words = ("0000_words", file.read_text(encoding="utf-8"))
    return [words, *((name, _translated(script)) for name, script in schema.migrations())]


def _translated(script: str) -> str:
    script = _COMMENT.sub("", _OF_SQLITE.sub("", script))
    for pattern, word in _WORDS:
        script = pattern.sub(word, script)
    return script


def migrate(connection: PostgresqlConnection, name: str) -> list[str]:
    """Runs what has not run, in the transaction that is open; returns the names.

    Raises:
        SchemaMismatch: the encoding of the database, which is called `name`, is not UTF-8.
    """
    wait(connection.script(_LOCK_TIMEOUT))
    [(encoding,)] = wait(connection.script("SHOW server_encoding"))
    if encoding != "UTF8":
        raise SchemaMismatch(f"The database {name} has the encoding {encoding}; make one with UTF8")
    wait(connection.script(_ONE_AT_A_TIME))
    connection.run(schema.CREATE_LOG, {})
    applied = {row[0] for row in connection.rows(schema.APPLIED, {})}
    ran = []
    for migration, script in migrations():
        if migration not in applied:
            wait(connection.script(script))
            connection.run(schema.LOG, {"name": migration, "applied_at": now_ms()})
            ran.append(migration)
    guarded = {row[0] for row in connection.rows(row_level_security.GUARDED, {})}
    if policies := row_level_security.policies(guarded):
        wait(connection.script(policies))
    return ran


async def patiently(migrate: Callable[[], Awaitable[list[str]]], name: str) -> list[str]:
    """Migrates, and tries again while others use the tables of the database.

    A change of a table waits for all who use it, and all others wait behind the change. So
    it gives up soon, and lets the others by before it tries again.

    Raises:
        DatabaseUnavailable: they were in use all the time, or something else is wrong.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await migrate()
        except DatabaseUnavailable as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            if attempt == _ATTEMPTS:
                raise DatabaseUnavailable(
                    f"The tables of {name} are in use all the time; nothing was changed. "
                    "Stop the servers, and migrate again"
                ) from error
        await asyncio.sleep(_PAUSE_SECONDS)
    raise AssertionError


def check(tx: SystemTx, database: str) -> None:
    """Passes when the tables are those of this version; `database` begins a sentence.

    Raises:
        SchemaMismatch: they are not.
    """
    schema.check(database, [row[0] for row in tx.all(schema.APPLIED)], [n for n, _ in migrations()])
    columns = [(row[0], row[1], row[2]) for row in tx.all(COLUMNS)]
    tables.check(database, columns, [row[0] for row in tx.all(INDEXES)])
    row_level_security.check(database, {row[0] for row in tx.all(row_level_security.GUARDED)})
