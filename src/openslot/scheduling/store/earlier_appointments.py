"""Rows of appointments that were made before they had a reference, or their customer an id."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from openslot.kernel.clock import Minute
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# An index has them together, so that a database without any is found to be so at once.
_WITHOUT_REFERENCE = AccountStatement("""
    SELECT a.id, h.actor_type FROM appointments AS a
    LEFT JOIN appointment_history AS h
        ON h.account_id = a.account_id AND h.appointment_id = a.id AND h.version = 1
    WHERE a.account_id = :account_id AND a.reference IS NULL LIMIT :limit
""")

_TAKEN = AccountStatement("""
    SELECT reference FROM appointments
    WHERE account_id = :account_id AND reference IN (SELECT value FROM json_each(:references))
""")

_FILL = AccountStatement("""
    UPDATE appointments SET reference = :reference, origin = :origin
    WHERE account_id = :account_id AND id = :id
""")

# Those of erased people are among them, and stay as they are: so each is looked at once.
_WITHOUT_CUSTOMER_ID = AccountStatement("""
    SELECT start_minute, id, identifier, customer FROM appointments
    WHERE account_id = :account_id AND customer_id IS NULL
      AND (start_minute, id) > (:after_start, :after_id)
    ORDER BY start_minute, id LIMIT :limit
""")

_FILL_CUSTOMER = AccountStatement("""
    UPDATE appointments
    SET customer_id = :customer_id, mail_key = :mail_key, phone_key = :phone_key
    WHERE account_id = :account_id AND id = :id
""")


class EarlierCustomer(NamedTuple):
    """An appointment and what it holds of its customer, as far as others are found by it."""

    start: Minute
    id: str
    identifier: str | None  # None: erased
    email: str | None
    phone: str | None  # in E.164


def without_reference(tx: AccountTx, limit: int) -> list[tuple[str, str | None]]:
    """The ids of the next `limit` of them, each with the kind of actor that booked it."""
    return [(row[0], row[1]) for row in tx.all(_WITHOUT_REFERENCE, limit=limit)]


def taken(tx: AccountTx, references: Iterable[str]) -> set[str]:
    """Those of some references that appointments of the account have."""
    return {row[0] for row in tx.all(_TAKEN, references=json.dumps(list(references)))}


def fill(tx: AccountTx, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Gives rows their reference and origin: `{id, reference, origin}` each."""
    tx.run_each(_FILL, rows)


def without_customer_id(
    tx: AccountTx, after: tuple[Minute, str], limit: int
) -> list[EarlierCustomer]:
    """The next `limit` whose customer has no id."""
    rows = tx.all(_WITHOUT_CUSTOMER_ID, after_start=after[0], after_id=after[1], limit=limit)
    found = []
    for start, id_, identifier, stored in rows:
        customer = json.loads(stored or "{}")
        email, phone = customer.get("email"), customer.get("phoneE164")
        found.append(EarlierCustomer(start, id_, identifier, email, phone))
    return found


def fill_customers(tx: AccountTx, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Gives the customers of rows their id: `{id, customer_id, mail_key, phone_key}` each."""
    tx.run_each(_FILL_CUSTOMER, rows)
