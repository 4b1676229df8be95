"""What the form of something new begins with, so that little is left to type. Pure."""

from collections.abc import Mapping
from typing import Any

from openslot.scheduling.model.catalogue_item import BRANCH, RESOURCE, SERVICE

_DEFAULT_TYPE = "desk"


def new_entry(kind: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The entry that is shown: what there is only one of is chosen already."""
    if kind == BRANCH:
        return {"timeZone": choices["used_zones"][0]} if choices["used_zones"] else {}
    if kind == SERVICE:
        types = choices["types"] or choices["needed_types"] or [_DEFAULT_TYPE]
        return {
            "branches": _only(choices["branches"]),
            "resourceTypes": types if len(types) == 1 else [],
        }
    if kind == RESOURCE:
        types = choices["types"] or choices["needed_types"]
        return {
            "services": _only(choices["services"]),
            "type": types[0] if len(types) == 1 else "",
        }
    return {}


def _only(named: Any) -> list[str]:
    """The one that there is; none where there are several."""
    return [key for key, _ in named] if len(named) == 1 else []
