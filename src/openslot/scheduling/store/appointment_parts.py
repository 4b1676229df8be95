"""Rows that say where an appointment is listed: under its branch, services and resources.

VersionCache from the appointments, written by `store.appointments` alone. See the migration
`0002_appointment_parts`.
"""

from collections.abc import Iterable

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.placement import Placement
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

EVERYTHING = ""  # the part that every appointment of the account is under

_INSERT = AccountStatement("""
    INSERT INTO appointment_parts (account_id, part_id, status, start_minute, appointment_id)
    SELECT :account_id, value, :status, :start, :id FROM json_each(:parts)
""")

_DELETE = AccountStatement("""
    DELETE FROM appointment_parts
    WHERE account_id = :account_id AND part_id IN (SELECT value FROM json_each(:parts))
    AND status = :status AND start_minute = :start AND appointment_id = :id
""")

_MOVE = AccountStatement("""
    UPDATE appointment_parts SET start_minute = :start
    WHERE account_id = :account_id AND part_id = :part_id AND status = :status
      AND start_minute = :old_start AND appointment_id = :id
""")

_OF_APPOINTMENTS = AccountStatement("""
    SELECT appointment_id, part_id, status, start_minute FROM appointment_parts
    WHERE account_id = :account_id ORDER BY appointment_id, part_id
""")

_SHOULD = """
    SELECT id AS appointment_id, '' AS part_id, status, start_minute FROM appointments
    WHERE account_id = :account_id
    UNION SELECT id, branch_id, status, start_minute FROM appointments
    WHERE account_id = :account_id
    UNION SELECT a.id, part.value, a.status, a.start_minute
    FROM appointments AS a, json_each(a.service_ids) AS part WHERE a.account_id = :account_id
    UNION SELECT a.id, part.value, a.status, a.start_minute
    FROM appointments AS a, json_each(a.resource_ids) AS part WHERE a.account_id = :account_id
"""

# One that is not listed somewhere, and one that is listed where it does not stand.
_DIFFERENCES = AccountStatement(f"""
    WITH should AS ({_SHOULD}), listed AS (
        SELECT appointment_id, part_id, status, start_minute FROM appointment_parts
        WHERE account_id = :account_id
    )
    SELECT appointment_id, part_id, 1
    FROM (SELECT * FROM should EXCEPT SELECT * FROM listed) AS lacking
    UNION ALL
    SELECT appointment_id, part_id, 0
    FROM (SELECT * FROM listed EXCEPT SELECT * FROM should) AS astray
    ORDER BY 1, 2, 3
""")  # noqa: S608

_DELETE_EVERY = AccountStatement("""
    DELETE FROM appointment_parts
    WHERE account_id = :account_id AND appointment_id IN (SELECT value FROM json_each(:ids))
""")

_INSERT_EVERY = AccountStatement(f"""
    INSERT INTO appointment_parts (account_id, part_id, status, start_minute, appointment_id)
    SELECT :account_id, part_id, status, start_minute, appointment_id FROM ({_SHOULD}) AS should
    WHERE appointment_id IN (SELECT value FROM json_each(:ids))
""")  # noqa: S608


def insert(tx: AccountTx, appointment_id: str, status: str, placement: Placement) -> None:
    """Lists an appointment."""
    tx.run(
        _INSERT,
        id=appointment_id,
        status=status,
        start=placement.start,
        parts=_parts(placement),
    )


def delete(tx: AccountTx, appointment_id: str, status: str, placement: Placement) -> None:
    """Takes an appointment from where it is listed."""
    tx.run(
        _DELETE,
        id=appointment_id,
        status=status,
        start=placement.start,
        parts=_parts(placement),
    )


def move_each(tx: AccountTx, moved: Iterable[tuple[Appointment, Minute]]) -> None:
    """Lists appointments, given as they were, with another start."""
    tx.run_each(
        _MOVE,
        [
            {
                "part_id": part_id,
                "status": old.status,
                "old_start": old.placement.start,
                "id": old.id,
                "start": start,
            }
            for old, start in moved
            for part_id in parts_of(old.placement)
        ],
    )


def every(tx: AccountTx) -> list[tuple[str, str, str, Minute]]:
    """All rows, as appointment, part, status and start."""
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_OF_APPOINTMENTS)]


def differences(tx: AccountTx) -> list[tuple[str, str, bool]]:
    """Where the rows are not what the appointments say: appointment, part, whether it is missing.

    What is not missing is listed where the appointment does not stand.
    """
    return [(row[0], row[1], bool(row[2])) for row in tx.all(_DIFFERENCES)]


def rewrite(tx: AccountTx, ids: Iterable[str]) -> None:
    """Lists some appointments again, from what they say; of one that is gone nothing is left."""
    listed = json_text(sorted(ids))
    tx.run(_DELETE_EVERY, ids=listed)
    tx.run(_INSERT_EVERY, ids=listed)


def parts_of(placement: Placement) -> tuple[str, ...]:
    """What an appointment that stands here is listed under."""
    return (
        EVERYTHING,
        placement.branch_id,
        *placement.service_ids,
        *placement.resource_ids,
    )


def _parts(placement: Placement) -> str:
    return json_text(parts_of(placement))
