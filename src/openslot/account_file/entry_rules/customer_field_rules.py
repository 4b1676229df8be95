"""The rules for what a service needs to know of its customers."""

from collections.abc import Iterator
from typing import Any

from openslot.account_file.faults import pointer_of
from openslot.kernel.errors import Fault

Path = tuple[str | int, ...]


def broken_rules(service: dict[str, Any], above: Path = ()) -> Iterator[Fault]:
    """Where a service says two things of the date of birth; `above` is its place."""
    fields = service.get("customerFields")
    said = fields.get("dateOfBirth") if isinstance(fields, dict) else None
    earlier = service.get("dateOfBirthRequired")
    if said is None or not isinstance(earlier, bool):
        return
    if earlier != (said == "required"):
        yield Fault(
            pointer_of((*above, "customerFields", "dateOfBirth")),
            "invalid_value",
            f"differs from dateOfBirthRequired: {str(earlier).lower()}; remove one of them",
        )
