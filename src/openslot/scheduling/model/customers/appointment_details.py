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
    # What a program says beside it, all of it optional: {title, custom, externalId,
    # identificationNumber, address, customerCustom}; None: nothing
    particulars: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CheckedDetails:
    """Details that branch and services accept, and what an appointment stores of them."""

    details: AppointmentDetails
    person: Mapping[str, Any]
    answers: Sequence[Mapping[str, str]]


def checked_details(
    details: AppointmentDetails, branch: Branch, services: Sequence[Service], today: date
) -> CheckedDetails:
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
        given = checked_answers(details.answers, details.needs, services)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    if faults:
        raise Invalid(*faults)
    return CheckedDetails(details, person, given)


def without_person(particulars: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What of an appointment's particulars is not about its customer."""
    rest = {n: v for n, v in (particulars or {}).items() if n in ("title", "custom")}
    return rest or None
