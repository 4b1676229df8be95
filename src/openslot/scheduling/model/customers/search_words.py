"""By what a person is found: what an appointment is listed under, and what a text asks for. Pure.

Source: the contract's section on what the console adds to the admin API.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from openslot.kernel.fields import FieldRefused
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.common_traits import trait_of
from openslot.scheduling.model.customers.customer_ids import mail_key_of
from openslot.scheduling.model.customers.folding import name_words
from openslot.scheduling.model.references import reference_of

FEWEST_CHARACTERS = 3
_FEWEST_DIGITS = 4
_WHOLE_NUMBER_DIGITS = 9
_MOST_COUNTED = 5  # words of a text whose rows are counted; the longest ones
# The kinds of words, in the order in which hits are listed. A whole identifier or reference is
# found in the appointments themselves.
_EXACT, _NAME, _MAIL, _PHONE = "0123"
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_PHONE_TEXT = re.compile(r"[0-9+()./\s-]+")


class SearchEntry(NamedTuple):
    """A word under which an appointment is listed."""

    word: str
    person_id: str
    appointment_id: str
    names: str


@dataclass(frozen=True, slots=True)
class Needle:
    """One kind of word that a text asks for: every one that begins so."""

    prefix: str
    names: tuple[str, ...] = ()  # words of the name that must begin so too
    # Who is found by name was listed before: the beginnings of the words of their names.
    unlike: tuple[str, ...] = ()


def entries_of(account_id: str, appointment: Appointment) -> list[SearchEntry]:
    """What an appointment is listed under; of an erased person nothing."""
    person_id = trait_of(account_id, appointment).person_id(account_id)
    names = _names(appointment)
    return [
        SearchEntry(word, person_id, appointment.id, names) for word in sorted(_words(appointment))
    ]


@dataclass(frozen=True, slots=True)
class SearchText:
    """What somebody typed, read in each way that it can be meant."""

    names: tuple[str, ...]  # folded; the first one is looked for, the others are compared
    mail: str | None
    phone: str | None  # its last digits, from the end
    identifier: str | None
    reference: str

    @classmethod
    def of(cls, text: str) -> "SearchText":
        """Reads a text."""
        text = text.strip()
        try:
            identifier = customers.identifier(text)
        except FieldRefused:
            identifier = None
        return cls(
            tuple(sorted(name_words(text), key=lambda word: (-len(word), word))),
            None if re.search(r"\s", text) else mail_key_of(text),
            _phone_asked(text),
            identifier,
            reference_of(text),
        )

    @property
    def needles(self) -> Iterator[Needle]:
        """The words to look for, in the order of hits."""
        if self.names:
            yield Needle(_NAME + self.names[0], self.names[1:])
        if self.mail is not None:
            yield Needle(_MAIL + self.mail, unlike=self.names)
        if self.phone is not None:
            yield Needle(_PHONE + self.phone, unlike=self.names)

    def rarest_first(self, rows_under: Callable[[str], int]) -> "SearchText":
        """The same with the word in front that has the fewest rows; of equals the longest."""
        if len(self.names) < 2:
            return self
        rarest = min(self.names[:_MOST_COUNTED], key=lambda name: rows_under(_NAME + name))
        others = tuple(name for name in self.names if name != rarest)
        return replace(self, names=(rarest, *others))

    def first_word(self, appointment: Appointment) -> str | None:
        """The first word in the order of hits by which an appointment is found; None: it is not."""
        if self._is_exact(appointment):
            return _EXACT
        words = _words(appointment)
        is_named = all(any(w.startswith(_NAME + name) for w in words) for name in self.names)
        prefixes = [n.prefix for n in self.needles if is_named or not n.prefix.startswith(_NAME)]
        return min((w for w in words if w.startswith(tuple(prefixes))), default=None)

    def words_of(self, appointments: Iterable[Appointment]) -> list[str]:
        """Where a person may be listed, in the order of hits."""
        prefixes = tuple(needle.prefix for needle in self.needles)
        words = {word for one in appointments for word in _words(one) if word.startswith(prefixes)}
        return [_EXACT, *sorted(words)]

    def _is_exact(self, appointment: Appointment) -> bool:
        is_person = self.identifier is not None and appointment.identifier == self.identifier
        return is_person or appointment.reference == self.reference


def _names(appointment: Appointment) -> str:
    person = appointment.customer or {}
    words = name_words(person.get("firstName"), person.get("lastName"))
    return "".join(f" {word}" for word in words)


def _words(appointment: Appointment) -> set[str]:
    person = appointment.customer or {}
    found = {_NAME + word for word in name_words(person.get("firstName"), person.get("lastName"))}
    if email := person.get("email"):
        found.add(_MAIL + mail_key_of(email))
    # As it is dialled and as it was written: 06… ends like no number in E.164.
    for phone in (person.get("phoneE164"), person.get("phoneNumber")):
        digits = _digits(phone or "")
        if len(digits) >= _FEWEST_DIGITS:
            found.add(_PHONE + digits[::-1])
    return found


def _phone_asked(text: str) -> str | None:
    digits = _digits(text) if _PHONE_TEXT.fullmatch(text) else ""
    # A whole number: the zeros before its area code are not dialled from abroad.
    if len(digits) >= _WHOLE_NUMBER_DIGITS:
        digits = digits.lstrip("0")
    return digits[::-1] if len(digits) >= _FEWEST_DIGITS else None


def _digits(text: str) -> str:
    return _NOT_A_DIGIT.sub("", text)
