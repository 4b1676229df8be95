"""The zones that a file may name: IANA names in any case, and Microsoft's names. Pure."""

import re
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from openslot.scheduling.model.zones import zone_named, zone_names

_OFFSET = re.compile(r"^\((?:UTC|GMT)[^)]*\)\s*")  # as in "(UTC+01:00) Amsterdam, Berlin"


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of a TZID, with zone data of the product's own; None: nobody knows the name."""
    name = " ".join(name.replace("\\", "").split())
    exact = zone_named(name) or _zone_in_any_case(name)
    if exact is not None:
        return exact
    microsoft = _microsoft_zones()
    shown = _OFFSET.sub("", name)
    iana = microsoft.get(name.casefold()) or microsoft.get(shown.casefold())
    if iana is not None:
        return zone_named(iana)
    # Some programs put an address before it: /mozilla.org/20050126_1/Europe/Berlin.
    parts = name.split("/")
    if name.startswith("/") and len(parts) <= 10:
        ends = ("/".join(parts[start:]) for start in range(2, len(parts)))
        return next((zone for end in ends if (zone := _zone_in_any_case(end))), None)
    return None


def _zone_in_any_case(name: str) -> ZoneInfo | None:
    exact = _names_by_folded().get(name.casefold())
    return zone_named(exact) if exact else None


@cache
def _names_by_folded() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


@cache
def _microsoft_zones() -> dict[str, str]:
    """Microsoft's names in lower case, and the IANA names that they mean."""
    table = resources.files("openslot.calendars.format") / "microsoft_zones.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name.casefold(): iana for name, iana in pairs}
