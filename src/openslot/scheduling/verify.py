"""Checks what must always hold: sheets equal rows, nothing over capacity, history complete.

Appointments are also listed where they stand, and nowhere else.

The sheets are rebuilt here by another path than the one that wrote them: from the rows of
reservations, appointments and blocks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.scheduling import catalogue
from openslot.scheduling.day_sheets import BLOCK, NOBODY, Claim, Sheet, claim_id
from openslot.scheduling.store import (
    appointment_parts,
    appointments,
    blocks,
    catalogue_items,
    history,
    reservations,
    sheets,
)
from openslot.storage.database import AccountTx

_PAGE = 1000

Place = tuple[str, str, int]  # branch id, resource id, UTC day


@dataclass
class Report:
    """What was looked at, and what is wrong."""

    account: str
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    # Over capacity for a known reason: booked by override, stranded, or the resource was changed.
    excused: list[str] = field(default_factory=list)
    repaired: int = 0


def verify(tx: AccountTx, *, repair: bool = False) -> Report:
    """Checks one account; with `repair` rewrites the sheets that are not what they should be."""
    report = Report(tx.account.name)
    expected, excusable = _expected(tx, report)
    found = sheets.every(tx)
    report.counts["sheets"] = len(found)
    for place in sorted(expected.keys() | found.keys()):
        should = sorted(expected.get(place, ()))
        sheet = found.get(place)
        is_ = sorted(c for c in sheet.claims if _live(c, tx.now)) if sheet else []
        if should != is_ or (sheet is not None and not sheet.agrees_with_itself):
            report.differences.append(_difference(place, should, is_))
            if repair:
                sheets.put(tx, place[0], place[1], Sheet.of(place[2], should))
                report.repaired += 1
    _check_capacity(tx, expected, excusable, report)
    for appointment_id in history.incomplete(tx):
        report.differences.append(f"appointment {appointment_id}: history is not complete")
    for appointment_id, part_id, missing in appointment_parts.differences(tx):
        said = "not listed" if missing else "listed where it does not stand"
        report.differences.append(f"appointment {appointment_id}: {said}, {part_id or 'account'}")
    return report


def _expected(tx: AccountTx, report: Report) -> tuple[dict[Place, list[Claim]], set[bytes]]:
    """The claims that every sheet should hold, and the ids that may exceed a capacity."""
    expected: dict[Place, list[Claim]] = defaultdict(list)
    excusable: set[bytes] = set()

    def put(branch_id: str, resource_ids: tuple[str, ...], claim: Claim) -> None:
        for resource_id in resource_ids:
            for day in claim.days:
                expected[branch_id, resource_id, day].append(claim)

    for reservation in reservations.live(tx, tx.now):
        report.counts["live reservations"] += 1
        place = reservation.placement
        claim = place.held_as(reservation.id, reservation.expires_at, reservation.replaces)
        put(place.branch_id, place.resource_ids, claim)
    for appointment in _claiming_appointments(tx):
        report.counts["appointments"] += 1
        place = appointment.placement
        claim = place.booked_as(appointment.id)
        put(place.branch_id, place.resource_ids, claim)
        if appointment.override or appointment.stranded:
            excusable.add(claim.id)
    for block in blocks.every(tx):
        report.counts["blocks"] += 1
        claim = Claim(block.start, block.end, 0, 0, 1, BLOCK, claim_id(block.id))
        put(block.branch_id, (block.resource_id,), claim)
    return expected, excusable


def _claiming_appointments(tx: AccountTx) -> Iterator[appointments.Appointment]:
    after = ""
    while page := appointments.claiming(tx, after, _PAGE):
        yield from page
        after = page[-1].id


def _check_capacity(
    tx: AccountTx, expected: dict[Place, list[Claim]], excusable: set[bytes], report: Report
) -> None:
    of_account = catalogue.current(tx)
    changed = {item.id for item in catalogue_items.all_items(tx) if item.version > 1}
    for (branch_id, resource_id, day), claims in expected.items():
        resource = of_account.resources.get(resource_id)
        if resource is None or branch_id not in of_account.branches:
            report.differences.append(f"resource {resource_id} at branch {branch_id} is unknown")
            continue
        booked = [claim for claim in claims if claim.kind != BLOCK]
        for minute, taking in _over(booked, resource.capacity, day):
            text = (
                f"resource {resource_id} at {instant_of_minute(minute).isoformat()}: over its "
                f"capacity of {resource.capacity} with "
                f"{', '.join(sorted(claim.id.hex() for claim in taking))}"
            )
            known = resource_id in changed or any(claim.id in excusable for claim in taking)
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


def _live(claim: Claim, now: int) -> bool:
    return not claim.expires_at or now < claim.expires_at


def _difference(place: Place, should: list[Claim], is_: list[Claim]) -> str:
    branch_id, resource_id, day = place
    missing = [claim.id.hex() for claim in should if claim not in is_]
    surplus = [claim.id.hex() for claim in is_ if claim not in should]
    what = f"missing {missing or 'nothing'}, surplus {surplus or 'nothing'}"
    if should == is_:
        what = "its spans are not those of its claims"
    return f"sheet of resource {resource_id} at branch {branch_id}, day {day}: {what}"
