"""An appointment at the moment when it is booked, by whatever way."""

from openslot.kernel.actor import Actor
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.appointment_details import CheckedDetails
from openslot.scheduling.model.customers.customer_ids import customer_id_of
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.references import new_reference
from openslot.scheduling.model.zones import wall_time
from openslot.storage.transactions import AccountTx


def new_appointment(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    placement: Placement,
    checked: CheckedDetails,
) -> Appointment:
    """A confirmed appointment at version 1, by the rules; its reference may still be another's."""
    branch = current_catalogue(tx).branches[placement.branch_id]
    details = checked.details
    customer = details.customer
    return Appointment(
        id=appointment_id,
        client_id=actor.id,
        status=CONFIRMED,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        wall_start=wall_time(placement.start, branch.zone),
        time_zone=branch.time_zone,
        override=False,
        conflicted=False,
        identifier=customer.identifier or customers.new_identifier(),
        customer=checked.person,
        answers=checked.answers,
        notes=details.notes,
        placement=placement,
        reference=new_reference(),
        origin=details.origin,
        language=details.language(tx.account.content["locales"]),
        customer_id=customer_id_of(tx.account.id, appointment_id, customer, details.particulars),
        particulars=details.particulars,
    )
