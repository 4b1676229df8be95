"""What the forms let people choose from: other things of the catalogue, zones, holidays."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from openslot.account_file.entries import entry_of
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import (
    BRANCH,
    RESOURCE,
    SERVICE,
    SERVICE_GROUP,
    CatalogueItem,
)
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console_request import ConsoleRequest

Choices = Sequence[tuple[str, str]]  # value and name


def read_choices(tx: AccountTx, request: ConsoleRequest) -> Mapping[str, Any]:
    """For each field the values that it may have, with their names."""
    items = all_items(tx)
    entries = {
        kind: [entry_of(item) for item in items if item.kind == kind]
        for kind in (BRANCH, SERVICE_GROUP, SERVICE, RESOURCE)
    }
    return {
        "branches": _named(request, entries[BRANCH]),
        "groups": _named(request, entries[SERVICE_GROUP]),
        "services": _named(request, entries[SERVICE]),
        "types": sorted({entry["type"] for entry in entries[RESOURCE]}),
        "needed_types": sorted({one for e in entries[SERVICE] for one in e["resourceTypes"]}),
        "used_zones": [entry["timeZone"] for entry in entries[BRANCH]],
        "zones": _zones(),
    }


def names_of(request: ConsoleRequest, items: Sequence[CatalogueItem]) -> Mapping[str, str]:
    """What things are called, by key; a combination by its key."""
    return {
        item.key: request.text(entry_of(item)["name"]) for item in items if "name" in entry_of(item)
    }


def _named(request: ConsoleRequest, entries: Sequence[Mapping[str, Any]]) -> Choices:
    """The active ones, by name."""
    named = [(e["key"], request.text(e["name"])) for e in entries if e.get("active", True)]
    return sorted(named, key=lambda one: one[1].casefold())


@cache
def _zones() -> Sequence[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone)
