"""What staff do with appointments: book and move at once, without a hold; the steps of a visit."""

from collections.abc import Mapping, Sequence

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.slot_query import Sheets, SlotQuery, slot_query
from openslot.scheduling.booking import appointments, claims
from openslot.scheduling.booking.allocation import check_request, place
from openslot.scheduling.booking.appointment_fields import (
    offered,
    person_kept,
    times,
    wall_time,
)
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import (
    Precondition,
    check_changeable,
    check_cutoff,
    check_step,
    check_version,
)
from openslot.scheduling.booking.reservations import Wanted
from openslot.scheduling.booking.rule_overrides import RuleOverride, allocate_by_override
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.customers import Customer
from openslot.scheduling.model.day_sheet import claim_id
from openslot.scheduling.model.errors import EndMismatch
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx

MANAGE = "openslot/appointments.manage"

# What history calls the step into each state of a visit.
_CHANGES = {"ARRIVED": "arrived", "IN_SERVICE": "started", "COMPLETED": "completed"}


def book(
    tx: AccountTx,
    actor: Actor,
    wanted: Wanted,
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    rule_override: RuleOverride,
    idempotency_key: IdempotencyKey,
    appointment_id: str | None = None,
) -> Appointment:
    """Books an appointment at once, under an id of its own or one that the caller derived.

    Raises:
        InsufficientScope: the actor may not do this, or not break the rules.
        NotFound: an id is unknown, foreign or inactive.
        Invalid: party too large, services not combined, resource not qualified, wrong end, or a
            person's field is needed or refused.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    actor.require(MANAGE)
    rule_override.check(actor)
    of_account = current_catalogue(tx)
    branch = of_account.branch(wanted.branch_id)
    services = tuple(of_account.service(service_id) for service_id in wanted.service_ids)
    resource = of_account.resource(wanted.resource_id) if wanted.resource_id else None
    idempotency_key.replay(tx)
    check_request(of_account, branch, services, wanted.party, resource)
    query = slot_query(of_account, branch, services, wanted.party, resource=resource)
    _check_end(query, wanted.start, wanted.end)
    kept, given = person_kept(tx, customer, answers, branch, services)
    resources, sheets = _find(tx, query, wanted.start, rule_override)
    placement = _placement(query, wanted.start, resources)
    appointment = Appointment(
        id=appointment_id or new_id(),
        client_id=actor.id,
        status=CONFIRMED,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        wall_start=wall_time(placement.start, branch),
        time_zone=branch.time_zone,
        override=rule_override.asked,
        stranded=False,
        identifier=customer.identifier,
        customer=kept,
        answers=given,
        notes=wanted.notes,
        placement=placement,
    )
    store.insert(tx, appointment)
    claim = placement.booked_as(appointment.id)
    claims.add(tx, branch.id, placement.resource_ids, claim, sheets)
    new = {**times(placement), **rule_override.kept}
    history.append(tx, actor, appointment.id, 1, "booked", None, new)
    return appointment


def move(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    start: Minute,
    end: Minute | None,
    resource_id: str | None,
    rule_override: RuleOverride,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Moves an appointment to another time, resource or both; branch, services and party stay.

    Raises:
        InsufficientScope: the actor may not do this, or not break the rules.
        NotFound: the appointment or the resource is absent.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it can no longer be moved.
        Invalid: resource not qualified, wrong end.
        TooLate: after the service's cut-off.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    actor.require(MANAGE)
    rule_override.check(actor)
    appointment = appointments.get(tx, appointment_id)
    of_account = current_catalogue(tx)
    resource = of_account.resource(resource_id) if resource_id else None
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_changeable(appointment, tx.now)
    old = appointment.placement
    branch, services = offered(tx, old)
    if resource is not None:
        check_request(of_account, branch, services, old.party, resource)
    claim = old.booked_as(appointment.id)
    query = slot_query(
        of_account,
        branch,
        services,
        old.party,
        resource=resource,
        replaces=claim_id(appointment.id),
    )
    _check_end(query, start, end)
    if not rule_override.asked:
        check_cutoff(appointment, services, lambda s: s.reschedule_cutoff_minutes, tx.now)
    resources, _ = _find(tx, query, start, rule_override)
    new = _placement(query, start, resources)
    left = claims.remove(tx, old.branch_id, old.resource_ids, claim)
    moved = new.booked_as(appointment.id)
    claims.replace(tx, new.branch_id, new.resource_ids, moved.id, moved)
    wall_start = wall_time(new.start, branch)
    store.move(tx, appointment, new, wall_start, branch.time_zone, override=rule_override.asked)
    version = appointment.version + 1
    after = {**times(new), **rule_override.kept}
    history.append(tx, actor, appointment.id, version, "moved", times(old), after)
    booking_conflicts.given_back(tx, claim, left)
    return appointments.get(tx, appointment.id)


def take_step(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    status: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Takes a visit to its next state: ARRIVED, IN_SERVICE, COMPLETED or NO_SHOW; claims stay.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such appointment.
        VersionMismatch: the precondition does not hold.
        WrongState: the state does not follow, or NO_SHOW before the start has passed.
    """
    actor.require(MANAGE)
    appointment = appointments.get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_step(appointment, status, tx.now)
    store.set_status(tx, appointment, status)
    change = _CHANGES.get(status, "no_show")
    old, new = {"status": appointment.status}, {"status": status}
    history.append(tx, actor, appointment.id, appointment.version + 1, change, old, new)
    return appointments.get(tx, appointment.id)


def change_notes(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    notes: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Replaces an appointment's notes, in whatever state it is; an empty text removes them.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such appointment.
        VersionMismatch: the precondition does not hold.
    """
    actor.require(MANAGE)
    appointment = appointments.get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    store.set_notes(tx, appointment, notes or None)
    # What they say may be about the person, who can have it erased.
    new = {"fields": ["notes"]}
    history.append(tx, actor, appointment.id, appointment.version + 1, "notes_changed", None, new)
    return appointments.get(tx, appointment.id)


def _check_end(query: SlotQuery, start: Minute, end: Minute | None) -> None:
    if end is not None and end != start + query.policy.duration_minutes:
        raise EndMismatch("end")


def _find(
    tx: AccountTx, query: SlotQuery, start: Minute, rule_override: RuleOverride
) -> tuple[tuple[Resource, ...], Sheets]:
    return (allocate_by_override if rule_override.asked else place)(tx, query, start)


def _placement(query: SlotQuery, start: Minute, resources: Sequence[Resource]) -> Placement:
    policy = query.policy
    return Placement(
        branch_id=query.branch.id,
        start=start,
        end=start + policy.duration_minutes,
        before_minutes=policy.before_minutes,
        after_minutes=policy.after_minutes,
        places=policy.places,
        party=query.party,
        service_ids=tuple(service.id for service in query.services),
        resource_ids=tuple(resource.id for resource in resources),
    )
