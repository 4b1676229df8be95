"""Where rows hold something of a person, and how it is taken out of them; the rows stay."""

import json
import re
from collections.abc import Collection

from openslot.kernel.clock import Millis, Minute
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# The condition is that of the index appointments_not_erased, word by word.
_ENDED = AccountStatement("""
    SELECT id, updated_at FROM appointments
    WHERE account_id = :account_id AND end_minute <= :before
    AND coalesce(identifier, customer, answers, notes) IS NOT NULL
    ORDER BY end_minute LIMIT :limit
""")

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


def ended(tx: AccountTx, before: Minute, limit: int) -> list[tuple[str, Millis]]:
    """The next `limit` appointments that ended by a minute and still hold something.

    Each with when it was changed last.
    """
    return [(row[0], row[1]) for row in tx.all(_ENDED, before=before, limit=limit)]


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


def _list(ids: Collection[str]) -> str:
    return json.dumps(list(ids))
