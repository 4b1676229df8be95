"""What SQLite's planner is told of the tables that grow without end.

Without figures it takes every table for small, and reads all rows of an account in the order of
the primary key where an index would lead to a few. They are figures of ours and no counts of the
rows: so a statement is run in one way, whatever a database holds.
Source: https://www.sqlite.org/fileformat2.html#stat1tab
"""

import sqlite3
from collections.abc import Sequence

_GROWING = ("appointments", "events", "grants", "messages", "webhook_deliveries")
_ROWS = 1_000_000
_WAITING_ROWS = 1_000  # of an index of some rows only: those are what is still to be done
_ROWS_OF_EQUALS = 10  # that agree in every column of an index that is not unique

_STORED = "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx"
_STORE = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)"
_HAS_FIGURES = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"


def tell_planner(connection: sqlite3.Connection) -> None:
    """Stores the figures with the tables, in the open transaction, unless they are there."""
    figures = sorted(row for table in _GROWING for row in _figures(connection, table))
    if connection.execute(_HAS_FIGURES).fetchone():
        if connection.execute(_STORED).fetchall() == figures:
            return
        # Made again, so that other connections see that something has changed.
        connection.execute("DROP TABLE sqlite_stat1")
    connection.execute("ANALYZE sqlite_schema")  # makes the table of figures, and counts nothing
    connection.executemany(_STORE, figures)
    connection.execute("ANALYZE sqlite_schema")  # this connection reads them


def _figures(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, str]]:
    """A row for each index of a table: its name, and how many rows agree in its first columns."""
    found = []
    for _, index, unique, origin, partial in connection.execute(f"PRAGMA index_list({table})"):
        columns = connection.execute(f"PRAGMA index_info({index})").fetchall()
        rows = _WAITING_ROWS if partial else _ROWS
        name = table if origin == "pk" else index
        stat = _agreeing(rows, len(columns), 1 if unique else _ROWS_OF_EQUALS)
        found.append((table, name, " ".join(map(str, stat))))
    return found


def _agreeing(rows: int, columns: int, last: int) -> Sequence[int]:
    """All rows, then those that agree in one column, in two, and so on.

    The first columns say little, as the account does or the webhook; the last says nearly all.
    """
    return [rows, *(rows // 10 // 2**n for n in range(columns - 1)), last]
