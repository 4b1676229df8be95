"""What an appointment holds beside its place and time. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.customers.customer_needs import CustomerNeeds
from openslot.scheduling.model.customers.customers import Customer, checked, checked_answers

# Chooses among an account's locales, its default first.
LocaleChoice = Callable[[Sequence[str]], str]


def default_locale(locales: Sequence[str]) -> str:
    """The account's own."""
    return locales[0]


@dataclass(frozen=True, slots=True)
class AppointmentDetails:
    """Who comes, what they say, and by which way it was booked."""

    customer: Customer
    needs: CustomerNeeds
    answers: Sequence[Mapping[str, str]]  # [{id, answer}]
    notes: str | None
    origin: str  # the interface that it was booked by: `api`, `staff`, `import`, …
    language: LocaleChoice = default_locale  # in which the person is written to


def checked_person(
    details: AppointmentDetails, branch: Branch, services: Sequence[Service], today: date
) -> tuple[Mapping[str, Any], list[Mapping[str, str]]]:
    """The person's data and answers as an appointment stores them.

    Raises:
        Invalid: with the faults of both at once.
    """
    faults: list[Fault] = []
    person: Mapping[str, Any] = {}
    given: list[Mapping[str, str]] = []
    try:
        person = checked(details.customer, details.needs, branch, services, today)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    try:
        given = checked_answers(details.answers, services, complete=details.needs.answers)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    if faults:
        raise Invalid(*faults)
    return person, given
