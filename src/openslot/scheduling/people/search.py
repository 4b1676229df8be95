"""Finding people by a few letters of their name, their mail address or their phone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.page import Page
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.customers.common_traits import CommonTrait, trait_of
from openslot.scheduling.model.customers.search_words import FEWEST_CHARACTERS, SearchText
from openslot.scheduling.people import same_person
from openslot.scheduling.store import appointments
from openslot.scheduling.store.people import search_words as store
from openslot.storage.transactions import AccountTx

MOST_PEOPLE = 50  # of a page
_FROM_THE_FIRST = ("", "")


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """What somebody typed, and after which hit to go on: the id of its appointment."""

    text: str
    after_id: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person, by the next appointment or else the last one."""

    appointment: Appointment
    appointments: int  # of the person, in whatever state


def search(tx: AccountTx, wanted: CustomerSearch) -> Page[FoundPerson]:
    """The people whom a text finds, 50 at most.

    By whole identifier or reference first, then by name, mail address and phone.

    Raises:
        Invalid: the text has fewer than three characters, or the hit to go on after is gone.
    """
    if len(wanted.text.strip()) < FEWEST_CHARACTERS:
        raise Invalid(Fault("text", "too_short", "must have three characters or more"))
    text = SearchText.of(wanted.text)
    hits = _hits(tx, text, _place_of(tx, text, wanted.after_id))
    people: list[FoundPerson] = []
    for of_person in hits:
        if len(people) == MOST_PEOPLE:
            return Page(people, has_more=True)
        people.append(FoundPerson(next_or_last(of_person, tx.now // MINUTE_MS), len(of_person)))
    return Page(people)


def next_or_last(of_person: Sequence[Appointment], now: Minute) -> Appointment:
    """Of a person's appointments the next one that is not cancelled, else the last one."""
    valid = [one for one in of_person if one.status != CANCELLED] or of_person
    to_come = [one for one in valid if one.placement.start >= now]
    if to_come:
        return min(to_come, key=lambda one: (one.placement.start, one.id))
    return max(valid, key=lambda one: (one.placement.start, one.id))


def _place_of(tx: AccountTx, text: SearchText, after_id: str | None) -> tuple[str, str]:
    """The word and person of a hit that was shown."""
    if after_id is None:
        return _FROM_THE_FIRST
    shown = appointments.by_id(tx, after_id)
    if shown is not None:
        word = _first_word(text, same_person.appointments_with(tx, shown))
        if word is not None:
            return word, trait_of(tx.account.id, shown).person_id(tx.account.id)
    raise Invalid(Fault("cursor", "invalid_value", "is of a hit that is gone; begin again"))


def _hits(tx: AccountTx, text: SearchText, after: tuple[str, str]) -> Iterator[list[Appointment]]:
    """The appointments of each person who is found, in the order of hits."""
    if after == _FROM_THE_FIRST:
        exact = _exact(tx, text)
        yield from same_person.of_each(tx, (trait_of(tx.account.id, one) for one in exact)).values()
    for needle in text.needles:
        place = after
        while found := store.found(tx, needle, place, MOST_PEOPLE + 1):
            examples = {one.id: one for one in appointments.by_ids(tx, _ids(found))}
            traits = {id_: trait_of(tx.account.id, one) for id_, one in examples.items()}
            people = same_person.of_each(tx, traits.values())
            for hit in found:
                trait: CommonTrait | None = traits.get(hit.appointment_id)
                # Somebody with two such words is listed under the first.
                if trait is not None and _first_word(text, people[trait]) == hit.word:
                    yield people[trait]
            place = found[-1].word, found[-1].person_id


def _exact(tx: AccountTx, text: SearchText) -> list[Appointment]:
    by_reference = appointments.by_reference(tx, text.reference)
    found = [] if by_reference is None else [by_reference]
    if text.identifier is not None:
        found += same_person.with_identifier(tx, text.identifier)
    return found


def _first_word(text: SearchText, of_person: Iterable[Appointment]) -> str | None:
    words = (text.first_word(one) for one in of_person)
    return min((word for word in words if word is not None), default=None)


def _ids(found: Iterable[store.SearchHit]) -> list[str]:
    return [hit.appointment_id for hit in found]
