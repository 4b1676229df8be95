"""Breaking the rules: who may, what is kept of it, and where a booking then finds its place.

Staff with the override scope may break notice, horizon, cut-off, grid, hours and capacity. A
block, an unqualified resource or services that do not go together stay as they are.
"""

from dataclasses import dataclass
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.availability import availability
from openslot.scheduling.availability.assignment import assign
from openslot.scheduling.availability.slot_query import Sheets, SlotQuery
from openslot.scheduling.availability.windows import Window
from openslot.scheduling.booking import claims
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.opening_hours import day_bounds, local_date
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class RuleOverride:
    """Whether rules may be broken this time, and why; the history keeps both."""

    asked: bool = False
    reason: str | None = None

    def check(self, actor: Actor) -> None:
        """Passes when nothing is asked, or by somebody who may.

        Raises:
            InsufficientScope: without `openslot/appointments.override`.
        """
        if self.asked:
            actor.require(APPOINTMENTS_OVERRIDE)

    @property
    def kept(self) -> dict[str, Any]:
        """What history keeps of it."""
        said: dict[str, Any] = {"override": True} if self.asked else {}
        if self.reason is not None:
            said["reason"] = self.reason
        return said


NO_OVERRIDE = RuleOverride()


def allocate_by_override(
    tx: AccountTx, query: SlotQuery, start: Minute
) -> tuple[tuple[Resource, ...], Sheets]:
    """The resources that take a claim at `start` by override, and the sheets that were asked.

    Those that a booking by the rules of hours and capacity would get, if there are any; else of
    each type one that is not blocked, the least booked of those that break the fewest.

    Raises:
        SlotUnavailable: not offered, or every resource that could serve is blocked.
    """
    if not query.offered:
        raise SlotUnavailable(availability.NOT_OFFERED)
    days = query.days(start, start + 1)
    # What anybody decides beside it is decided by these.
    claims.lock_days(tx, query.resource_ids, days)
    bounds = day_bounds(local_date(start, query.branch.zone), query.branch.zone)
    sheets = sheet_store.of_resources(
        tx,
        query.branch.id,
        query.resource_ids,
        min(days[0], bounds[0] // MINUTES_PER_DAY),
        max(days[-1], (bounds[1] - 1) // MINUTES_PER_DAY),
    )
    window = Window(query, sheets, tx.now, start, start + 1)
    chosen = assign(window, start)
    if chosen is not None:
        return chosen, sheets
    first = start - query.policy.before_minutes
    last = first + query.policy.reach_minutes

    def is_blocked(resource: Resource) -> bool:
        found = (sheets.get((resource.id, day)) for day in days)
        return any(sheet is not None and sheet.has_block(first, last) for sheet in found)

    def rank(resource: Resource) -> tuple[bool, bool, int, int, str]:
        booked = sum(
            sheet.minutes_booked(*bounds, tx.now, query.ignoring)
            for (resource_id, _), sheet in sheets.items()
            if resource_id == resource.id
        )
        closed = bool(window.closed(resource))
        return closed, bool(window.full(resource)), booked, resource.sort_order, resource.id

    taken = []
    for group in query.candidates:
        if not group:
            raise SlotUnavailable(availability.NOT_OFFERED)
        unblocked = [resource for resource in group if not is_blocked(resource)]
        if not unblocked:
            raise SlotUnavailable(availability.BLOCKED)
        taken.append(min(unblocked, key=rank))
    return tuple(taken), sheets
