"""The rules between the fields of opening hours, breaks and overrides."""

import re
from collections.abc import Iterator
from typing import Any

from openslot.account_file.faults import pointer_of
from openslot.account_file.field_types import BEGIN_TIME, END_TIME, ISO_DATE
from openslot.account_file.tolerant import mappings
from openslot.kernel.errors import Fault

Path = tuple[str | int, ...]


def broken_rules(document: dict[str, Any]) -> Iterator[Fault]:
    """Every fault between the fields of a period or an override, anywhere in a document."""
    for field in ("branches", "services", "resources"):
        for position, entry in mappings(document, field):
            above: Path = (field, position)
            yield from _periods(entry, above, "openingHours", "opens", "closes")
            yield from _periods(entry, above, "breaks", "starts", "ends")
            if field == "branches":
                yield from _overrides(entry, above)


def _periods(
    parent: dict[str, Any], above: Path, field: str, begin: str, end: str
) -> Iterator[Fault]:
    for position, period in mappings(parent, field):
        path = (*above, field, position)
        begins, ends = period.get(begin), period.get(end)
        if (
            _is(BEGIN_TIME, begins)
            and _is(END_TIME, ends)
            and str(ends) <= str(begins)
            and period.get("closesNextDay") is not True
        ):
            yield Fault(
                pointer_of((*path, end)),
                "ends_before_it_begins",
                f"`{end}` {ends} must be later than `{begin}` {begins}; for a period past "
                "midnight write `closesNextDay: true` as well",
            )
        first, last = period.get("validFrom"), period.get("validTo")
        if _is(ISO_DATE, first) and _is(ISO_DATE, last) and str(last) < str(first):
            yield Fault(
                pointer_of((*path, "validTo")),
                "ends_before_it_begins",
                f"`validTo` {last} must be `validFrom` {first} or later",
            )


def _overrides(branch: dict[str, Any], above: Path) -> Iterator[Fault]:
    dates = set()
    for position, override in mappings(branch, "overrides"):
        path = (*above, "overrides", position)
        date = override.get("date")
        if isinstance(date, str) and date in dates:
            yield Fault(
                pointer_of((*path, "date")),
                "duplicate",
                f"{date} has an override already; put all its hours in one",
            )
        if isinstance(date, str):
            dates.add(date)
        closed = override.get("closed") is True
        if closed and (override.get("hours") or override.get("breaks")):
            yield Fault(
                pointer_of((*path, "closed")),
                "closed_with_hours",
                "is closed and has hours or breaks; remove `closed`, or remove them",
            )
        if not closed and override.get("hours") is None:
            yield Fault(
                pointer_of(path), "required", "`hours` is missing; list them, or say `closed: true`"
            )
        yield from _periods(override, path, "hours", "opens", "closes")
        yield from _periods(override, path, "breaks", "starts", "ends")


def _is(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.match(pattern, value) is not None
