"""The states of appointments and who comes, in words. Pure."""

from collections.abc import Mapping
from typing import Any, Protocol

from openslot.scheduling.model.appointment import (
    ARRIVED,
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
)
from openslot.web.page_kit.language.vocabulary import Words


class HasCustomer(Protocol):
    """An appointment, or as much of it as says who comes."""

    @property
    def customer(self) -> Mapping[str, Any] | None:
        """`firstName`, `lastName` and more; None once erased."""


def state_word(words: Words, status: str) -> str:
    """A state as a person would say it."""
    return {
        CONFIRMED: words.say("Confirmed"),
        ARRIVED: words.say("Arrived"),
        IN_SERVICE: words.say("In service"),
        COMPLETED: words.say("Completed"),
        NO_SHOW: words.say("No-show"),
        CANCELLED: words.say("Cancelled"),
    }[status]


def person_name(words: Words, appointment: HasCustomer) -> str:
    """First and last name of who comes."""
    person = appointment.customer
    if person is None:
        return words.say("Erased person")
    names = [person.get("firstName"), person.get("lastName")]
    return " ".join(name for name in names if name) or words.say("No name")
