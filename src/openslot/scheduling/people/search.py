"""Finding people by a few letters of their name, their mail address or their phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.customers.search_words import FEWEST_CHARACTERS, SearchText
from openslot.scheduling.people.search_hits import SearchPlace, steps
from openslot.storage.transactions import AccountTx

MOST_PEOPLE = 50  # of a page


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """What somebody typed, and where to go on."""

    text: str
    after: SearchPlace | None = None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person, by the next appointment or else the last one."""

    appointment: Appointment
    appointments: int  # of the person, in whatever state


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """A page of people, and where the next one begins; None: these are the last.

    A page may be short, or empty, and still have a next one: where very many people have one of
    the words, only so many of them are looked at for a page.
    """

    people: Sequence[FoundPerson] = ()
    next_after: SearchPlace | None = None


def search(tx: AccountTx, wanted: CustomerSearch) -> FoundPeople:
    """The people whom a text finds, 50 at most.

    By whole identifier or reference first, then by name, mail address and phone.

    Raises:
        Invalid: the text has fewer than three characters, or the hit to go on after is gone.
    """
    if len(wanted.text.strip()) < FEWEST_CHARACTERS:
        raise Invalid(Fault("text", "too_short", "must have three characters or more"))
    people: list[FoundPerson] = []
    last: SearchPlace | None = None
    for step in steps(tx, SearchText.of(wanted.text), wanted.after):
        if not step.appointments:
            return FoundPeople(people, step.place)
        if len(people) == MOST_PEOPLE:
            return FoundPeople(people, last)
        shown = next_or_last(step.appointments, tx.now // MINUTE_MS)
        people.append(FoundPerson(shown, len(step.appointments)))
        last = step.place
    return FoundPeople(people)


def next_or_last(of_person: Sequence[Appointment], now: Minute) -> Appointment:
    """Of a person's appointments the next one that is not cancelled, else the last one."""
    valid = [one for one in of_person if one.status != CANCELLED] or of_person
    to_come = [one for one in valid if one.placement.start >= now]
    if to_come:
        return min(to_come, key=lambda one: (one.placement.start, one.id))
    return max(valid, key=lambda one: (one.placement.start, one.id))
