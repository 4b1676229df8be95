"""The form of a service group."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.web.console.catalogue.forms.entry_form import (
    Entry,
    Stored,
)
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text


class GroupForm:
    """A heading for services."""

    fields: Mapping[str, str] = {"/name": "name", "/key": "key"}

    def stored(self, entry: Entry, locales: Sequence[str]) -> Stored:
        """The values of the fields."""
        return text_values("name", entry.get("name", ""), locales)

    def changed(self, entry: Entry, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says."""
        return {**entry, "name": typed_text("name", form, locales)}
