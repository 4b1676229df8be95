"""Rows of the day sheets. Their key begins with branch and day: a branch's month is one read."""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from openslot.scheduling.model.day_sheet import Sheet
from openslot.storage.connection import Row
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_OF_RESOURCES = AccountStatement("""
    SELECT day, resource_id, version, claims FROM day_sheets
    WHERE account_id = :account_id AND branch_id = :branch_id AND day BETWEEN :first AND :last
    AND resource_id IN (SELECT value FROM json_each(:resource_ids))
""")

_OF_RESOURCE = AccountStatement("""
    SELECT day, resource_id, version, claims FROM day_sheets
    WHERE account_id = :account_id AND branch_id = :branch_id AND day BETWEEN :first AND :last
    AND resource_id = :resource_id
""")

_OF_DAYS = AccountStatement("""
    SELECT day, resource_id, version, claims FROM day_sheets
    WHERE account_id = :account_id AND branch_id = :branch_id
    AND day IN (SELECT CAST(value AS BIGINT) FROM json_each(:days))
    AND resource_id IN (SELECT value FROM json_each(:resource_ids))
""")

# A version is 63 random bits, so a sum of them changes whenever one of them does. The halves are
# summed each by itself: together they would be too large.
_VERSIONS = AccountStatement("""
    SELECT day, CAST(sum(version >> 32) AS BIGINT), CAST(sum(version & 4294967295) AS BIGINT)
    FROM day_sheets
    WHERE account_id = :account_id AND branch_id = :branch_id AND day BETWEEN :first AND :last
    GROUP BY day ORDER BY day
""")

_UPSERT = AccountStatement("""
    INSERT INTO day_sheets (account_id, branch_id, day, resource_id, version, claims)
    VALUES (:account_id, :branch_id, :day, :resource_id, :version, :claims)
    ON CONFLICT (account_id, branch_id, day, resource_id)
    DO UPDATE SET version = excluded.version, claims = excluded.claims
""")

_AFTER = AccountStatement("""
    SELECT branch_id, day, resource_id, version, claims FROM day_sheets
    WHERE account_id = :account_id AND (branch_id, day, resource_id) > (:branch, :day, :resource)
    ORDER BY branch_id, day, resource_id LIMIT :limit
""")


DayVersion = tuple[int, int, int]  # the UTC day, then what changes when any sheet of it does


@lru_cache(maxsize=4096)
def _listed(ids: tuple[str, ...]) -> str:
    return json_text(ids)


def of_resources(
    tx: AccountTx, branch_id: str, resource_ids: Sequence[str], first: int, last: int
) -> dict[tuple[str, int], Sheet]:
    """The sheets of some resources for the UTC days `first` to `last`, both included."""
    if len(resource_ids) == 1:
        rows = tx.all(
            _OF_RESOURCE, branch_id=branch_id, first=first, last=last, resource_id=resource_ids[0]
        )
    else:
        rows = tx.all(
            _OF_RESOURCES,
            branch_id=branch_id,
            first=first,
            last=last,
            resource_ids=_listed(tuple(resource_ids)),
        )
    return _sheets(tx, rows)


def of_days(
    tx: AccountTx, branch_id: str, resource_ids: Sequence[str], days: Sequence[int]
) -> dict[tuple[str, int], Sheet]:
    """The sheets of some resources for some UTC days, which need not follow one another."""
    listed = _listed(tuple(resource_ids))
    rows = tx.all(_OF_DAYS, branch_id=branch_id, days=json_text(days), resource_ids=listed)
    return _sheets(tx, rows)


def _sheets(tx: AccountTx, rows: Sequence[Row]) -> dict[tuple[str, int], Sheet]:
    sheets: dict[tuple[str, int], Sheet] = {}
    account_id, version_cache = tx.account.id, tx.version_cache
    for day, resource_id, version, claims in rows:
        # A sheet whose version is known is not unpacked again.
        key = (account_id, resource_id, day)
        sheet = version_cache.find(key, version)
        if sheet is None:
            sheet = Sheet(day, version, claims)
            version_cache.put(key, version, sheet)
        sheets[resource_id, day] = cast(Sheet, sheet)
    return sheets


def versions(tx: AccountTx, branch_id: str, first: int, last: int) -> tuple[DayVersion, ...]:
    """One version for all sheets of a branch on each UTC day that has some, in order."""
    rows = tx.all(_VERSIONS, branch_id=branch_id, first=first, last=last)
    return cast(tuple[DayVersion, ...], tuple(rows))


def put(tx: AccountTx, branch_id: str, resource_id: str, sheet: Sheet) -> None:
    """Writes a sheet in place of the one that was there."""
    tx.run(
        _UPSERT,
        branch_id=branch_id,
        day=sheet.day,
        resource_id=resource_id,
        version=sheet.version,
        claims=sheet.packed,
    )


def after(
    tx: AccountTx, last: tuple[str, int, str], limit: int
) -> list[tuple[tuple[str, int, str], Sheet]]:
    """The next sheets after a branch, UTC day and resource, in this order, each with its own."""
    branch, day, resource = last
    rows = tx.all(_AFTER, branch=branch, day=day, resource=resource, limit=limit)
    return [((b, d, r), Sheet(d, version, claims)) for b, d, r, version, claims in rows]
