"""Booking at once: reserve and confirm in one step, so that a refusal leaves nothing behind."""

from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.slot_query import slot_query
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.allocation import allocate, check_end, check_request
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.new_appointments import new_appointment
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.appointment_details import (
    AppointmentDetails,
    checked_details,
)
from openslot.scheduling.model.events import AppointmentBooked
from openslot.scheduling.model.zones import today_at
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import AccountTx


def book_at_once(
    tx: AccountTx,
    actor: Actor,
    wanted: SlotRequest,
    details: AppointmentDetails,
    idempotency_key: IdempotencyKey,
    rule_override: RuleOverride = NO_OVERRIDE,
    appointment_id: str | None = None,
) -> Appointment:
    """Books an appointment, under an id of its own or one that the caller derived.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        Invalid: party too large, services not combined, resource not qualified, wrong end, or a
            person's field is needed or refused.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branch(wanted.branch_id)
    services = tuple(of_account.service(service_id) for service_id in wanted.service_ids)
    resource = of_account.resource(wanted.resource_id) if wanted.resource_id else None
    idempotency_key.replay(tx)
    check_request(of_account, branch, services, wanted.party, resource)
    query = slot_query(of_account, branch, services, wanted.party, resource=resource)
    check_end(query, wanted.start, wanted.end)
    checked = checked_details(details, branch, services, today_at(tx.now, branch.zone))
    allocation = allocate(tx, query, wanted.start, rule_override)
    placement = allocation.placement
    appointment = new_appointment(tx, actor, appointment_id or new_id(), placement, checked)
    appointment = store.insert(tx, replace(appointment, override=rule_override.requested))
    claims.add(tx, placement, placement.booked_as(appointment.id), allocation.sheets)
    booked = AppointmentBooked(appointment=appointment, override=rule_override.as_history)
    record(tx, actor, booked)
    return appointment
