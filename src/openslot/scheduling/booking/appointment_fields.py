"""What an appointment is made of when it is booked or moved, whoever does it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Millis, Minute, instant_of_minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model import customers
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.customers import Customer
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import local_date


def checked_person(
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    branch: Branch,
    services: Sequence[Service],
    now: Millis,
) -> tuple[Mapping[str, Any], list[Mapping[str, str]]]:
    """The person's data and answers as an appointment stores them.

    Raises:
        Invalid: with the faults of both at once.
    """
    faults: list[Fault] = []
    person: Mapping[str, Any] = {}
    given: list[Mapping[str, str]] = []
    try:
        person = customers.checked(customer, branch, services, today_at(branch, now))
    except Invalid as refusal:
        faults.extend(refusal.faults)
    try:
        given = customers.checked_answers(answers, services, customer.pointer)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    if faults:
        raise Invalid(*faults)
    return person, given


def today_at(branch: Branch, now: Millis) -> date:
    """Today's local date."""
    return local_date(now // MINUTE_MS, branch.zone)


def moved_to(
    appointment: Appointment,
    placement: Placement,
    branch: Branch,
    now: Millis,
    *,
    override: bool = False,
) -> Appointment:
    """An appointment after it was moved: one version later, and in no conflict any more.

    `branch` is that of the placement; `override` says whether the move broke the rules.
    """
    return replace(
        appointment,
        version=appointment.version + 1,
        updated_at=now,
        wall_start=wall_time(placement.start, branch),
        time_zone=branch.time_zone,
        override=override,
        conflicted=False,
        placement=placement,
    )


def wall_time(start: Minute, branch: Branch) -> str:
    """The local time that was agreed on, to find it again when zone data changes."""
    local = instant_of_minute(start).astimezone(branch.zone)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def as_history(placement: Placement) -> dict[str, Any]:
    """What history says of a placement."""
    return {
        "branch_id": placement.branch_id,
        "starts_at": instant_of_minute(placement.start).isoformat(),
        "ends_at": instant_of_minute(placement.end).isoformat(),
        "resource_ids": list(placement.resource_ids),
        "party": placement.party,
    }
