"""A calendar's events as blocks of one resource.

A block's id is made of the account, the resource and the event, so that another import of the
same calendar finds it: what has not changed stays, what has moved is moved, what is gone goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openslot.calendars.calendar_files import CalendarFile
from openslot.calendars.occurrences import ImportWindow
from openslot.importing.block_changes import (
    BlockChanges,
    BlockTarget,
    UnwantedBlock,
    WantedBlock,
    block_changes,
)
from openslot.importing.one_by_one import listed
from openslot.importing.report import (
    CHANGED,
    CREATED,
    REMOVED,
    UNCHANGED,
    ImportedRecord,
    ImportOutcome,
    ImportReport,
)
from openslot.kernel.actor import operator_of
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking import imported_blocks
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.zones import day_bounds, days_later, local_date
from openslot.storage.dry_run import rolled_back
from openslot.storage.transactions import AccountTx, Database

DAYS_AHEAD = 365
MOST_DAYS_AHEAD = 730
_MOST_CALENDAR_NAME = 255
_AT_A_TIME = 20  # blocks in one transaction: a server that runs meanwhile waits for no more
_GONE = "an event that an earlier import of this calendar had is gone from the file; its blocks "


@dataclass(frozen=True, slots=True)
class BlockImport:
    """Which calendar is imported for which resource, and how."""

    resource_key: str
    content: bytes
    file: str  # its name, as reports say it
    calendar: str | None = None  # what the calendar is called; the file's name if not given
    until: date | None = None  # the last day; a year ahead if not given
    with_reasons: bool = False  # an event's title may be about somebody's health
    remove_missing: bool = False
    dry_run: bool = False


async def import_blocks(database: Database, account_id: str, wish: BlockImport) -> ImportReport:
    """Blocks a resource where a calendar's events take time, from now to `until` (inclusive).

    Blocks that an earlier import made of events of this file, and that the file does not give any
    more, are removed; of events that are gone from the file only if `remove_missing` is set.
    Appointments in that time stay and are marked as stranded; remarks name them.

    Raises:
        NotFound: the account has no such resource.
        Invalid: `until` is past or too far ahead, or the calendar's name is no name.
        UnreadableCalendar: it is no iCalendar file.
    """
    target = await database.read(account_id, _target, wish)
    calendar = CalendarFile(wish.content, wish.file, target.window)
    there = await database.read(account_id, imported_blocks.of_resource, target.resource_id)
    changes = block_changes(target, calendar.found.found, calendar.uid_lines, there)
    found = calendar.found
    report = ImportReport(not_taken=list(found.not_taken), remarks=list(found.remarks))
    report.taken += [
        ImportedRecord(wish.file, one.line, one.block_id, UNCHANGED) for one in changes.unchanged
    ]
    _tell_missing(report, changes, calendar, wish)
    # Time is taken before other time is given back, so that an import that ends in the middle
    # leaves nothing free that the calendar takes.
    todo: list[WantedBlock | UnwantedBlock] = [*changes.wanted, *changes.unwanted]
    for first in range(0, len(todo), _AT_A_TIME):
        some = todo[first : first + _AT_A_TIME]
        if wish.dry_run:
            report.add(await rolled_back(database.write, account_id, _apply, target, wish, some))
        else:
            report.add(await database.write(account_id, _apply, target, wish, some))
    report.sort()
    return report


def _target(tx: AccountTx, wish: BlockImport) -> BlockTarget:
    of_account = current_catalogue(tx)
    found = (r for r in of_account.resources.values() if r.key == wish.resource_key)
    resource = next(found, None)
    if resource is None:
        raise NotFound(f"The account has no resource with the key {wish.resource_key!r}")
    zone = of_account.branches_by_key[resource.branch_key].zone
    now = tx.now // MINUTE_MS
    last_day = wish.until or local_date(days_later(now, DAYS_AHEAD, zone), zone)
    if not 0 <= (last_day - local_date(now, zone)).days <= MOST_DAYS_AHEAD:
        says = f"must be a date from today on, at most {MOST_DAYS_AHEAD} days ahead"
        raise Invalid(Fault("until", "out_of_range", f"`--until` {says}"))
    calendar = wish.file if wish.calendar is None else wish.calendar.strip()
    if not 0 < len(calendar) <= _MOST_CALENDAR_NAME or not calendar.isprintable():
        says = f"must be a name of 1 to {_MOST_CALENDAR_NAME} characters"
        raise Invalid(Fault("calendar", "invalid_value", f"`--calendar` {says}"))
    today = day_bounds(local_date(now, zone), zone)[0]
    window = ImportWindow(today, now, day_bounds(last_day, zone)[1], zone)
    return BlockTarget(
        tx.account.id, resource.id, window, calendar, tx.now, with_reasons=wish.with_reasons
    )


def _tell_missing(
    report: ImportReport, changes: BlockChanges, calendar: CalendarFile, wish: BlockImport
) -> None:
    """Names the blocks of events that are gone from the file, or has them removed."""
    if wish.remove_missing and calendar.is_whole:
        ids = (block_id for of_event in changes.missing for block_id in of_event)
        changes.unwanted += [UnwantedBlock(block_id, calendar.first_line) for block_id in ids]
        return
    why = "were left, since the file is not complete" if wish.remove_missing else "are still there"
    for of_event in changes.missing:
        says = f"{_GONE}{why}: {', '.join(of_event)}"
        if not wish.remove_missing:
            says += "; `--remove-missing` removes them"
        report.remarks.append(Remark(wish.file, calendar.first_line, None, says))


def _apply(
    tx: AccountTx,
    target: BlockTarget,
    wish: BlockImport,
    some: Sequence[WantedBlock | UnwantedBlock],
) -> list[ImportOutcome]:
    outcomes = (
        _put(tx, target, wish.file, one)
        if isinstance(one, WantedBlock)
        else _remove(tx, target, wish.file, one)
        for one in some
    )
    return [outcome for outcome in outcomes if outcome is not None]


def _put(tx: AccountTx, target: BlockTarget, file: str, wanted: WantedBlock) -> ImportOutcome:
    before, in_the_way = imported_blocks.put(
        tx,
        operator_of(tx.account.id),
        target.resource_id,
        wanted.block_id,
        (wanted.start, wanted.end),
        wanted.reason,
        wanted.origin,
    )
    content = (wanted.start, wanted.end, wanted.reason)
    change = CREATED
    if before is not None:
        same = (before.start, before.end, before.reason) == content
        change = UNCHANGED if same else CHANGED
    remarks = []
    if in_the_way:
        says = f"appointments or reservations are in this time, and stay: {listed(in_the_way)}"
        remarks.append(Remark(file, wanted.line, None, says))
    return ImportOutcome(ImportedRecord(file, wanted.line, wanted.block_id, change), remarks)


def _remove(
    tx: AccountTx, target: BlockTarget, file: str, unwanted: UnwantedBlock
) -> ImportOutcome | None:
    actor = operator_of(tx.account.id)
    if not imported_blocks.remove(tx, actor, target.resource_id, unwanted.block_id):
        return None
    return ImportOutcome(ImportedRecord(file, unwanted.line, unwanted.block_id, REMOVED))
