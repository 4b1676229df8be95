"""Rows of an appointment's history: one per version."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# Appointment, version, change, old and new.
_Change = tuple[str, int, str, Mapping[str, Any] | None, Mapping[str, Any] | None]

_INSERT = AccountStatement("""
    INSERT INTO appointment_history
        (account_id, appointment_id, version, at, actor_type, actor_id, change, old, new, side,
             notified, api_key_id)
    VALUES (:account_id, :appointment_id, :version, :at, :actor_type, :actor_id, :change,
        :old, :new, :side, :notified, :api_key_id)
""")

_OF_APPOINTMENT = AccountStatement("""
    SELECT version, at, actor_type, actor_id, change, old, new, side, notified, api_key_id
    FROM appointment_history
    WHERE account_id = :account_id AND appointment_id = :appointment_id ORDER BY version
""")

# Which changes the calendar object of an appointment counts. One that was rebased counts if its
# instant changed: its history then has the former one. One that was restored counts if it was
# cancelled: a step of a visit is nothing to a calendar.
_COUNTED = """
    (change IN ('moved', 'cancelled')
     OR change = 'restored' AND old LIKE '%"CANCELLED"%'
     OR change = 'rebased' AND old LIKE '%"startTime"%')
"""

_SEQUENCE = AccountStatement(f"""
    SELECT count(*) FROM appointment_history
    WHERE account_id = :account_id AND appointment_id = :appointment_id AND {_COUNTED}
""")  # noqa: S608

_SEQUENCES = AccountStatement(f"""
    SELECT appointment_id, count(*) FROM appointment_history
    WHERE account_id = :account_id AND appointment_id IN (SELECT value FROM json_each(:ids))
      AND {_COUNTED}
    GROUP BY appointment_id
""")  # noqa: S608

# With the first version, so that there is an instant of one that was never changed.
_REVISION = AccountStatement(f"""
    SELECT count(CASE WHEN {_COUNTED} THEN 1 END), max(at) FROM appointment_history
    WHERE account_id = :account_id AND appointment_id = :appointment_id
      AND (version = 1 OR {_COUNTED})
""")  # noqa: S608

_INCOMPLETE = AccountStatement("""
    SELECT a.id FROM appointments AS a
    WHERE a.account_id = :account_id AND a.version <> (
        SELECT count(*) FROM appointment_history AS h
        WHERE h.account_id = a.account_id AND h.appointment_id = a.id AND h.version <= a.version
    )
""")


# What rows call what the domain has other names for: they are older, and stay as they are.
_STORED_NAMES = {
    "branch_id": "branchId",
    "starts_at": "startTime",
    "ends_at": "endTime",
    "resource_ids": "resourceIds",
    "party": "numberOfReservations",
    "wall_time": "wallTime",
}
_NAMES = {stored: name for name, stored in _STORED_NAMES.items()}


def _stored(part: Mapping[str, Any] | None) -> str | None:
    if part is None:
        return None
    return json_text({_STORED_NAMES.get(name, name): value for name, value in part.items()})


def _read(part: str | None) -> Mapping[str, Any] | None:
    if part is None:
        return None
    return {_NAMES.get(name, name): value for name, value in json.loads(part).items()}


def calendar_sequence(tx: AccountTx, appointment_id: str) -> int:
    """How often it was moved, cancelled, or no longer so: RFC 5545 §3.8.7.4, SEQUENCE."""
    row = tx.one(_SEQUENCE, appointment_id=appointment_id)
    return int(row[0]) if row else 0


def calendar_revision(tx: AccountTx, appointment_id: str) -> tuple[int, Millis | None]:
    """As `calendar_sequence`, and when that came about: RFC 5545 §3.8.7.2, DTSTAMP."""
    row = tx.one(_REVISION, appointment_id=appointment_id)
    return (int(row[0]), row[1]) if row else (0, None)


def calendar_sequences(tx: AccountTx, ids: Sequence[str]) -> dict[str, int]:
    """As `calendar_sequence`, of many; one that is not in it has 0."""
    return {row[0]: int(row[1]) for row in tx.all(_SEQUENCES, ids=json_text(ids))}


def append(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    version: int,
    change: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> None:
    """Adds the change that made a version."""
    tx.run(_INSERT, **_row(tx, actor, (appointment_id, version, change, old, new)))


def append_each(tx: AccountTx, actor: Actor, rows: Iterable[_Change]) -> None:
    """As `append`, for many: appointment, version, change, old and new of each."""
    tx.run_each(_INSERT, [_row(tx, actor, row) for row in rows])


def _row(tx: AccountTx, actor: Actor, row: _Change) -> dict[str, Any]:
    appointment_id, version, change, old, new = row
    return {
        "appointment_id": appointment_id,
        "version": version,
        "at": tx.now,
        "actor_type": actor.kind,
        "actor_id": actor.id,
        "api_key_id": actor.api_key_id,
        "change": change,
        "old": _stored(old),
        "new": _stored(new),
        "side": actor.side,
        "notified": None if actor.notifies else 0,
    }


def of_appointment(tx: AccountTx, appointment_id: str) -> list[AppointmentChange]:
    """Every change of an appointment, oldest first."""
    return [
        AppointmentChange(*[*row[:5], *map(_read, row[5:7]), row[7], row[8] != 0, row[9]])
        for row in tx.all(_OF_APPOINTMENT, appointment_id=appointment_id)
    ]


def incomplete(tx: AccountTx) -> list[str]:
    """The appointments whose history does not have exactly one change per version."""
    return [row[0] for row in tx.all(_INCOMPLETE)]
