"""The opening hours of a week as a form: a row for each day, and more of them on request. Pure.

Hours that are valid for a time, or end on the next day, have no field here; they stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.scheduling.model.opening_hours import WEEKDAYS
from openslot.web.page_kit.field_pairs import FieldPairs

ROWS = "periods"  # the hidden field that says how many rows there are
ADD = "add-period"  # the button
USUAL = "usual-hours"  # the button that fills in a usual week
_USUAL_DAYS, _USUAL_HOURS = WEEKDAYS[:5], {"opens": "09:00", "closes": "17:00"}
_MOST_ROWS = 10
_OWN = ("validFrom", "validTo", "closesNextDay")


def rows_of(entry: Mapping[str, Any], form: FieldPairs | None) -> int:
    """How many rows the form shows for each day."""
    if form is not None:
        typed = form.one(ROWS)
        rows = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 1
        return min(max(rows + form.has(ADD), 1), _MOST_ROWS)
    counts = [
        len(_of_day(entry, member, day))
        for member in ("openingHours", "breaks")
        for day in WEEKDAYS
    ]
    return max(1, *counts)


def with_usual(form: FieldPairs) -> FieldPairs:
    """The form with a usual week, if that button was pressed: Monday to Friday, 09:00 to 17:00."""
    if not form.has(USUAL):
        return form
    usual = {field_name(d, edge, 1): at for d in _USUAL_DAYS for edge, at in _USUAL_HOURS.items()}
    return FieldPairs([(name, usual.get(name, value)) for name, value in form.pairs])


def field_name(day: str, edge: str, row: int) -> str:
    """`monday-opens`, and `monday-opens-2` in the second row."""
    return f"{day}-{edge}" if row == 1 else f"{day}-{edge}-{row}"


def stored_hours(entry: Mapping[str, Any]) -> dict[str, str]:
    """The values of the fields."""
    values = {ROWS: str(rows_of(entry, None))}
    for member, edges in (("openingHours", ("opens", "closes")), ("breaks", ("starts", "ends"))):
        for day in WEEKDAYS:
            for row, period in enumerate(_of_day(entry, member, day), 1):
                for edge, shown in zip(edges, _EDGES[member], strict=True):
                    values[field_name(day, shown, row)] = period[edge]
    return values


def with_hours(entry: dict[str, Any], form: FieldPairs) -> dict[str, Any]:
    """The entry with the hours and breaks that were typed, and those that have no field."""
    changed = dict(entry)
    for member, edges in (("openingHours", ("opens", "closes")), ("breaks", ("starts", "ends"))):
        periods: list[dict[str, Any]] = []
        for day in WEEKDAYS:
            for row in range(1, _MOST_ROWS + 1):
                begins, ends = (
                    form.one(field_name(day, shown, row)).strip() for shown in _EDGES[member]
                )
                if begins or ends:
                    periods.append({"day": day, edges[0]: begins, edges[1]: ends})
        others = [period for period in entry.get(member, ()) if _has_no_field(period)]
        changed[member] = [*periods, *others]
    return changed


def hour_fields(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pointers to the hours of an entry as `with_hours` made it, and the field of each."""
    found = []
    for member, (first, last) in _EDGES.items():
        rows: dict[str, int] = {}
        edges = ("opens", "closes") if member == "openingHours" else ("starts", "ends")
        for place, period in enumerate(entry.get(member, ())):
            if _has_no_field(period):
                continue
            row = rows[period["day"]] = rows.get(period["day"], 0) + 1
            begin, end = (field_name(period["day"], edge, row) for edge in (first, last))
            found.append((f"/{member}/{place}/{edges[0]}", begin))
            found.append((f"/{member}/{place}", end))
    return found


def other_hours(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The hours and breaks that have no field."""
    return [
        period
        for member in ("openingHours", "breaks")
        for period in entry.get(member, ())
        if _has_no_field(period)
    ]


_EDGES = {"openingHours": ("opens", "closes"), "breaks": ("break-from", "break-until")}


def _of_day(entry: Mapping[str, Any], member: str, day: str) -> list[Mapping[str, Any]]:
    return [p for p in entry.get(member, ()) if p["day"] == day and not _has_no_field(p)]


def _has_no_field(period: Mapping[str, Any]) -> bool:
    return any(period.get(name) for name in _OWN)
