"""A folder of tables as an account file: branches, their hours, services and resources.

Every row is checked by the account file's own rules. One that breaks a rule is left out, and then
whatever only it made possible, until the rest is an account file without a fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openslot.account_file import hours, rules
from openslot.account_file.checking import InvalidAccountFile, check, validated
from openslot.account_file.document import AccountDocument
from openslot.account_file.entries import MODELS
from openslot.account_file.entry_rules import hours_rules
from openslot.account_file.field_types import LOCALE
from openslot.importing import columns, tables
from openslot.importing.columns import NAME_IN, FieldColumn, column_at, entry_of
from openslot.importing.report import ImportedRecord, ImportReport
from openslot.importing.tables import Row, UnreadableTable
from openslot.kernel.errors import Fault
from openslot.kernel.remarks import Remark

HOURS_FILE = "opening_hours.csv"
_MOST_PERIODS = 200  # of a branch, service or resource in an account file
_KINDS = {  # of each list of an account file: the kind of its entries, columns and required ones
    "branches": ("branch", columns.BRANCHES, ("key", "timeZone")),
    "services": ("service", columns.SERVICES, ("key", "durationMinutes", "resourceTypes")),
    "resources": ("resource", columns.RESOURCES, ("key", "branch", "type")),
}
_OWNERS = {"branch": "branches", "service": "services", "resource": "resources"}

Entries = list[tuple[Row, dict[str, Any]]]  # rows as entries of an account file
Found = dict[str, Entries]  # by the list of the account file that they belong to


@dataclass
class _Rows:
    """What was read of one table: its rows as entries, and the locales that its names are in."""

    entries: Entries = field(default_factory=list)
    locales: list[str] = field(default_factory=list)


def own_fields(account: str, name: str, locales: Sequence[str] = ()) -> dict[str, Any]:
    """What an account file says of the account itself; locales, if given, the default first.

    Raises:
        InvalidAccountFile: one of them cannot be.
    """
    own: dict[str, Any] = {"account": account, "name": name}
    if locales:
        own["locales"] = list(dict.fromkeys(locales))
    _, faults = validated(AccountDocument, own)
    if faults:
        raise InvalidAccountFile(*faults)
    return own


def account_of(folder: Path, own: Mapping[str, Any]) -> tuple[dict[str, Any] | None, ImportReport]:
    """The account file that a folder's tables make, as plain data, and what became of each row.

    `own` is of `own_fields`; without locales those of the tables are the account's. None where
    no branch could be taken: an account file without one is of no use.

    Raises:
        InvalidAccountFile: there are more rows than an account may have.
        OSError: a file is there and cannot be read.
    """
    report = ImportReport()
    read = {kind: _read(folder / f"{kind}.csv", kind, report) for kind in _KINDS}
    named = [locale for rows in read.values() for locale in rows.locales]
    if named:
        own = {**own, "locales": own.get("locales") or list(dict.fromkeys(named))}
    found: Found = {}
    for kind, rows in read.items():  # each depends on those before it alone
        found[kind] = rows.entries
        _FILLED.get(kind, lambda _: None)(found)
        _leave_out_faulty(own, found, report)
    with_hours = _add_hours(folder / HOURS_FILE, found, report)
    if not found["branches"]:
        says = "no branch could be taken, so there is no account file"
        report.not_taken.append(Remark("branches.csv", 1, None, says))
    report.not_taken.sort(key=lambda remark: (remark.file, remark.line))
    if not found["branches"]:
        return None, report
    for entries in found.values():
        report.taken += [ImportedRecord(row.file, row.line) for row, _ in entries]
    report.taken += [ImportedRecord(row.file, row.line) for row in with_hours]
    document = _document(own, found)
    check(document)
    return document, report


def _read(path: Path, kind: str, report: ImportReport) -> _Rows:
    _, known, required = _KINDS[kind]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        report.not_taken.append(Remark(path.name, 1, None, "there is no such file in the folder"))
        return _Rows()
    try:
        table = tables.read(content, path.name, tuple(known), required, {NAME_IN: LOCALE})
        in_locales = [c.removeprefix(NAME_IN) for c in table.columns if c.startswith(NAME_IN)]
        if ("name" in table.columns) == bool(in_locales):
            says = (
                f"has both `name` and `{NAME_IN}{in_locales[0]}`; say the language of every name"
                if in_locales
                else f"the column `name` is missing, or `{NAME_IN}en_US` and the like"
            )
            raise UnreadableTable(Remark(path.name, 1, None, says))
    except UnreadableTable as refusal:
        report.not_taken.append(refusal.remark)
        return _Rows()
    report.not_taken += [*table.unknown_columns, *table.faulty_rows]
    return _Rows([(row, entry_of(row, known)) for row in table.rows], in_locales)


def _fill_services(found: Found) -> None:
    """What may be left open: steps as long as the service takes, and every branch."""
    branch_keys = [entry["key"] for _, entry in found["branches"]]
    for _, service in found["services"]:
        duration = service.get("durationMinutes")
        service.setdefault("slotStepMinutes", duration if isinstance(duration, int) else 1)
        service.setdefault("branches", branch_keys)


def _fill_resources(found: Found) -> None:
    """What may be left open: every service of the branch that needs the resource's type."""
    for _, resource in found["resources"]:
        served = [
            service["key"]
            for _, service in found["services"]
            if resource.get("type") in service["resourceTypes"]
            and resource.get("branch") in service["branches"]
        ]
        resource.setdefault("services", served)


_FILLED = {"services": _fill_services, "resources": _fill_resources}


def _leave_out_faulty(own: Mapping[str, Any], found: Found, report: ImportReport) -> None:
    """Leaves out rows with faults, then those that named them, until there are none."""
    for kind, entries in found.items():
        sound = []
        for row, entry in entries:
            _, faults = validated(MODELS[_KINDS[kind][0]][1], entry)
            report.not_taken += _remarks(row, faults, _KINDS[kind][1])
            if not faults:
                sound.append((row, entry))
        found[kind] = sound
    while broken := list(rules.broken_rules(_document(own, found))):
        faulty: dict[tuple[str, int], list[Fault]] = {}
        for fault in broken:
            _, kind, position, *rest = fault.field.split("/")
            of_row = Fault("".join(f"/{part}" for part in rest), fault.code, fault.detail)
            faulty.setdefault((kind, int(position)), []).append(of_row)
        for (kind, place), faults in sorted(faulty.items(), reverse=True):
            row, _ = found[kind].pop(place)
            report.not_taken += _remarks(row, faults, _KINDS[kind][1])


def _remarks(
    row: Row, faults: Sequence[Fault], of_kind: Mapping[str, FieldColumn]
) -> Iterator[Remark]:
    return (row.remark(column_at(f.field, of_kind), f.detail) for f in faults)


def _add_hours(path: Path, found: Found, report: ImportReport) -> list[Row]:
    """Adds opening hours to what they are of; returns the rows that were taken."""
    if not path.exists():
        return []
    known = (*_OWNERS, *columns.PERIODS)
    try:
        table = tables.read(path.read_bytes(), path.name, known, ("day", "opens", "closes"))
    except UnreadableTable as refusal:
        report.not_taken.append(refusal.remark)
        return []
    report.not_taken += [*table.unknown_columns, *table.faulty_rows]
    taken = []
    for row in table.rows:
        owner, remarks = _owner(row, found)
        periods: list[dict[str, Any]] = []
        template = entry_of(row, columns.PERIODS)
        for day in _days(template):
            periods.append({**template, "day": day} if day else template)
        remarks += _faults_of(row, periods)
        if owner and len(owner.get("openingHours", ())) + len(periods) > _MOST_PERIODS:
            remarks.append(row.remark(None, f"is beyond the {_MOST_PERIODS} periods of one owner"))
        if owner is None or remarks:
            report.not_taken += remarks
            continue
        owner.setdefault("openingHours", []).extend(periods)
        taken.append(row)
    return taken


def _days(period: Mapping[str, Any]) -> list[str]:
    """The days of a row, which may name several; an empty text where it names none."""
    return [day.strip().lower() for day in str(period.get("day", "")).split("|")]


def _owner(row: Row, found: Found) -> tuple[dict[str, Any] | None, list[Remark]]:
    named = [column for column in _OWNERS if column in row.cells]
    if len(named) != 1:
        says = "say whose hours these are, in exactly one of `branch`, `service` and `resource`"
        return None, [row.remark(None, says)]
    [column] = named
    key = row.cells[column]
    for _, entry in found[_OWNERS[column]]:
        if entry["key"] == key:
            return entry, []
    return None, [row.remark(column, f'no {column} with the key "{key}" was taken')]


def _faults_of(row: Row, periods: Sequence[dict[str, Any]]) -> list[Remark]:
    faults: dict[tuple[str, str], Fault] = {}
    for period in periods:
        _, of_fields = validated(hours.OpeningHours, period)
        between = hours_rules.broken_rules({"branches": [{"openingHours": [period]}]})
        prefix = "/branches/0/openingHours/0"
        for fault in (*of_fields, *between):
            pointer = fault.field.removeprefix(prefix)
            faults[pointer, fault.detail] = Fault(pointer, fault.code, fault.detail)
    return list(_remarks(row, list(faults.values()), columns.PERIODS))


def _document(own: Mapping[str, Any], found: Found) -> dict[str, Any]:
    entries = {kind: [entry for _, entry in found.get(kind, ())] for kind in _KINDS}
    groups = dict.fromkeys(s["group"] for s in entries["services"] if "group" in s)
    document = {
        **own,
        "branches": entries["branches"],
        "serviceGroups": [{"key": key, "name": key} for key in groups],
        "services": entries["services"],
        "resources": entries["resources"],
    }
    return {name: value for name, value in document.items() if value != []}
