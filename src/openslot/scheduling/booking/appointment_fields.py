"""What an appointment is made of when it is booked or moved, whoever does it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Minute, instant_of_minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model import customers
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.customers import Customer
from openslot.scheduling.model.opening_hours import local_date
from openslot.scheduling.model.placement import Placement
from openslot.storage.transactions import AccountTx


def offered(tx: AccountTx, placement: Placement) -> tuple[Branch, tuple[Service, ...]]:
    """The branch and services of a booking, active or not."""
    of_account = current_catalogue(tx)
    return (
        of_account.branches[placement.branch_id],
        tuple(of_account.services[i] for i in placement.service_ids),
    )


def person_kept(
    tx: AccountTx,
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    branch: Branch,
    services: Sequence[Service],
) -> tuple[Mapping[str, Any], list[Mapping[str, str]]]:
    """The person's data and answers as an appointment keeps them.

    Raises:
        Invalid: with the faults of both at once.
    """
    faults: list[Fault] = []
    kept: Mapping[str, Any] = {}
    given: list[Mapping[str, str]] = []
    try:
        kept = customers.kept(customer, branch, services, today_at(tx, branch))
    except Invalid as refusal:
        faults.extend(refusal.faults)
    try:
        given = customers.answers_kept(answers, services)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    if faults:
        raise Invalid(*faults)
    return kept, given


def today_at(tx: AccountTx, branch: Branch) -> date:
    """Today's local date."""
    return local_date(tx.now // MINUTE_MS, branch.zone)


def wall_time(start: Minute, branch: Branch) -> str:
    """The local time that was agreed on, to find it again when zone data changes."""
    local = instant_of_minute(start).astimezone(branch.zone)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def times(placement: Placement) -> dict[str, Any]:
    """What history says of a placement."""
    return {
        "branchId": placement.branch_id,
        "startTime": instant_of_minute(placement.start).isoformat(),
        "endTime": instant_of_minute(placement.end).isoformat(),
        "resourceIds": list(placement.resource_ids),
        "numberOfReservations": placement.party,
    }
