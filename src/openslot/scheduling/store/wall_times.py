"""Wall times beside instants, of what is still to come; and many appointments moved at once.

Appointments are *to come* as in `future_appointments`, blocks as long as they have not ended.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.store import appointment_parts, blocks, placement_rows
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_TO_COME = AccountStatement("""
    SELECT a.id, a.branch_id, a.start_minute, a.wall_start, a.time_zone
    FROM appointment_parts AS p
    JOIN appointments AS a ON a.account_id = p.account_id AND a.id = p.appointment_id
    WHERE p.account_id = :account_id AND p.part_id = :part
      AND p.status IN ('CONFIRMED', 'ARRIVED') AND p.start_minute >= :first
""")

_BY_IDS = AccountStatement(f"""
    SELECT id, client_id, status, version, created_at, updated_at, wall_start, time_zone,
        override, stranded, {placement_rows.COLUMNS}
    FROM appointments
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
    ORDER BY start_minute, id
""")  # noqa: S608

_BLOCKS_TO_COME = AccountStatement(f"""
    SELECT {blocks.COLUMNS} FROM blocks
    WHERE account_id = :account_id AND end_minute > :first ORDER BY start_minute, id
""")  # noqa: S608

_MOVE = AccountStatement("""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at, stranded = :stranded,
        start_minute = :start, end_minute = :end, wall_start = :wall_start, time_zone = :time_zone
    WHERE account_id = :account_id AND id = :id
""")

_SET_ZONE = AccountStatement("""
    UPDATE appointments SET wall_start = :wall_start, time_zone = :time_zone
    WHERE account_id = :account_id AND id = :id
""")

_NOBODY = (None, None, None, None)  # identifier, customer, answers, notes
_NOTHING = (None,) * 5  # of what is younger: reference, origin, and so on


class WallTime(NamedTuple):
    """What an appointment was agreed on: its instant, and how that read in a zone."""

    id: str
    branch_id: str
    start: Minute
    wall_start: str
    time_zone: str


def of_appointments(
    tx: AccountTx, first: Minute, part: str = appointment_parts.EVERYTHING
) -> list[WallTime]:
    """Those of the account's appointments to come, or of a branch's alone."""
    return [WallTime(*row) for row in tx.all(_TO_COME, first=first, part=part)]


def appointments(tx: AccountTx, ids: Collection[str]) -> list[Appointment]:
    """Some appointments by start, without what they hold of a person."""
    return [
        Appointment(
            *[*row[:8], bool(row[8]), bool(row[9]), *_NOBODY],
            *[placement_rows.placement_of(row[10:]), *_NOTHING],
        )
        for row in tx.all(_BY_IDS, ids=json.dumps(list(ids)))
    ]


def blocks_to_come(tx: AccountTx, first: Minute) -> list[Block]:
    """The account's blocks that end after `first`."""
    return [Block(*row) for row in tx.all(_BLOCKS_TO_COME, first=first)]


def move_each(tx: AccountTx, moved: Sequence[tuple[Appointment, Appointment]]) -> None:
    """Gives appointments, each as it was and as it is now, their times; raises their versions."""
    tx.run_each(
        _MOVE,
        [
            {
                "id": new.id,
                "updated_at": new.updated_at,
                "stranded": int(new.conflicted),
                "start": new.placement.start,
                "end": new.placement.end,
                "wall_start": new.wall_start,
                "time_zone": new.time_zone,
            }
            for _, new in moved
        ],
    )
    appointment_parts.move_each(
        tx,
        [(old, new.placement.start) for old, new in moved if old.placement != new.placement],
    )


def set_zones(tx: AccountTx, rows: Iterable[tuple[str, str, str]]) -> None:
    """Stores another zone beside instants that stay: appointment, wall time and zone of each."""
    tx.run_each(
        _SET_ZONE, [{"id": i, "wall_start": wall, "time_zone": zone} for i, wall, zone in rows]
    )
