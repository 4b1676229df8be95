"""Checks what must always hold: sheets equal rows, nothing over capacity, history complete.

Appointments are also listed where they stand, and nowhere else.

The sheets are rebuilt here by another path than the one that wrote them: from the rows of
reservations, appointments and blocks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts.catalogue_conflicts import first_to_come
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, Appointment
from openslot.scheduling.model.claim import BLOCK, NOBODY, Claim, is_live
from openslot.scheduling.model.day_sheet import Sheet, SheetKey
from openslot.scheduling.people import search_index
from openslot.scheduling.store import (
    appointment_parts,
    appointments,
    blocks,
    catalogue_items,
    day_sheets,
    history,
    reservations,
)
from openslot.storage.transactions import AccountTx

_PAGE = 1000
_MARKED = (CONFIRMED, ARRIVED)  # the states in which a change of the catalogue marks


@dataclass
class Verification:
    """What was looked at, and what is wrong."""

    account: str
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)  # over capacity for a known reason
    repaired: int = 0  # sheets that were rewritten
    relisted: int = 0  # appointments that were listed again


@dataclass
class _Expected:
    """What the rows of bookings and blocks say that the sheets should hold."""

    claims: dict[SheetKey, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    # Ids of claims. These take nobody's place: booked by override, or in conflict.
    exempt: set[bytes] = field(default_factory=set)
    # These fitted the catalogue of their time, or had fitted when they were held.
    of_their_time: set[bytes] = field(default_factory=set)

    def put(self, branch_id: str, resource_ids: Iterable[str], claim: Claim) -> None:
        """Adds a claim."""
        for resource_id in resource_ids:
            for day in claim.days:
                self.claims[branch_id, resource_id, day].append(claim)


def verify(tx: AccountTx, *, repair: bool = False) -> Verification:
    """Checks one account; with `repair` rewrites what is derived and not what it should be."""
    report = Verification(tx.account.name)
    expectation = _expected(tx, report)
    expected = expectation.claims
    found = day_sheets.every(tx)
    report.counts["sheets"] = len(found)
    for place in sorted(expected.keys() | found.keys()):
        should = sorted(expected.get(place, ()))
        sheet = found.get(place)
        is_ = sorted(c for c in sheet.claims if is_live(c, tx.now)) if sheet else []
        if should != is_ or (sheet is not None and not sheet.agrees_with_itself):
            report.differences.append(_difference(place, should, is_))
            if repair:
                day_sheets.put(tx, place[0], place[1], Sheet.of(place[2], should))
                report.repaired += 1
    _check_capacity(tx, expectation, report)
    for appointment_id in history.incomplete(tx):
        report.differences.append(f"appointment {appointment_id}: history is not complete")
    _check_listing(tx, report, repair=repair)
    for appointment_id, what in sorted(search_index.differences(tx, repair=repair).items()):
        report.differences.append(f"appointment {appointment_id}: {what}")
        report.relisted += repair
    return report


def _check_listing(tx: AccountTx, report: Verification, *, repair: bool) -> None:
    differing: set[str] = set()
    for appointment_id, part_id, missing in appointment_parts.differences(tx):
        said = "not listed" if missing else "listed where it does not stand"
        report.differences.append(f"appointment {appointment_id}: {said}, {part_id or 'account'}")
        differing.add(appointment_id)
    if repair and differing:
        appointment_parts.rewrite(tx, differing)
        report.relisted = len(differing)


def _expected(tx: AccountTx, report: Verification) -> _Expected:
    expected = _Expected()
    first = first_to_come(tx)
    for reservation in reservations.live(tx, tx.now):
        report.counts["live reservations"] += 1
        place = reservation.placement
        claim = place.held_as(reservation.id, reservation.expires_at, reservation.replaces)
        expected.put(place.branch_id, place.resource_ids, claim)
        expected.of_their_time.add(claim.id)
    for appointment in _claiming_appointments(tx):
        report.counts["appointments"] += 1
        place = appointment.placement
        claim = place.booked_as(appointment.id)
        expected.put(place.branch_id, place.resource_ids, claim)
        if appointment.override or appointment.conflicted:
            expected.exempt.add(claim.id)
        if place.start < first or appointment.status not in _MARKED:
            expected.of_their_time.add(claim.id)
    for block in blocks.every(tx):
        report.counts["blocks"] += 1
        expected.put(block.branch_id, block.resource_ids, block.claim)
    return expected


def _claiming_appointments(tx: AccountTx) -> Iterator[Appointment]:
    after = ""
    while page := appointments.claiming(tx, after, _PAGE):
        yield from page
        after = page[-1].id


def _check_capacity(tx: AccountTx, expected: _Expected, report: Verification) -> None:
    """Nothing is over capacity except what is marked so.

    Marks are given to appointments that are to come. What was over by then, and what is only
    held, is excused where the catalogue has been changed.
    """
    of_account = current_catalogue(tx)
    changed = {item.id for item in catalogue_items.all_items(tx) if item.version > 1}
    for (branch_id, resource_id, day), claims in expected.claims.items():
        resource = of_account.resources.get(resource_id)
        if resource is None or branch_id not in of_account.branches:
            report.differences.append(f"resource {resource_id} at branch {branch_id} is unknown")
            continue
        booked = [claim for claim in claims if claim.kind != BLOCK]
        forgiven = expected.exempt
        if not changed.isdisjoint((resource_id, branch_id)):
            forgiven = forgiven | expected.of_their_time
        for minute, taking in _over(booked, resource.capacity, day):
            text = (
                f"resource {resource_id} at {instant_of_minute(minute).isoformat()}: over its "
                f"capacity of {resource.capacity} with "
                f"{', '.join(sorted(claim.id.hex() for claim in taking))}"
            )
            judged = [claim for claim in taking if claim.id not in forgiven]
            known = _places(judged) <= resource.capacity
            (report.excused if known else report.differences).append(text)


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


def _difference(place: SheetKey, should: list[Claim], is_: list[Claim]) -> str:
    branch_id, resource_id, day = place
    missing = [claim.id.hex() for claim in should if claim not in is_]
    surplus = [claim.id.hex() for claim in is_ if claim not in should]
    what = f"missing {missing or 'nothing'}, surplus {surplus or 'nothing'}"
    if should == is_:
        what = "its spans are not those of its claims"
    return f"sheet of resource {resource_id} at branch {branch_id}, day {day}: {what}"
