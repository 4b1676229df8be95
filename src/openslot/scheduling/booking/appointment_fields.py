"""What an appointment stores of a person, checked the same way whoever books."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model import customers
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.customers import Customer
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
