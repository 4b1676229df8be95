"""The form of a resource."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.web.console.catalogue.forms.entry_form import (
    Entry,
    Stored,
    stored_numbers,
    with_numbers,
)
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text

_NUMBERS = {"capacity": "capacity"}


class ResourceForm:
    """Who or what serves."""

    fields: Mapping[str, str] = {
        f"/{name}": name for name in ("name", "key", "branch", "type", "capacity", "services")
    }

    def stored(self, entry: Entry, locales: Sequence[str]) -> Stored:
        """The values of the fields."""
        return {
            **text_values("name", entry.get("name", ""), locales),
            **stored_numbers(entry, _NUMBERS),
            "branch": entry.get("branch", ""),
            "type": entry.get("type", ""),
            "services": list(entry.get("services", ())),
        }

    def changed(self, entry: Entry, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says."""
        changed = {
            **entry,
            "name": typed_text("name", form, locales),
            "branch": form.one("branch"),
            "type": form.one("type").strip(),
            "services": form.all("services"),
        }
        return with_numbers(changed, form, _NUMBERS)
