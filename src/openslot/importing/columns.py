"""The columns of the tables that make an account file: which field each fills, of which type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openslot.importing import cells
from openslot.importing.tables import Row

Path = tuple[str, ...]
NAME_IN = "name:"  # followed by a locale


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """The field of an entry that a column fills."""

    path: Path
    read: Callable[[str], Any] = cells.text


def _same(read: Callable[[str], Any], *names: str) -> dict[str, FieldColumn]:
    return {name: FieldColumn((name,), read) for name in names}


_NAMED = _same(cells.text, "key", "name")
_SHOWN = {**_same(cells.truth, "active"), **_same(cells.whole, "sortOrder")}

BRANCHES: Mapping[str, FieldColumn] = {
    **_NAMED,
    **_same(cells.text, "timeZone"),
    "street": FieldColumn(("address", "streetName")),
    "zipCode": FieldColumn(("address", "zipCode")),
    "city": FieldColumn(("address", "city")),
    "country": FieldColumn(("address", "country")),
    "latitude": FieldColumn(("location", "latitude"), cells.decimal),
    "longitude": FieldColumn(("location", "longitude"), cells.decimal),
    **_same(cells.text, "phone", "email", "holidayCalendar"),
    **_SHOWN,
}
SERVICES: Mapping[str, FieldColumn] = {
    **_NAMED,
    **_same(cells.text, "group"),
    **_same(
        cells.whole,
        *("durationMinutes", "slotStepMinutes", "bufferBeforeMinutes", "bufferAfterMinutes"),
        *("minimumNoticeMinutes", "horizonDays", "maxNumberOfReservations"),
        "additionalCustomerMinutes",
    ),
    **_same(cells.text, "partyMode"),
    **_same(cells.whole, "rescheduleCutoffMinutes", "cancelCutoffMinutes"),
    **_same(cells.truth, "dateOfBirthRequired"),
    **_same(cells.text, "whatToBring", "custom"),
    **_same(cells.listed, "resourceTypes", "branches"),
    **_SHOWN,
}
RESOURCES: Mapping[str, FieldColumn] = {
    **_NAMED,
    **_same(cells.text, "branch", "type"),
    **_same(cells.whole, "capacity"),
    **_same(cells.listed, "services"),
    **_SHOWN,
}
PERIODS: Mapping[str, FieldColumn] = {
    **_same(cells.text, "day"),
    **_same(cells.clock, "opens", "closes"),
    **_same(cells.truth, "closesNextDay"),
    **_same(cells.text, "validFrom", "validTo"),
}


def entry_of(row: Row, columns: Mapping[str, FieldColumn]) -> dict[str, Any]:
    """A row's filled cells as an entry of an account file; `name:nl_NL` is its name in a locale."""
    entry: dict[str, Any] = {}
    for name, cell in row.cells.items():
        if name.startswith(NAME_IN):
            entry.setdefault("name", {})[name.removeprefix(NAME_IN)] = cell
        elif name in columns:
            *above, field = columns[name].path
            inner = entry
            for part in above:
                inner = inner.setdefault(part, {})
            inner[field] = columns[name].read(cell)
    return entry


def column_at(pointer: str, columns: Mapping[str, FieldColumn]) -> str | None:
    """The column that filled what a pointer into an entry names, or None for the whole row."""
    path = tuple(pointer.split("/")[1:])
    if path[:1] == ("name",) and len(path) > 1:
        return NAME_IN + path[1]
    for name, column in columns.items():
        if path[: len(column.path)] == column.path:
            return name
    return None
