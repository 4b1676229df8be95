"""The columns that rows of reservations and appointments share."""

import json
from collections.abc import Sequence
from typing import Any

from openslot.scheduling.model.placement import Placement
from openslot.storage.json_text import json_text

NAMES = (
    "branch_id", "start_minute", "end_minute", "before_minutes", "after_minutes",
    "places", "party", "service_ids", "resource_ids",
)  # fmt: skip
COLUMNS = ", ".join(NAMES)
PARAMETERS = ", ".join(f":{name}" for name in NAMES)
ASSIGNMENTS = ", ".join(f"{name} = :{name}" for name in NAMES)


def placement_of(row: Sequence[Any]) -> Placement:
    """The placement of a row's columns, in the order of `COLUMNS`."""
    fields = [*row[:7], tuple(json.loads(row[7])), tuple(json.loads(row[8]))]
    return Placement(*fields)


def parameters_of(placement: Placement) -> dict[str, Any]:
    """The statement parameters of a placement."""
    return {
        "branch_id": placement.branch_id,
        "start_minute": placement.start,
        "end_minute": placement.end,
        "before_minutes": placement.before_minutes,
        "after_minutes": placement.after_minutes,
        "places": placement.places,
        "party": placement.party,
        "service_ids": json_text(placement.service_ids),
        "resource_ids": json_text(placement.resource_ids),
    }
