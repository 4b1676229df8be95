"""The form of a branch."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.web.console.catalogue.forms.entry_form import (
    Entry,
    Stored,
    with_text,
)
from openslot.web.console.catalogue.forms.week_hours import stored_hours, with_hours
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text

_ADDRESS = {
    "street": "streetName",
    "postalCode": "zipCode",
    "city": "city",
    "country": "country",
}
_TEXTS = {"timeZone": "timeZone", "holidays": "holidayCalendar", "phone": "phone", "email": "email"}


class BranchForm:
    """A place with its hours."""

    fields: Mapping[str, str] = {
        "/name": "name",
        "/key": "key",
        **{f"/address/{member}": name for name, member in _ADDRESS.items()},
        **{f"/{member}": name for name, member in _TEXTS.items()},
    }

    def stored(self, entry: Entry, locales: Sequence[str]) -> Stored:
        """The values of the fields."""
        address = entry.get("address") or {}
        return {
            **text_values("name", entry.get("name", ""), locales),
            **{name: address.get(member) or "" for name, member in _ADDRESS.items()},
            **{name: entry.get(member) or "" for name, member in _TEXTS.items()},
            **stored_hours(entry),
        }

    def changed(self, entry: Entry, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says."""
        address = dict(entry.get("address") or {})
        for name, member in _ADDRESS.items():
            address = with_text(address, member, _typed(form, name))
        changed = {**entry, "name": typed_text("name", form, locales), "address": address}
        if not address:
            del changed["address"]
        for name, member in _TEXTS.items():
            changed = with_text(changed, member, _typed(form, name))
        return with_hours(changed, form)


def _typed(form: FieldPairs, name: str) -> str:
    text = form.one(name).strip()
    return text.upper() if name in ("country", "holidays") else text
