"""Occurrences of a calendar as blocks of one resource, one transaction each.

A block's id is made of the account, the resource and the event, so that another import of the
same calendar finds it: what has not changed stays, what has moved is moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openslot.calendars.calendar_files import series_of
from openslot.calendars.occurrences import Occurrence, Occurrences, Window
from openslot.importing.report import CHANGED, CREATED, UNCHANGED, Report, Taken
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.ids import derived_id
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.zones import day_bounds, days_later, local_date
from openslot.scheduling.store import blocks as store
from openslot.storage.transactions import AccountTx, Database

DAYS_AHEAD = 365
MOST_DAYS_AHEAD = 730
_LISTED = 5  # how many of those that stand in the time are named


@dataclass(frozen=True, slots=True)
class _Place:
    """The resource that is blocked, and the window in which it is."""

    resource_id: str
    window: Window


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one occurrence."""

    taken: Taken | None
    remarks: Sequence[Remark]


class _DryRun(Exception):
    """Takes the transaction back and carries out what it would have done."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__()
        self.outcome = outcome


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
) -> Report:
    """Blocks a resource where a calendar's events take time, from now to `until` (inclusive).

    Appointments that stand there are kept and marked as stranded; remarks name them. An event's
    summary becomes the block's reason only `with_reasons`: it may be about somebody's health.

    Raises:
        NotFound: the account has no such resource.
        Invalid: `until` is past or too far ahead.
        UnreadableCalendar: it is no iCalendar file.
    """
    place = await database.read(account_id, _place, resource_key, until)
    series, not_taken = series_of(content, file)
    events = Occurrences(file, place.window)
    for one in series:
        events.add(one)
    left = await database.read(account_id, _left, file, place.resource_id, events.free)
    report = Report(not_taken=[*not_taken, *events.not_taken, *left], remarks=events.remarks)
    for occurrence in sorted(events.found, key=lambda o: (o.start, o.line)):
        reason = occurrence.summary if with_reasons else None
        try:
            outcome = await database.write(
                account_id, _import, file, place.resource_id, occurrence, reason, dry_run=dry_run
            )
        except _DryRun as tried:
            outcome = tried.outcome
        if outcome.taken is None:
            report.not_taken += outcome.remarks
        else:
            report.taken.append(outcome.taken)
            report.remarks += outcome.remarks
    report.not_taken.sort(key=lambda remark: remark.line)
    return report


def _place(tx: AccountTx, resource_key: str, until: date | None) -> _Place:
    of_account = current_catalogue(tx)
    resource = next((r for r in of_account.resources.values() if r.key == resource_key), None)
    if resource is None:
        raise NotFound(f"The account has no resource with the key {resource_key!r}")
    zone = of_account.branches_by_key[resource.branch_key].zone
    now = tx.now // MINUTE_MS
    last_day = until or local_date(days_later(now, DAYS_AHEAD, zone), zone)
    if not 0 <= (last_day - local_date(now, zone)).days <= MOST_DAYS_AHEAD:
        says = f"has to be a date from today on, at most {MOST_DAYS_AHEAD} days ahead"
        raise Invalid(Fault("until", "out_of_range", f"`--until` {says}"))
    return _Place(resource.id, Window(now, day_bounds(last_day, zone)[1], zone))


def _left(
    tx: AccountTx, file: str, resource_id: str, free: Sequence[tuple[int, str]]
) -> list[Remark]:
    """The blocks that an earlier import made of events that take no time any more."""
    says = "was imported before; its block {} is still there, delete it if the time is free"
    ids = [(line, _block_id(tx, resource_id, name)) for line, name in free]
    return [
        Remark(file, line, None, says.format(block_id))
        for line, block_id in ids
        if store.by_id(tx, block_id) is not None
    ]


def _block_id(tx: AccountTx, resource_id: str, name: str) -> str:
    return derived_id(derived_id(tx.account.id, f"imported blocks of {resource_id}"), name)


def _import(
    tx: AccountTx,
    file: str,
    resource_id: str,
    occurrence: Occurrence,
    reason: str | None,
    *,
    dry_run: bool,
) -> _Outcome:
    try:
        outcome = _blocked(tx, file, resource_id, occurrence, reason)
    except Invalid as refusal:
        remarks = [Remark(file, occurrence.line, "DTEND", f.detail) for f in refusal.faults]
        outcome = _Outcome(None, remarks)
    if dry_run:
        raise _DryRun(outcome)
    return outcome


def _blocked(
    tx: AccountTx, file: str, resource_id: str, occurrence: Occurrence, reason: str | None
) -> _Outcome:
    operator = Actor(tx.account.id, "operator", "operator", frozenset())
    block_id = _block_id(tx, resource_id, occurrence.name)
    there = store.by_id(tx, block_id)
    wanted = (occurrence.start, occurrence.end, reason)
    change = CREATED
    if there is None:
        _, stranded = blocks.block(
            tx, operator, resource_id, *wanted, NO_KEY, force=True, block_id=block_id
        )
    elif (there.start, there.end, there.reason) == wanted:
        return _Outcome(Taken(file, occurrence.line, block_id, UNCHANGED), ())
    else:
        _, stranded = blocks.change(tx, operator, there, *wanted, force=True)
        change = CHANGED
    remarks = []
    if stranded:
        named = ", ".join(stranded[:_LISTED]) + (" …" if len(stranded) > _LISTED else "")
        says = f"appointments or reservations stand in this time, and are kept: {named}"
        remarks.append(Remark(file, occurrence.line, None, says))
    return _Outcome(Taken(file, occurrence.line, block_id, change), remarks)
