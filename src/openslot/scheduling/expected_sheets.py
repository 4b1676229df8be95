"""What day sheets should hold, worked out from the rows of bookings and blocks, one after another.

The appointments come in the order of branch and start, so no more of them is in memory than those
of a few days.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.scheduling.conflicts.catalogue_conflicts import first_to_come
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, Appointment
from openslot.scheduling.model.claim import Claim
from openslot.scheduling.store import appointments, blocks, reservations
from openslot.storage.transactions import AccountTx

_PAGE = 1000
_MARKED = (CONFIRMED, ARRIVED)  # the states in which a change of the catalogue marks
_MOST_DAYS_BEFORE = 2  # that a buffer reaches back from the start

Place = tuple[str, int, str]  # branch id, UTC day, resource id


@dataclass
class ExpectedSheet:
    """What takes one resource on one UTC day."""

    claims: list[Claim] = field(default_factory=list)
    # Ids of claims. These take nobody's place: booked by override, or in conflict.
    exempt: set[bytes] = field(default_factory=set)
    # These fitted the catalogue of their time, or had fitted when they were held.
    of_their_time: set[bytes] = field(default_factory=set)


class ExpectedSheets:
    """Every sheet that rows ask for, in the order of its place; `counts` says of how many rows."""

    def __init__(self, tx: AccountTx) -> None:
        """Reads the reservations and blocks; the appointments while somebody iterates."""
        self.counts: Counter[str] = Counter()
        self._tx = tx
        self._first_to_come = first_to_come(tx)
        self._sheets: dict[Place, ExpectedSheet] = {}
        self._take_reservations()
        self._take_blocks()

    def __iter__(self) -> Iterator[tuple[Place, ExpectedSheet]]:
        """Each place that something takes; once."""
        after = ("", 0, "")
        while page := appointments.claiming(self._tx, after, _PAGE):
            for one in page:
                self._take_appointment(one)
            last = page[-1]
            after = (last.placement.branch_id, last.placement.start, last.id)
            settled_day = last.placement.start // MINUTES_PER_DAY - _MOST_DAYS_BEFORE
            yield from self._settled((last.placement.branch_id, settled_day, ""))
        yield from self._settled(None)

    def _settled(self, before: Place | None) -> Iterator[tuple[Place, ExpectedSheet]]:
        """The places that nothing more is to come of, which are forgotten."""
        for place in sorted(self._sheets):
            if before is not None and place >= before:
                break
            yield place, self._sheets.pop(place)

    def _take_reservations(self) -> None:
        for reservation in reservations.live(self._tx, self._tx.now):
            self.counts["live reservations"] += 1
            placement = reservation.placement
            claim = placement.held_as(reservation.id, reservation.expires_at, reservation.replaces)
            for sheet in self._put(placement.branch_id, placement.resource_ids, claim):
                sheet.of_their_time.add(claim.id)

    def _take_blocks(self) -> None:
        for block in blocks.every(self._tx):
            self.counts["blocks"] += 1
            self._put(block.branch_id, block.resource_ids, block.claim)

    def _take_appointment(self, appointment: Appointment) -> None:
        self.counts["appointments"] += 1
        placement = appointment.placement
        claim = placement.booked_as(appointment.id)
        is_exempt = appointment.override or appointment.conflicted
        is_over = placement.start < self._first_to_come or appointment.status not in _MARKED
        for sheet in self._put(placement.branch_id, placement.resource_ids, claim):
            if is_exempt:
                sheet.exempt.add(claim.id)
            if is_over:
                sheet.of_their_time.add(claim.id)

    def _put(
        self, branch_id: str, resource_ids: Iterable[str], claim: Claim
    ) -> list[ExpectedSheet]:
        places = [(branch_id, day, each) for each in resource_ids for day in claim.days]
        sheets = [self._sheets.setdefault(place, ExpectedSheet()) for place in places]
        for sheet in sheets:
            sheet.claims.append(claim)
        return sheets
