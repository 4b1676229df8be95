"""Finding a customer's appointments, for programs that may; each look-up is in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.fields import FieldRefused
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.customer_ids import (
    id_of_external_id,
    id_of_identifier,
    mail_key_of,
)
from openslot.scheduling.store import customer_lookups as store
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class FoundAppointments:
    """What there is of a customer; one of whom nothing is stored is not known."""

    is_known: bool
    appointments: Sequence[Appointment]  # not cancelled, by start, the last 200


def of_customer(tx: AccountTx, actor: Actor, customer_id: str) -> FoundAppointments:
    """The appointments of the customer with an id."""
    return _found(tx, actor, customer_id, "publicId")


def of_external_id(tx: AccountTx, actor: Actor, external_id: str) -> FoundAppointments:
    """The appointments of the customer who gave an external id, or the identifier it reads as."""
    try:
        identifier = customers.identifier(external_id)
    except FieldRefused:
        customer_id = id_of_external_id(tx.account.id, external_id)
    else:
        customer_id = id_of_identifier(tx.account.id, identifier)
    return _found(tx, actor, customer_id, "externalId")


def of_mail(tx: AccountTx, actor: Actor, email: str) -> list[Appointment]:
    """The last booking of each customer with a mail address, the one booked last first."""
    found = store.last_of_each(tx, mail_key_of(email), MOST_FOUND)
    audit.record(tx, "customer.looked_up", actor, by="email", found=len(found))
    return found


def _found(tx: AccountTx, actor: Actor, customer_id: str, by: str) -> FoundAppointments:
    found = store.of_customer(tx, customer_id, MOST_FOUND)
    is_known = bool(found) or store.is_known(tx, customer_id)
    audit.record(tx, "customer.looked_up", actor, by=by, found=len(found))
    return FoundAppointments(is_known, found)
