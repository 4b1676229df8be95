"""Rows of appointments."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.customer_ids import mail_key_of
from openslot.scheduling.model.customers.person_keys import CUSTOMER_ID, IDENTIFIER, PersonKey
from openslot.scheduling.model.references import new_reference
from openslot.scheduling.store import appointment_parts, placement_rows
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_OWN = (
    "id, client_id, status, version, created_at, updated_at, wall_start, time_zone, "
    "override, stranded, identifier, customer, answers, notes"
)
_FIELDS = "reference, origin, language, customer_id, particulars, own_minutes"

COLUMNS = f"{_OWN}, {_FIELDS}, {placement_rows.COLUMNS}"

_SELECT = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

# The manage link knows the id alone.
_ACCOUNT = SystemStatement("SELECT account_id FROM appointments WHERE id = :id")

_BY_REFERENCE = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND reference = :reference
""")  # noqa: S608

_BY_IDS = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id
""")  # noqa: S608

_CLAIMING = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND status <> 'CANCELLED'
    AND (branch_id, start_minute, id) > (:branch_id, :start, :id)
    ORDER BY branch_id, start_minute, id LIMIT :limit
""")  # noqa: S608

_OF_PERSON = {
    kind: AccountStatement(f"""
        SELECT {COLUMNS} FROM appointments
        WHERE account_id = :account_id AND {kind} = :person
        AND start_minute >= :first AND start_minute < :last
        AND status IN (SELECT value FROM json_each(:statuses))
        AND (start_minute < :after_start OR (start_minute = :after_start AND id < :after_id))
        ORDER BY start_minute DESC, id DESC LIMIT :limit
    """)  # noqa: S608
    for kind in (IDENTIFIER, CUSTOMER_ID)
}

_INSERT = AccountStatement(f"""
    INSERT INTO appointments (account_id, {COLUMNS}, lead_minutes, mail_key, phone_key)
    VALUES (:account_id, :id, :client_id, :status, 1, :created_at, :created_at, :wall_start,
        :time_zone, :override, 0, :identifier, :customer, :answers, :notes,
        :reference, :origin, :language, :customer_id, :particulars, :own_minutes,
        {placement_rows.PARAMETERS}, :lead_minutes, :mail_key, :phone_key)
    ON CONFLICT (account_id, reference) DO NOTHING
""")  # noqa: S608

_MOVE = AccountStatement(f"""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at, stranded = 0,
        override = :override, wall_start = :wall_start, time_zone = :time_zone,
        own_minutes = :own_minutes, {placement_rows.ASSIGNMENTS}
    WHERE account_id = :account_id AND id = :id AND version = :version
""")  # noqa: S608

_SET_STATUS = AccountStatement("""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at, status = :status,
        stranded = CASE WHEN :status = 'CANCELLED' THEN 0 ELSE stranded END
    WHERE account_id = :account_id AND id = :id AND version = :version
""")

_SET_CUSTOMER = AccountStatement("""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at,
        identifier = :identifier, customer = :customer, notes = :notes,
        customer_id = :customer_id, mail_key = :mail_key, phone_key = :phone_key,
        particulars = :particulars
    WHERE account_id = :account_id AND id = :id AND version = :version
""")

_SET_NOTES = AccountStatement("""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at, notes = :notes
    WHERE account_id = :account_id AND id = :id AND version = :version
""")

_SET_CONFLICTED = AccountStatement("""
    UPDATE appointments SET stranded = :conflicted
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")


def appointment_of(row: Sequence[Any]) -> Appointment:
    """The appointment of a row selected by `COLUMNS`."""
    customer, answers = (None if part is None else json.loads(part) for part in row[11:13])
    particulars = None if row[18] is None else json.loads(row[18])
    fields = [*row[:8], bool(row[8]), bool(row[9]), row[10], customer, answers, row[13]]
    placement = placement_rows.placement_of(row[20:])
    return Appointment(*[*fields, placement, *row[14:18], particulars, row[19]])


def by_id(tx: AccountTx, appointment_id: str) -> Appointment | None:
    """One appointment, in whatever state."""
    row = tx.one(_SELECT, id=appointment_id)
    return appointment_of(row) if row else None


def account_id_of(tx: SystemTx, appointment_id: str) -> str | None:
    """The account of an appointment; None: there is no such appointment."""
    row = tx.one(_ACCOUNT, id=appointment_id)
    return str(row[0]) if row else None


def by_ids(tx: AccountTx, ids: Iterable[str]) -> list[Appointment]:
    """Those of some ids that are appointments, by id."""
    return [appointment_of(row) for row in tx.all(_BY_IDS, ids=json_text(list(ids)))]


def by_reference(tx: AccountTx, reference: str) -> Appointment | None:
    """The appointment with a reference, in whatever state."""
    row = tx.one(_BY_REFERENCE, reference=reference)
    return appointment_of(row) if row else None


def claiming(tx: AccountTx, after: tuple[str, Minute, str], limit: int) -> list[Appointment]:
    """The next `limit` appointments by branch, start and id that take something of a resource."""
    branch_id, start, id_ = after
    rows = tx.all(_CLAIMING, branch_id=branch_id, start=start, id=id_, limit=limit)
    return [appointment_of(row) for row in rows]


def of_person(
    tx: AccountTx,
    person: PersonKey,
    statuses: Sequence[str],
    first: Minute,
    last: Minute,
    after: tuple[Minute, str],
    limit: int,
) -> list[Appointment]:
    """A person's appointments starting in `[first, last)`, newest start first, from a place on."""
    rows = tx.all(
        _OF_PERSON[person.kind],
        person=person.value,
        statuses=json_text(statuses),
        first=first,
        last=last,
        after_start=after[0],
        after_id=after[1],
        limit=limit,
    )
    return [appointment_of(row) for row in rows]


def insert(
    tx: AccountTx, appointment: Appointment, draw: Callable[[], str] = new_reference
) -> Appointment:
    """Adds an appointment at version 1; returns it with a reference that no other has."""
    row = {
        "id": appointment.id,
        "client_id": appointment.client_id,
        "status": appointment.status,
        "created_at": appointment.created_at,
        "wall_start": appointment.wall_start,
        "time_zone": appointment.time_zone,
        "override": int(appointment.override),
        **_person(appointment),
        "answers": _json(appointment.answers),
        "origin": appointment.origin,
        "language": appointment.language,
        "own_minutes": appointment.own_minutes,
        "lead_minutes": appointment.placement.start - appointment.created_at // MINUTE_MS,
        **placement_rows.parameters_of(appointment.placement),
    }
    reference = appointment.reference or draw()
    while not tx.run(_INSERT, reference=reference, **row):
        reference = draw()  # an appointment of the account has it
    appointment_parts.insert(tx, appointment.id, appointment.status, appointment.placement)
    if reference == appointment.reference:
        return appointment
    return replace(appointment, reference=reference)


def move(tx: AccountTx, old: Appointment, moved: Appointment) -> None:
    """Puts an appointment where it was moved to, if it still has the version of `old`."""
    changed = tx.run(
        _MOVE,
        id=old.id,
        version=old.version,
        updated_at=moved.updated_at,
        override=int(moved.override),
        wall_start=moved.wall_start,
        time_zone=moved.time_zone,
        own_minutes=moved.own_minutes,
        **placement_rows.parameters_of(moved.placement),
    )
    if changed:
        appointment_parts.delete(tx, old.id, old.status, old.placement)
        appointment_parts.insert(tx, old.id, old.status, moved.placement)


def set_status(tx: AccountTx, appointment: Appointment, status: str) -> None:
    """Changes an appointment's state and raises its version; a cancelled one is in no conflict."""
    changed = tx.run(
        _SET_STATUS,
        id=appointment.id,
        version=appointment.version,
        updated_at=tx.now,
        status=status,
    )
    if changed:
        appointment_parts.delete(tx, appointment.id, appointment.status, appointment.placement)
        appointment_parts.insert(tx, appointment.id, status, appointment.placement)


def set_notes(tx: AccountTx, appointment: Appointment, notes: str | None) -> None:
    """Replaces an appointment's notes and raises its version."""
    tx.run(
        _SET_NOTES,
        id=appointment.id,
        version=appointment.version,
        updated_at=tx.now,
        notes=notes,
    )


def set_conflicted(tx: AccountTx, ids: Iterable[str], *, conflicted: bool) -> None:
    """Marks appointments as no longer fitting, or as fitting again; their versions stay."""
    tx.run(_SET_CONFLICTED, ids=json_text(list(ids)), conflicted=int(conflicted))


def set_customer(tx: AccountTx, old: Appointment, changed: Appointment) -> None:
    """Gives an appointment its new customer, if it still has the version of `old`."""
    tx.run(
        _SET_CUSTOMER,
        id=old.id,
        version=old.version,
        updated_at=changed.updated_at,
        **_person(changed),
    )


def _person(appointment: Appointment) -> dict[str, Any]:
    """What a row has of who comes."""
    customer = appointment.customer or {}
    email = customer.get("email")
    return {
        "identifier": appointment.identifier,
        "customer": _json(appointment.customer),
        "notes": appointment.notes,
        "customer_id": appointment.customer_id,
        "mail_key": None if email is None else mail_key_of(email),
        "phone_key": customer.get("phoneE164"),
        "particulars": _json(appointment.particulars),
    }


def _json(value: object) -> str | None:
    return None if value is None else json_text(value)
