"""Occurrences of a calendar as blocks of one resource.

A block's id is made of the account, the resource and the event, so that another import of the
same calendar finds it: what has not changed stays, what has moved is moved.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from openslot.calendars.calendar_files import series_of
from openslot.calendars.occurrences import ImportWindow, Occurrence, Occurrences
from openslot.importing.one_by_one import import_each, listed
from openslot.importing.report import (
    CHANGED,
    CREATED,
    UNCHANGED,
    ImportedRecord,
    ImportOutcome,
    ImportReport,
)
from openslot.kernel.actor import operator_of
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.ids import named_id
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.zones import day_bounds, days_later, local_date
from openslot.storage.transactions import AccountTx, Database

DAYS_AHEAD = 365
MOST_DAYS_AHEAD = 730


@dataclass(frozen=True, slots=True)
class _Target:
    """The resource that is blocked, and the time in which it is."""

    resource_id: str
    window: ImportWindow


@dataclass(frozen=True, slots=True)
class _WantedBlock:
    """One block to be made, of which occurrence in which file."""

    file: str
    resource_id: str
    occurrence: Occurrence
    with_reason: bool

    @property
    def content(self) -> tuple[Minute, Minute, str | None]:
        """Its start, end and reason."""
        occurrence = self.occurrence
        reason = occurrence.summary if self.with_reason else None
        return occurrence.start, occurrence.end, reason

    def remark(self, column: str | None, says: str) -> Remark:
        """Something about its event."""
        return Remark(self.file, self.occurrence.line, column, says)


async def import_blocks(
    database: Database,
    account_id: str,
    resource_key: str,
    content: bytes,
    file: str,
    *,
    until: date | None = None,
    with_reasons: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Blocks a resource where a calendar's events take time, from now to `until` (inclusive).

    Appointments in that time stay and are marked as stranded; remarks name them. An event's
    summary becomes the block's reason only `with_reasons`: it may be about somebody's health.

    Raises:
        NotFound: the account has no such resource.
        Invalid: `until` is past or too far ahead.
        UnreadableCalendar: it is no iCalendar file.
    """
    target = await database.read(account_id, _target, resource_key, until)
    series, not_taken = series_of(content, file)
    events = Occurrences(file, target.window)
    for one in series:
        events.add(one)
    left = await database.read(account_id, _left, file, target.resource_id, events.free)
    report = ImportReport(not_taken=[*not_taken, *events.not_taken, *left], remarks=events.remarks)
    wanted = [
        _WantedBlock(file, target.resource_id, occurrence, with_reasons)
        for occurrence in sorted(events.found, key=lambda found: (found.start, found.line))
    ]
    report.add(await import_each(database, account_id, _import, wanted, dry_run=dry_run))
    return report


def _target(tx: AccountTx, resource_key: str, until: date | None) -> _Target:
    of_account = current_catalogue(tx)
    resource = next((r for r in of_account.resources.values() if r.key == resource_key), None)
    if resource is None:
        raise NotFound(f"The account has no resource with the key {resource_key!r}")
    zone = of_account.branches_by_key[resource.branch_key].zone
    now = tx.now // MINUTE_MS
    last_day = until or local_date(days_later(now, DAYS_AHEAD, zone), zone)
    if not 0 <= (last_day - local_date(now, zone)).days <= MOST_DAYS_AHEAD:
        says = f"must be a date from today on, at most {MOST_DAYS_AHEAD} days ahead"
        raise Invalid(Fault("until", "out_of_range", f"`--until` {says}"))
    return _Target(resource.id, ImportWindow(now, day_bounds(last_day, zone)[1], zone))


def _left(
    tx: AccountTx, file: str, resource_id: str, free: Sequence[tuple[int, str]]
) -> list[Remark]:
    """The blocks that an earlier import made of events that take no time any more."""
    says = "was imported before; its block {} is still there, delete it if the time is free"
    ids = [(line, _block_id(tx, resource_id, name)) for line, name in free]
    return [
        Remark(file, line, None, says.format(block_id))
        for line, block_id in ids
        if _earlier(tx, resource_id, block_id) is not None
    ]


def _block_id(tx: AccountTx, resource_id: str, name: str) -> str:
    return named_id(named_id(tx.account.id, f"imported blocks of {resource_id}"), name)


def _earlier(tx: AccountTx, resource_id: str, block_id: str) -> Block | None:
    """The block that an earlier import made, if it is still there."""
    with suppress(NotFound):
        return blocks.get(tx, resource_id, block_id)
    return None


def _import(tx: AccountTx, wanted: _WantedBlock) -> ImportOutcome:
    block_id = _block_id(tx, wanted.resource_id, wanted.occurrence.name)
    try:
        change, in_the_way = _block(tx, wanted, block_id)
    except Invalid as refusal:
        return ImportOutcome(None, [wanted.remark("DTEND", f.detail) for f in refusal.faults])
    remarks = []
    if in_the_way:
        says = f"appointments or reservations are in this time, and stay: {listed(in_the_way)}"
        remarks.append(wanted.remark(None, says))
    record = ImportedRecord(wanted.file, wanted.occurrence.line, block_id, change)
    return ImportOutcome(record, remarks)


def _block(tx: AccountTx, wanted: _WantedBlock, block_id: str) -> tuple[str, Sequence[str]]:
    """Makes or changes the block; returns which of them, and the ids of bookings in its time."""
    operator, resource_id, content = operator_of(tx.account.id), wanted.resource_id, wanted.content
    earlier = _earlier(tx, resource_id, block_id)
    if earlier is None:
        _, in_the_way = blocks.block(
            tx, operator, resource_id, *content, NO_KEY, force=True, block_id=block_id
        )
        return CREATED, in_the_way
    if (earlier.start, earlier.end, earlier.reason) == content:
        return UNCHANGED, ()
    _, in_the_way = blocks.change(tx, operator, earlier, *content, force=True)
    return CHANGED, in_the_way
