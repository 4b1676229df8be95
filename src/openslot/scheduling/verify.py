"""Checks what must always hold: sheets equal rows, nothing over capacity, history complete.

Appointments are also listed where they stand, and nowhere else.

The sheets are rebuilt here by another path than the one that wrote them: from the rows of
reservations, appointments and blocks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.expected_sheets import ExpectedSheet, ExpectedSheets, Place
from openslot.scheduling.model.claim import BLOCK, NOBODY, Claim, is_live
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.people import search_index
from openslot.scheduling.store import (
    appointment_parts,
    catalogue_items,
    day_sheets,
    history,
)
from openslot.storage.transactions import AccountTx

_PAGE = 1000
_END: Place = ("~", 0, "")  # no id comes after it

Progress = Callable[[int, int], None]  # how much is done, of how much


@dataclass
class Verification:
    """What was looked at, and what is wrong."""

    account: str
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)  # over capacity for a known reason
    repaired: int = 0  # sheets that were rewritten
    relisted: int = 0  # appointments that were listed again


def verify(
    tx: AccountTx, *, repair: bool = False, progress: Progress = lambda done, total: None
) -> Verification:
    """Checks one account; with `repair` rewrites what is derived and not what it should be.

    Little of it is in memory at a time. `progress` is told how many appointments were looked at.
    """
    report = Verification(tx.account.name)
    every = ExpectedSheets(tx)
    capacities = _Capacities(tx, report)
    sheets, total = 0, appointment_parts.number_of_appointments(tx)
    for place, should, sheet in _paired(every, _every_sheet(tx)):
        progress(every.counts["appointments"], total)
        sheets += sheet is not None
        _check_sheet(tx, report, place, should.claims, sheet, repair=repair)
        if should.claims:
            capacities.check(place, should)
    report.counts.update(every.counts, sheets=sheets)
    for appointment_id in history.incomplete(tx):
        report.differences.append(f"appointment {appointment_id}: history is not complete")
    _check_listing(tx, report, repair=repair)
    for appointment_id, what in sorted(search_index.differences(tx, repair=repair).items()):
        report.differences.append(f"appointment {appointment_id}: {what}")
        report.relisted += repair
    return report


def _every_sheet(tx: AccountTx) -> Iterator[tuple[Place, Sheet]]:
    after: Place = ("", 0, "")
    while page := day_sheets.after(tx, after, _PAGE):
        yield from page
        after = page[-1][0]


def _paired(
    every: Iterable[tuple[Place, ExpectedSheet]], found: Iterable[tuple[Place, Sheet]]
) -> Iterator[tuple[Place, ExpectedSheet, Sheet | None]]:
    """What should be at each place, and what is."""
    sheets = iter(found)
    at, sheet = next(sheets, (_END, None))
    for place, should in chain(every, [(_END, ExpectedSheet())]):
        while at < place:
            yield at, ExpectedSheet(), sheet
            at, sheet = next(sheets, (_END, None))
        if place == _END:
            return
        if at == place:
            yield place, should, sheet
            at, sheet = next(sheets, (_END, None))
        else:
            yield place, should, None


def _check_sheet(
    tx: AccountTx,
    report: Verification,
    place: Place,
    claims: list[Claim],
    sheet: Sheet | None,
    *,
    repair: bool,
) -> None:
    should = sorted(claims)
    is_ = sorted(c for c in sheet.claims if is_live(c, tx.now)) if sheet else []
    if should == is_ and (sheet is None or sheet.agrees_with_itself):
        return
    report.differences.append(_difference(place, should, is_))
    if repair:
        branch_id, day, resource_id = place
        day_sheets.put(tx, branch_id, resource_id, Sheet.of(day, should))
        report.repaired += 1


def _check_listing(tx: AccountTx, report: Verification, *, repair: bool) -> None:
    differing: set[str] = set()
    kinds = {
        "not listed": appointment_parts.lacking(tx),
        "listed where it does not stand": appointment_parts.astray(tx),
    }
    for said, found in kinds.items():
        for appointment_id, part_id in found:
            report.differences.append(
                f"appointment {appointment_id}: {said}, {part_id or 'account'}"
            )
            differing.add(appointment_id)
    if repair and differing:
        appointment_parts.rewrite(tx, differing)
        report.relisted = len(differing)


class _Capacities:
    """Nothing is over capacity except what is marked so.

    Marks are given to appointments that are to come. What was over by then, and what is only
    held, is excused where the catalogue has been changed.
    """

    def __init__(self, tx: AccountTx, report: Verification) -> None:
        self._of_account = current_catalogue(tx)
        self._changed = {item.id for item in catalogue_items.all_items(tx) if item.version > 1}
        self._report = report

    def check(self, place: Place, sheet: ExpectedSheet) -> None:
        """Checks one resource on one day."""
        branch_id, day, resource_id = place
        resource = self._of_account.resources.get(resource_id)
        if resource is None or branch_id not in self._of_account.branches:
            self._report.differences.append(
                f"resource {resource_id} at branch {branch_id} is unknown"
            )
            return
        booked = [claim for claim in sheet.claims if claim.kind != BLOCK]
        forgiven = sheet.exempt
        if not self._changed.isdisjoint((resource_id, branch_id)):
            forgiven = forgiven | sheet.of_their_time
        for minute, taking in _over(booked, resource.capacity, day):
            text = (
                f"resource {resource_id} at {instant_of_minute(minute).isoformat()}: over its "
                f"capacity of {resource.capacity} with "
                f"{', '.join(sorted(claim.id.hex() for claim in taking))}"
            )
            judged = [claim for claim in taking if claim.id not in forgiven]
            known = _places(judged) <= resource.capacity
            (self._report.excused if known else self._report.differences).append(text)


def _over(claims: list[Claim], capacity: int, day: int) -> Iterator[tuple[Minute, list[Claim]]]:
    """The instants of a day at which claims begin to take more than there is."""
    first, last = day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY
    for minute in sorted({max(claim.start - claim.before, first) for claim in claims}):
        if minute >= last:
            continue
        taking = [c for c in claims if c.start - c.before <= minute < c.end + c.after]
        if _places(taking) > capacity:
            yield minute, taking


def _places(claims: list[Claim]) -> int:
    """Places taken together; an appointment and what is to move it count as the larger."""
    movers: Counter[bytes] = Counter()
    for claim in claims:
        if claim.replaces != NOBODY:
            movers[claim.replaces] += claim.places
    total = 0
    for claim in claims:
        if claim.replaces == NOBODY:
            total += max(claim.places, movers.pop(claim.id, 0))
    return total + sum(movers.values())


def _difference(place: Place, should: list[Claim], is_: list[Claim]) -> str:
    branch_id, day, resource_id = place
    missing = [claim.id.hex() for claim in should if claim not in is_]
    surplus = [claim.id.hex() for claim in is_ if claim not in should]
    what = f"missing {missing or 'nothing'}, surplus {surplus or 'nothing'}"
    if should == is_:
        what = "its spans are not those of its claims"
    return f"sheet of resource {resource_id} at branch {branch_id}, day {day}: {what}"
