"""Rows in every table there is, of two accounts with the same ids, made from the columns' types."""

import random
from collections.abc import Iterator
from typing import Any

from databases import Raw, raw
from openslot.kernel.ids import new_id
from openslot.storage.tables import Column, Table, tables

ODD = ("", "é\N{COMBINING ACUTE ACCENT}", "\N{WASTEBASKET}", "a\tb\nc\\.", '{"a": "\\u0000"}', "%s")
_RANGES = {"INTEGER": 1 << 31, "BIGINT": 1 << 63}
_NULLABLE = {"reason", "notes", "answers", "expires_at", "totp_sealed"}


def fill(connection: Raw, rows: int = 20, **rows_of: int) -> tuple[str, str]:
    """Fills an empty database, the tables named with other numbers of rows; the accounts' ids."""
    luck = random.Random(1)
    acme, globex = new_id(), new_id()
    for table in tables():
        values = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {table.name} ({table.names}) VALUES ({values})"  # noqa: S608
        for row in _rows(table, (acme, globex), rows_of.get(table.name, rows), luck):
            connection.execute(insert, row)
    return acme, globex


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row, by another way than the one that copies."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with raw(url) as connection:
        for table in tables():
            rows = connection.execute(f"SELECT {table.names} FROM {table.name}").fetchall()  # noqa: S608
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def _rows(
    table: Table, account_ids: tuple[str, str], rows: int, luck: random.Random
) -> Iterator[tuple[Any, ...]]:
    if table.name == "accounts":
        for account_id in account_ids:
            yield tuple(
                account_id if column.name == "id" else _value(column, luck)
                for column in table.columns
            )
        return
    for number in range(rows):
        twin = [_value(column, luck) for column in table.columns]
        for account_id in account_ids if table.account else account_ids[:1]:
            yield tuple(
                account_id
                if column.name == "account_id"
                else f"{value}{account_id}{number}"
                if column.name == "client_id" and table.name == "clients"
                else value
                for column, value in zip(table.columns, twin, strict=True)
            )


def _value(column: Column, luck: random.Random) -> Any:
    if column.name == "position":  # unique within an account
        return luck.choice([None, luck.randrange(1 << 62)])
    if column.name == "place":  # likewise, and always there
        return luck.randrange(1 << 62)
    if column.type in _RANGES:
        most = _RANGES[column.type]
        return luck.choice([0, 1, most - 1, -most, luck.randrange(-most, most)])
    if column.name in _NULLABLE and luck.random() < 0.3:
        return None
    if column.type == "BLOB":
        return luck.choice([b"", b"\0"]) + luck.randbytes(luck.randrange(1, 40)) + new_id().encode()
    return luck.choice(ODD) + new_id()
