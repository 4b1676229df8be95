"""Where rows hold something of a person, and how it is taken out of them; the rows stay."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from openslot.kernel.clock import Millis, Minute
from openslot.scheduling.model.customers.person_keys import CUSTOMER_ID, IDENTIFIER, PersonKey
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_HELD = "id, version, updated_at"
Held = tuple[str, int, Millis]  # an appointment's id, its version, when it was changed last

_OF_PERSON = {
    kind: AccountStatement(f"""
        SELECT {_HELD} FROM appointments
        WHERE account_id = :account_id AND {kind} = :person
        ORDER BY start_minute, id LIMIT :limit
    """)  # noqa: S608
    for kind in (IDENTIFIER, CUSTOMER_ID)
}

# The condition is that of the index appointments_not_erased, word by word.
_ENDED = AccountStatement(f"""
    SELECT {_HELD} FROM appointments
    WHERE account_id = :account_id AND end_minute <= :before
    AND coalesce(identifier, customer, answers, notes) IS NOT NULL
    ORDER BY end_minute LIMIT :limit
""")  # noqa: S608

_TO_COME = {
    kind: AccountStatement(f"""
        SELECT id FROM appointments
        WHERE account_id = :account_id AND {kind} = :person AND start_minute > :now
        AND status IN ('CONFIRMED', 'ARRIVED') ORDER BY start_minute, id LIMIT :limit
    """)  # noqa: S608
    for kind in (IDENTIFIER, CUSTOMER_ID)
}

_ERASE = AccountStatement("""
    UPDATE appointments SET version = version + 1, updated_at = :updated_at,
        identifier = NULL, customer = NULL, answers = NULL, notes = NULL,
        customer_id = NULL, mail_key = NULL, phone_key = NULL, particulars = NULL
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")

_WITH_REASON = AccountStatement("""
    SELECT appointment_id, version, new FROM appointment_history
    WHERE account_id = :account_id AND appointment_id IN (SELECT value FROM json_each(:ids))
    AND new LIKE '%"reason"%'
""")

_SET_NEW = AccountStatement("""
    UPDATE appointment_history SET new = :new
    WHERE account_id = :account_id AND appointment_id = :id AND version = :version
""")

_REPLACING = AccountStatement("""
    SELECT id FROM reservations
    WHERE account_id = :account_id AND replaces IN (SELECT value FROM json_each(:ids))
""")

_ERASE_RESERVATIONS = AccountStatement("""
    UPDATE reservations SET notes = NULL
    WHERE account_id = :account_id AND replaces IN (SELECT value FROM json_each(:ids))
    AND notes IS NOT NULL
""")

_ANSWERS = AccountStatement("""
    SELECT client_id, key, headers, body FROM idempotency_answers
    WHERE account_id = :account_id AND (client_id, key) > (:client_id, :key)
    ORDER BY client_id, key LIMIT 500
""")

_FORGET_ANSWER = AccountStatement("""
    DELETE FROM idempotency_answers
    WHERE account_id = :account_id AND client_id = :client_id AND key = :key
""")

_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def of_person(tx: AccountTx, person: PersonKey, limit: int) -> list[Held]:
    """The next `limit` appointments of a person, in whatever state."""
    return _held(tx.all(_OF_PERSON[person.kind], person=person.value, limit=limit))


def ended(tx: AccountTx, before: Minute, limit: int) -> list[Held]:
    """The next `limit` appointments that ended by a minute and still hold something."""
    return _held(tx.all(_ENDED, before=before, limit=limit))


def to_come(tx: AccountTx, person: PersonKey, now: Minute, limit: int) -> list[str]:
    """The ids of a person's visits that have yet to start after `now`, the next one first."""
    rows = tx.all(_TO_COME[person.kind], person=person.value, now=now, limit=limit)
    return [row[0] for row in rows]


def erase(tx: AccountTx, ids: Collection[str]) -> int:
    """Takes the person out of appointments and raises their versions; returns how many."""
    return tx.run(_ERASE, ids=_list(ids), updated_at=tx.now)


def erase_reasons(tx: AccountTx, ids: Collection[str]) -> int:
    """Takes what staff wrote out of the history of appointments; returns of how many changes.

    That there was a reason stays, as null.
    """
    rows = tx.all(_WITH_REASON, ids=_list(ids))
    for appointment_id, version, new in rows:
        without = json.dumps({**json.loads(new), "reason": None})
        tx.run(_SET_NEW, id=appointment_id, version=version, new=without)
    return len(rows)


def replacing(tx: AccountTx, ids: Collection[str]) -> list[str]:
    """The ids of the reservations that were made to move appointments."""
    return [row[0] for row in tx.all(_REPLACING, ids=_list(ids))]


def erase_reservations(tx: AccountTx, ids: Collection[str]) -> int:
    """Takes the notes from the reservations that were made to move appointments."""
    return tx.run(_ERASE_RESERVATIONS, ids=_list(ids))


def forget_answers(tx: AccountTx, ids: Collection[str], named_by: str | None) -> int:
    """Removes the stored responses that name any of some bookings, or what names a person."""
    named = {id_.encode() for id_ in ids}
    person = named_by.encode() if named_by else None
    client_id = key = ""
    forgotten = 0
    while rows := tx.all(_ANSWERS, client_id=client_id, key=key):
        for client_id, key, headers, body in rows:
            text = headers.encode() + body
            if not named.isdisjoint(_UUID.findall(text)) or (person and person in text):
                forgotten += tx.run(_FORGET_ANSWER, client_id=client_id, key=key)
    return forgotten


def _held(rows: Sequence[Sequence[Any]]) -> list[Held]:
    return [(row[0], row[1], row[2]) for row in rows]


def _list(ids: Collection[str]) -> str:
    return json.dumps(list(ids))
