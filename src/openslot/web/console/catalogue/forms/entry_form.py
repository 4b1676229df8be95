"""What the forms of all kinds have in common: keys, numbers, what may be absent. Pure.

An entry is a thing of the catalogue in the account file's words. A form changes what it shows and
leaves the rest of the entry as it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from openslot.kernel.errors import Fault, Invalid
from openslot.web.page_kit.field_pairs import FieldPairs

Entry = Mapping[str, Any]
Stored = dict[str, str | Sequence[str]]  # the values of fields


class EntryForm(Protocol):
    """The form of one kind."""

    # Beginnings of pointers into an entry (RFC 6901), with the field that shows what stands there.
    fields: Mapping[str, str]

    def stored(self, entry: Entry, locales: Sequence[str]) -> Stored:
        """The values of the fields."""

    def changed(self, entry: Entry, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says.

        Raises:
            Invalid: a field cannot be read, with faults by field.
        """


def with_numbers(
    entry: dict[str, Any], form: FieldPairs, numbers: Mapping[str, str]
) -> dict[str, Any]:
    """The entry with the numbers that were typed, by field; an empty one is the default.

    Raises:
        Invalid: one is no whole number.
    """
    faults = []
    for name, member in numbers.items():
        text = form.one(name).strip()
        entry.pop(member, None)
        if not text:
            continue
        if re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            entry[member] = int(text)
        else:
            faults.append(Fault(name, "no_number", "Enter a whole number"))
    if faults:
        raise Invalid(*faults)
    return entry


def stored_numbers(entry: Entry, numbers: Mapping[str, str]) -> Stored:
    """The numbers of an entry by field."""
    return {
        name: str(entry[member])
        for name, member in numbers.items()
        if entry.get(member) is not None
    }


def with_text(entry: dict[str, Any], member: str, text: str) -> dict[str, Any]:
    """The entry with a text; an empty one is absent."""
    entry.pop(member, None)
    return {**entry, member: text} if text else entry
