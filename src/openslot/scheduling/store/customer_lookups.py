"""Appointments by who comes: by the customer's id, and by mail address."""

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.store.appointments import COLUMNS, appointment_of
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_OF_CUSTOMER = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND customer_id = :customer_id AND status <> 'CANCELLED'
    ORDER BY start_minute DESC, id DESC LIMIT :limit
""")  # noqa: S608

_KNOWN = AccountStatement("""
    SELECT 1 FROM appointments
    WHERE account_id = :account_id AND customer_id = :customer_id LIMIT 1
""")

_LAST_OF_EACH = AccountStatement(f"""
    SELECT {COLUMNS} FROM (
        SELECT {COLUMNS}, row_number() OVER (
            PARTITION BY customer_id ORDER BY created_at DESC, id DESC
        ) AS place
        FROM appointments WHERE account_id = :account_id AND mail_key = :mail_key
    ) AS booked
    WHERE place = 1 ORDER BY created_at DESC, id DESC LIMIT :limit
""")  # noqa: S608


def of_customer(tx: AccountTx, customer_id: str, limit: int) -> list[Appointment]:
    """A customer's last `limit` appointments by start that are not cancelled, in order."""
    rows = tx.all(_OF_CUSTOMER, customer_id=customer_id, limit=limit)
    return [appointment_of(row) for row in reversed(rows)]


def is_known(tx: AccountTx, customer_id: str) -> bool:
    """Whether there is an appointment of a customer, in whatever state."""
    return tx.one(_KNOWN, customer_id=customer_id) is not None


def last_of_each(tx: AccountTx, mail_key: str, limit: int) -> list[Appointment]:
    """The appointment booked last of each customer with a mail address, the last one first."""
    return [appointment_of(row) for row in tx.all(_LAST_OF_EACH, mail_key=mail_key, limit=limit)]
