"""Rows of appointments that are still to come, and the day sheets that hold them.

*To come* is CONFIRMED or ARRIVED with a start at `first` or later.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import AppointmentToCome
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.store import placement_rows
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_COLUMNS = f"id, override, stranded, {placement_rows.COLUMNS}"
_TO_COME = (
    "account_id = :account_id AND status IN ('CONFIRMED', 'ARRIVED') AND start_minute >= :first"
)
_SHEET = "branch_id, resource_id, day, version, claims"

_CONFLICTED = AccountStatement(
    f"SELECT {_COLUMNS} FROM appointments WHERE {_TO_COME} AND stranded = 1"  # noqa: S608
)

_CONFLICTED_IDS = AccountStatement(
    f"SELECT id FROM appointments WHERE {_TO_COME} AND stranded = 1"  # noqa: S608
)

_NAMED = AccountStatement(f"""
    SELECT {_COLUMNS} FROM appointments
    WHERE {_TO_COME} AND id IN (SELECT value FROM json_each(:ids))
""")  # noqa: S608

_UNDER = AccountStatement(f"""
    SELECT {_COLUMNS} FROM appointments
    WHERE account_id = :account_id AND id IN (
        SELECT appointment_id FROM appointment_parts
        WHERE account_id = :account_id AND part_id IN (SELECT value FROM json_each(:parts))
        AND status IN ('CONFIRMED', 'ARRIVED') AND start_minute >= :first
    )
""")  # noqa: S608

_OVERRIDDEN = AccountStatement("""
    SELECT id FROM appointments
    WHERE account_id = :account_id AND override = 1 AND id IN (SELECT value FROM json_each(:ids))
""")

_BUSY_PARTS = AccountStatement("""
    SELECT DISTINCT part_id FROM appointment_parts
    WHERE account_id = :account_id AND part_id IN (SELECT value FROM json_each(:parts))
    AND status IN ('CONFIRMED', 'ARRIVED') AND start_minute >= :first
""")

_LAST_DAY = AccountStatement("""
    SELECT max(day) FROM day_sheets
    WHERE account_id = :account_id AND branch_id IN (SELECT value FROM json_each(:branch_ids))
""")

_SHEETS = AccountStatement(f"""
    SELECT {_SHEET} FROM day_sheets
    WHERE account_id = :account_id AND branch_id IN (SELECT value FROM json_each(:branch_ids))
    AND day IN (SELECT CAST(value AS BIGINT) FROM json_each(:days))
""")  # noqa: S608

_SHEETS_OF = AccountStatement(f"""
    SELECT {_SHEET} FROM day_sheets
    WHERE account_id = :account_id AND branch_id IN (SELECT value FROM json_each(:branch_ids))
    AND day IN (SELECT CAST(value AS BIGINT) FROM json_each(:days))
    AND resource_id IN (SELECT value FROM json_each(:resource_ids))
""")  # noqa: S608


def _appointments(rows: Sequence[Sequence[Any]]) -> list[AppointmentToCome]:
    return [
        AppointmentToCome(r[0], bool(r[1]), bool(r[2]), placement_rows.placement_of(r[3:]))
        for r in rows
    ]


def _listed(values: Collection[object]) -> str:
    return json.dumps(list(values))


def conflicted(tx: AccountTx, first: Minute) -> list[AppointmentToCome]:
    """Those that did not fit when the catalogue changed last."""
    return _appointments(tx.all(_CONFLICTED, first=first))


def conflicted_ids(tx: AccountTx, first: Minute) -> set[str]:
    """The ids of the same."""
    return {row[0] for row in tx.all(_CONFLICTED_IDS, first=first)}


def named(tx: AccountTx, first: Minute, ids: Collection[str]) -> list[AppointmentToCome]:
    """Those of some ids that are still to come."""
    return _appointments(tx.all(_NAMED, first=first, ids=_listed(ids)))


def under(tx: AccountTx, first: Minute, parts: Collection[str]) -> list[AppointmentToCome]:
    """Those that are at one of some branches, or have one of some services or resources (ids)."""
    return _appointments(tx.all(_UNDER, first=first, parts=_listed(parts)))


def overridden(tx: AccountTx, ids: Collection[str]) -> set[str]:
    """Which of some appointments staff booked against the rules."""
    return {row[0] for row in tx.all(_OVERRIDDEN, ids=_listed(ids))}


def busy(tx: AccountTx, first: Minute, parts: Collection[str]) -> set[str]:
    """Which of some branches, services and resources have an appointment to come."""
    return {row[0] for row in tx.all(_BUSY_PARTS, first=first, parts=_listed(parts))}


def last_day(tx: AccountTx, branch_ids: Collection[str]) -> int | None:
    """The last UTC day for which some branches have a sheet."""
    row = tx.one(_LAST_DAY, branch_ids=_listed(branch_ids))
    return row[0] if row else None


def sheets(
    tx: AccountTx,
    branch_ids: Collection[str],
    days: Collection[int],
    resource_ids: Collection[str] | None = None,
) -> list[tuple[str, str, Sheet]]:
    """The sheets of some branches and UTC days, of all resources or of some: with their ids."""
    where = {"branch_ids": _listed(branch_ids), "days": _listed(days)}
    if resource_ids is None:
        rows = tx.all(_SHEETS, **where)
    else:
        rows = tx.all(_SHEETS_OF, **where, resource_ids=_listed(resource_ids))
    return [(b, r, Sheet(day, version, claims)) for b, r, day, version, claims in rows]
