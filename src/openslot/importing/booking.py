"""Booking the rows of a table, one transaction each, so that no server has to wait for long.

A row gets the time that it has elsewhere already: by the rules where they allow it, else
against them, and then the report says which and whom it overlaps. A block stands firm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openslot.importing.appointment_rows import Wish, remarks_of, wishes_of
from openslot.importing.report import UNCHANGED, Report, Taken
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.claim import APPOINTMENT
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx, Database

_IMPORTED = "imported"  # the reason in each appointment's history
_MOST_YEARS = 5  # ahead: nobody has made an appointment for later
_LISTED = 5  # how many that it overlaps are named


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one row."""

    taken: Taken | None
    remarks: Sequence[Remark]


class _DryRun(Exception):
    """Takes the transaction back and carries out what it would have done."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__()
        self.outcome = outcome


async def import_appointments(
    database: Database, account_id: str, content: bytes, file: str, *, dry_run: bool = False
) -> Report:
    """Books the rows of a table; with `dry_run` only says what it would do with each by itself.

    A row whose reference was imported before changes nothing, whatever became of it since.

    Raises:
        UnreadableTable: nothing can be taken from the file.
    """
    of_account = await database.read(account_id, current_catalogue)
    wishes, report = wishes_of(content, file, account_id, of_account)
    for wish in wishes:
        try:
            outcome = await database.write(account_id, _import, wish, dry_run=dry_run)
        except _DryRun as tried:
            outcome = tried.outcome
        if outcome.taken is None:
            report.not_taken += outcome.remarks
        else:
            report.taken.append(outcome.taken)
            report.remarks += outcome.remarks
    report.not_taken.sort(key=lambda remark: remark.line)
    return report


def _import(tx: AccountTx, wish: Wish, *, dry_run: bool) -> _Outcome:
    outcome = _tried(tx, wish)
    if dry_run:
        raise _DryRun(outcome)
    return outcome


def _tried(tx: AccountTx, wish: Wish) -> _Outcome:
    row = wish.row
    there = store.by_id(tx, wish.id)
    if there is not None:
        taken = Taken(row.file, row.line, there.id, UNCHANGED)
        return _Outcome(taken, _changed_since(tx, wish, there))
    if wish.wanted.start <= tx.now // MINUTE_MS:
        return _Outcome(None, [row.remark("start", "is past; future appointments are imported")])
    if wish.wanted.start > tx.now // MINUTE_MS + _MOST_YEARS * 366 * MINUTES_PER_DAY:
        says = f"is more than {_MOST_YEARS} years ahead; check the year"
        return _Outcome(None, [row.remark("start", says)])
    try:
        booked, refused = _booked(tx, wish)
    except SlotUnavailable as refusal:
        return _Outcome(None, [row.remark("start", refusal.detail)])
    except Invalid as refusal:
        return _Outcome(None, remarks_of(row, refusal))
    except NotFound as refusal:  # the catalogue has changed meanwhile
        return _Outcome(None, [row.remark(None, refusal.detail)])
    overlapped = _overlapped(tx, booked) if refused else []
    remarks = []
    if overlapped:
        named = ", ".join(overlapped[:_LISTED]) + (" …" if len(overlapped) > _LISTED else "")
        remarks.append(row.remark("start", f"overlaps more than there are places for: {named}"))
    elif refused is not None:
        remarks.append(row.remark("start", f"booked against the rules: {refused.detail}"))
    return _Outcome(Taken(row.file, row.line, booked.id), remarks)


def _booked(tx: AccountTx, wish: Wish) -> tuple[Appointment, SlotUnavailable | None]:
    """The appointment, and why the rules would have refused it."""
    operator = Actor(tx.account.id, "operator", "operator", frozenset())

    def book(*, override: bool) -> Appointment:
        return staff.book(
            tx,
            operator,
            wish.wanted,
            wish.customer,
            wish.answers,
            RuleOverride(asked=override, reason=_IMPORTED),
            NO_KEY,
            wish.id,
        )

    try:
        return book(override=False), None
    except SlotUnavailable as refusal:
        return book(override=True), refusal


def _overlapped(tx: AccountTx, booked: Appointment) -> list[str]:
    """The ids of whom an appointment shares a resource with at a time beyond its capacity."""
    claim = booked.placement.booked_as(booked.id)
    first, last = claim.start - claim.before, claim.end + claim.after
    found: set[str] = set()
    for resource_id in booked.placement.resource_ids:
        capacity = current_catalogue(tx).resources[resource_id].capacity
        sheets = sheet_store.of_resources(
            tx, booked.placement.branch_id, [resource_id], claim.days[0], claim.days[-1]
        )
        others = [
            other
            for sheet in sheets.values()
            for other in sheet.within(first, last)
            if other.id != claim.id and other.kind == APPOINTMENT
        ]
        moments = [first, *(max(first, o.start - o.before) for o in others)]
        for moment in moments:
            beside = {
                o.id: o.places for o in others if o.start - o.before <= moment < o.end + o.after
            }
            if sum(beside.values()) + claim.places > capacity:
                found |= {str(UUID(bytes=id_)) for id_ in beside}
    return sorted(found)


def _changed_since(tx: AccountTx, wish: Wish, there: Appointment) -> list[Remark]:
    """What an earlier import made, where it is no longer what the row says."""
    branch = current_catalogue(tx).branches[wish.wanted.branch_id]
    if there.status == CANCELLED:
        return [wish.row.remark(None, "was imported before and is cancelled; it stays so")]
    if there.placement.start != wish.wanted.start:
        at = wall_time(there.placement.start, branch.zone).replace("T", " ")
        says = f"was imported before and stands at {at} now; it stays there"
        return [wish.row.remark("start", says)]
    return []
