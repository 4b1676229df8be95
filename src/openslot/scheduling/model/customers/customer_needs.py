"""Which of a person's data a booking needs, by who takes it. Pure.

A service says of single fields whether they are required, optional or hidden; of several services
in one appointment the strictest counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from openslot.scheduling.model.catalogue import REQUIRED, Service

# What a form for people has where a service says nothing of a field.
FORM_FIELDS = {
    "last_name": "optional",
    "email": REQUIRED,
    "phone_number": "optional",
    "date_of_birth": "hidden",
}


@dataclass(frozen=True, slots=True)
class CustomerNeeds:
    """What a booking cannot do without, by the names of `Customer`."""

    of_service: Callable[[Service], frozenset[str]]
    needs_answers: bool = True  # to the questions that a service must have answered
    readable_phone: bool = True  # else a number is stored as it is, whatever it says

    def fields_of(self, services: Iterable[Service]) -> list[str]:
        """The fields that some of the services need, in their order in `Customer`."""
        needed = frozenset[str]().union(*map(self.of_service, services))
        return [name for name in _ORDER if name in needed]


_ORDER = ("first_name", *FORM_FIELDS)


def _of_program(service: Service) -> frozenset[str]:
    """A service may do without name and address; a phone number no program needs to send."""
    said = {"last_name": REQUIRED, "email": REQUIRED, **service.customer_fields}
    needed = ("last_name", "email", "date_of_birth")
    return frozenset(["first_name", *(name for name in needed if said.get(name) == REQUIRED)])


def _of_form(service: Service) -> frozenset[str]:
    said = {**FORM_FIELDS, **service.customer_fields}
    return frozenset(["first_name", *(name for name in said if said[name] == REQUIRED)])


def _of_staff(service: Service) -> frozenset[str]:
    """Staff know whom they have before them."""
    return frozenset(["last_name", *(["date_of_birth"] if service.date_of_birth_required else [])])


NEEDS_OF_PROGRAM = CustomerNeeds(_of_program)
NEEDS_OF_FORM = CustomerNeeds(_of_form)
NEEDS_OF_STAFF = CustomerNeeds(_of_staff)
# Of somebody who stands at the desk nothing need be known.
NEEDS_OF_WALK_IN = CustomerNeeds(lambda _: frozenset(), needs_answers=False)
NEEDS_NOTHING = CustomerNeeds(lambda _: frozenset(), readable_phone=False)
