"""The form of services that are booked together at a branch.

What it combines is what it is: it can be made and taken away, not changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.web.console.catalogue.forms.entry_form import Entry, Stored
from openslot.web.page_kit.field_pairs import FieldPairs


class CombinationForm:
    """Services that a branch lets people book in one appointment."""

    fields: Mapping[str, str] = {"/branch": "branch", "/services": "services"}

    def stored(self, entry: Entry, _: Sequence[str]) -> Stored:
        """The values of the fields."""
        return {"branch": entry.get("branch", ""), "services": list(entry.get("services", ()))}

    def changed(self, entry: Entry, form: FieldPairs, _: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says; one that is there already stays what it is."""
        if entry.get("branch"):
            return dict(entry)
        return {**entry, "branch": form.one("branch"), "services": form.all("services")}
