"""Appointments of before get their reference and origin, and their customers an id."""

from openslot.kernel.clock import Minute
from openslot.kernel.ids import is_derived
from openslot.scheduling.model.customers.customer_ids import id_of_identifier, mail_key_of
from openslot.scheduling.model.references import new_reference
from openslot.scheduling.store import earlier_appointments as store
from openslot.storage.transactions import AccountTx

_STEP = 2000
FROM_THE_FIRST: tuple[Minute, str] = (-(1 << 40), "")


def fill(tx: AccountTx) -> int:
    """Completes the next of the account's; returns how many it found, 0 when all are complete."""
    found = store.without_reference(tx, _STEP)
    references: set[str] = set()
    while len(references) < len(found):
        more = {new_reference() for _ in range(len(found) - len(references))}
        references |= more - store.taken(tx, more)
    store.fill(
        tx,
        [
            {"id": id_, "reference": reference, "origin": _origin(id_, booked_by)}
            for (id_, booked_by), reference in zip(found, references, strict=True)
        ],
    )
    return len(found)


def fill_customers(
    tx: AccountTx, after: tuple[Minute, str] = FROM_THE_FIRST
) -> tuple[Minute, str] | None:
    """Gives the customers of the next appointments after a start and id theirs.

    Then every booking of one person is found by it. Returns where to go on; None at the end.
    """
    found = store.without_customer_id(tx, after, _STEP)
    store.fill_customers(
        tx,
        [
            {
                "id": one.id,
                "customer_id": id_of_identifier(tx.account.id, one.identifier),
                "mail_key": None if one.email is None else mail_key_of(one.email),
                "phone_key": one.phone,
            }
            for one in found
            if one.identifier is not None
        ],
    )
    return (found[-1].start, found[-1].id) if found else None


def _origin(appointment_id: str, booked_by: str | None) -> str | None:
    """By which way it was booked, as far as that can be told.

    What was imported has an id made of the reference in its table. A client may have booked
    through either API; a user only as staff.
    """
    if is_derived(appointment_id):
        return "import"
    return "staff" if booked_by == "user" else None
