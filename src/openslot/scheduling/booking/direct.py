"""Booking at once: reserve and confirm in one step, so that a refusal leaves nothing behind."""

from dataclasses import dataclass, replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.allocation import Allocation, allocate, check_end, check_request
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.new_appointments import new_appointment
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.appointment_details import (
    AppointmentDetails,
    CheckedDetails,
    checked_details,
)
from openslot.scheduling.model.events import AppointmentBooked
from openslot.scheduling.model.zones import today_at
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class OfferRequest:
    """What somebody would like, whatever the time."""

    branch_id: str
    service_ids: tuple[str, ...]
    party: int
    resource_id: str | None
    own_minutes: int | None = None  # how long it takes; None: as long as the services say

    def at(self, start: Minute, end: Minute | None) -> SlotRequest:
        """The same at a time."""
        return SlotRequest(
            self.branch_id,
            self.service_ids,
            self.party,
            start,
            end,
            self.resource_id,
            own_minutes=self.own_minutes,
        )


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
    offer = OfferRequest(
        wanted.branch_id, wanted.service_ids, wanted.party, wanted.resource_id, wanted.own_minutes
    )
    query = offer_query(tx, offer, idempotency_key)
    check_end(query, wanted.start, wanted.end)
    checked = check_details(tx, query, details)
    allocation = allocate(tx, query, wanted.start, rule_override)
    return book_allocation(tx, actor, allocation, checked, rule_override, appointment_id)


def offer_query(tx: AccountTx, wanted: OfferRequest, idempotency_key: IdempotencyKey) -> SlotQuery:
    """What somebody would like to book, whatever the time.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        Invalid: party too large, services not combined, or resource not qualified.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branch(wanted.branch_id)
    services = tuple(of_account.service(service_id) for service_id in wanted.service_ids)
    resource = of_account.resource(wanted.resource_id) if wanted.resource_id else None
    idempotency_key.replay(tx)
    check_request(of_account, branch, services, wanted.party, resource)
    return slot_query(
        of_account,
        branch,
        services,
        wanted.party,
        resource=resource,
        own_minutes=wanted.own_minutes,
    )


def check_details(tx: AccountTx, query: SlotQuery, details: AppointmentDetails) -> CheckedDetails:
    """What of an appointment's details is stored. Raises Invalid, with every fault of them."""
    today = today_at(tx.now, query.branch.zone)
    return checked_details(details, query.branch, query.services, today)


def book_allocation(
    tx: AccountTx,
    actor: Actor,
    allocation: Allocation,
    checked: CheckedDetails,
    rule_override: RuleOverride,
    appointment_id: str | None = None,
) -> Appointment:
    """Books what was decided, under an id of its own or one that the caller derived."""
    placement = allocation.placement
    appointment = new_appointment(tx, actor, appointment_id or new_id(), placement, checked)
    own_minutes = allocation.query.own_minutes
    if rule_override.requested or own_minutes is not None:
        appointment = replace(
            appointment, override=rule_override.requested, own_minutes=own_minutes
        )
    appointment = store.insert(tx, appointment)
    claims.add(tx, placement, placement.booked_as(appointment.id), allocation.sheets)
    booked = AppointmentBooked(appointment=appointment, override=rule_override.as_history)
    record(tx, actor, booked)
    return appointment
