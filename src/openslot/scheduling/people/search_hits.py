"""Goes through the people whom a text may find, in the order of hits, so many rows at most."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.common_traits import CommonTrait, trait_of
from openslot.scheduling.model.customers.search_words import Needle, SearchText
from openslot.scheduling.people import same_person
from openslot.scheduling.store import appointments
from openslot.scheduling.store.people import search_words as store
from openslot.storage.transactions import AccountTx

_PEOPLE_AT_ONCE = 51  # a page and one more
MOST_ROWS = 8_000  # looked at for one page, where most of them may be of others
_FROM_THE_FIRST = ("", "")


class SearchPlace(NamedTuple):
    """Where a search goes on: after a person, under one of the words that the text can mean.

    It names no word: those are personal.
    """

    appointment_id: str  # of the person
    number: int  # of the word, counted from 0 in the order of hits


@dataclass(frozen=True, slots=True)
class SearchStep:
    """A person who is found; without appointments: so many rows were looked at, more follow."""

    place: SearchPlace
    appointments: Sequence[Appointment]


def steps(tx: AccountTx, text: SearchText, after: SearchPlace | None) -> Iterator[SearchStep]:
    """The people from a place on, by whole identifier or reference first.

    Raises:
        Invalid: the place is gone.
    """
    text = text.rarest_first(lambda prefix: store.rows_under(tx, prefix, MOST_ROWS))
    if after is None:
        exact = same_person.of_each(tx, (trait_of(tx.account.id, one) for one in _exact(tx, text)))
        for of_person in exact.values():
            yield SearchStep(SearchPlace(of_person[0].id, 0), of_person)
    place = _FROM_THE_FIRST if after is None else _place_of(tx, text, after)
    for needle in text.needles:
        yield from _under(tx, text, needle, place)


def _under(
    tx: AccountTx, text: SearchText, needle: Needle, after: tuple[str, str]
) -> Iterator[SearchStep]:
    """The people under the words of one kind."""
    is_narrowed = needle.names or needle.unlike
    last = store.row_after(tx, needle, after, MOST_ROWS) if is_narrowed else None
    end = None if last is None else (last.word, last.person_id)
    while found := store.found(tx, needle, after, end, _PEOPLE_AT_ONCE):
        examples = {one.id: one for one in appointments.by_ids(tx, _ids(found))}
        traits = {id_: trait_of(tx.account.id, one) for id_, one in examples.items()}
        people = same_person.of_each(tx, traits.values())
        for hit in found:
            trait: CommonTrait | None = traits.get(hit.appointment_id)
            # Somebody with two such words is listed under the first.
            if trait is not None and _first_word(text, people[trait]) == hit.word:
                place = _place(text, hit, people[trait])
                yield SearchStep(place, people[trait])
        after = found[-1].word, found[-1].person_id
    if last is not None:
        shown = appointments.by_ids(tx, [last.appointment_id])
        people = same_person.of_each(tx, (trait_of(tx.account.id, one) for one in shown))
        for of_person in people.values():
            yield SearchStep(_place(text, last, of_person), ())


def _place(text: SearchText, hit: store.SearchHit, of_person: Iterable[Appointment]) -> SearchPlace:
    before = sum(word < hit.word for word in text.words_of(of_person))
    return SearchPlace(hit.appointment_id, before)


def _place_of(tx: AccountTx, text: SearchText, after: SearchPlace) -> tuple[str, str]:
    """The word and person of a place."""
    shown = appointments.by_id(tx, after.appointment_id)
    if shown is not None:
        words = text.words_of(same_person.appointments_with(tx, shown))
        if after.number < len(words):
            return words[after.number], trait_of(tx.account.id, shown).person_id(tx.account.id)
    raise Invalid(Fault("cursor", "invalid_value", "is of a hit that is gone; begin again"))


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
