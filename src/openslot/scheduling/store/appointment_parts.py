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
    UNION ALL SELECT id, branch_id, status, start_minute FROM appointments
    WHERE account_id = :account_id
    UNION ALL SELECT a.id, part.value, a.status, a.start_minute
    FROM appointments AS a, json_each(a.service_ids) AS part WHERE a.account_id = :account_id
    UNION ALL SELECT a.id, part.value, a.status, a.start_minute
    FROM appointments AS a, json_each(a.resource_ids) AS part WHERE a.account_id = :account_id
"""

# Those that are not listed somewhere where they stand. Each is looked up: what is compared as two
# whole sets is sorted first, and takes as much memory as there is.
_LACKING = AccountStatement(f"""
    SELECT DISTINCT appointment_id, part_id FROM ({_SHOULD}) AS should
    WHERE NOT EXISTS (
        SELECT 1 FROM appointment_parts AS listed
        WHERE listed.account_id = :account_id AND listed.part_id = should.part_id
          AND listed.status = should.status AND listed.start_minute = should.start_minute
          AND listed.appointment_id = should.appointment_id
    ) ORDER BY 1, 2
""")  # noqa: S608

_ASTRAY = AccountStatement("""
    SELECT DISTINCT listed.appointment_id, listed.part_id FROM appointment_parts AS listed
    WHERE listed.account_id = :account_id AND NOT EXISTS (
        SELECT 1 FROM appointments AS a
        WHERE a.account_id = :account_id AND a.id = listed.appointment_id
          AND a.status = listed.status AND a.start_minute = listed.start_minute
          AND (listed.part_id IN ('', a.branch_id)
            OR listed.part_id IN (SELECT value FROM json_each(a.service_ids))
            OR listed.part_id IN (SELECT value FROM json_each(a.resource_ids)))
    ) ORDER BY 1, 2
""")

_NUMBER = AccountStatement("SELECT count(*) FROM appointments WHERE account_id = :account_id")

_DELETE_EVERY = AccountStatement("""
    DELETE FROM appointment_parts
    WHERE account_id = :account_id AND appointment_id IN (SELECT value FROM json_each(:ids))
""")

_INSERT_EVERY = AccountStatement(f"""
    INSERT INTO appointment_parts (account_id, part_id, status, start_minute, appointment_id)
    SELECT DISTINCT :account_id, part_id, status, start_minute, appointment_id
    FROM ({_SHOULD}) AS should
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


def lacking(tx: AccountTx) -> list[tuple[str, str]]:
    """Appointments, each with a part under which it is not listed though it stands there."""
    return [(row[0], row[1]) for row in tx.all(_LACKING)]


def astray(tx: AccountTx) -> list[tuple[str, str]]:
    """Appointments, each with a part under which it is listed though it does not stand there."""
    return [(row[0], row[1]) for row in tx.all(_ASTRAY)]


def number_of_appointments(tx: AccountTx) -> int:
    """How many appointments the account has, cancelled ones included."""
    row = tx.one(_NUMBER)
    return row[0] if row else 0


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
