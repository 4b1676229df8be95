"""Deciding where a booking goes: one query, one start, one look at the day sheets.


Whoever books at once or makes a reservation comes through here; breaking the rules is a
parameter of the same path. What was decided is handed on in one value, sheets included.
"""

from collections.abc import Callable
from dataclasses import dataclass

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.availability.assignment import assign, assign_by_override
from openslot.scheduling.availability.availability import (
    NOT_OFFERED,
    early_reason,
    is_on_grid,
    judge,
    run,
)
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.errors import (
    EndMismatch,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
)
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import day_bounds, local_date
from openslot.scheduling.store import day_sheets
from openslot.storage.transactions import AccountTx

_CHOICES = 8  # so often others may be faster before everybody has to wait

Choose = Callable[[StartWindow], tuple[Resource, ...] | None]


@dataclass(frozen=True, slots=True)
class Allocation:
    """What was decided for a start: who serves, and the sheets as they stood then."""

    query: SlotQuery
    start: Minute
    resources: tuple[Resource, ...]  # one for each resource type
    sheets: Sheets  # in this transaction nobody else writes those of the resources

    @property
    def placement(self) -> Placement:
        """Where the booking stands."""
        policy = self.query.policy
        return Placement(
            branch_id=self.query.branch.id,
            start=self.start,
            end=self.start + policy.duration_minutes,
            before_minutes=policy.before_minutes,
            after_minutes=policy.after_minutes,
            places=policy.places,
            party=self.query.party,
            service_ids=tuple(service.id for service in self.query.services),
            resource_ids=tuple(resource.id for resource in self.resources),
        )


def check_request(
    of_account: Catalogue,
    branch: Branch,
    services: tuple[Service, ...],
    party: int,
    resource: Resource | None,
) -> None:
    """Passes when the things named can go together, whatever the time.

    Raises:
        Invalid: party above a maximum, services not combined here, resource not qualified.
    """
    most = min(service.max_party for service in services)
    if party > most:
        detail = f"at most {most} people can come on one appointment of this"
        raise Invalid(Fault("party", "out_of_range", detail))
    if len(services) > 1 and not of_account.combines(branch, services):
        raise ServicesNotCombinable("services")
    if resource is not None and (
        resource.branch_key != branch.key
        or not any(resource.type in service.resource_types for service in services)
        or not resource.can_serve(resource.type, services)
    ):
        raise ResourceNotQualified("resource")


def check_end(query: SlotQuery, start: Minute, end: Minute | None) -> None:
    """Passes when a booking that begins at `start` ends when the caller believes it to.

    Raises:
        EndMismatch: it does not; None is no belief.
    """
    if end is not None and end != start + query.policy.duration_minutes:
        raise EndMismatch("end")


def allocate(
    tx: AccountTx, query: SlotQuery, start: Minute, rule_override: RuleOverride = NO_OVERRIDE
) -> Allocation:
    """The resources that take a new claim at `start`, with their sheets locked.

    Only the sheets of those that were chosen are locked, so that a caller who wants another time
    of another desk need not wait. Where somebody was faster the choice is made again, in the end
    among candidates that are all locked: nobody is refused because a first choice was lost.
    On SQLite nobody else writes, so the sheets are read once and nothing is locked.

    Raises:
        SlotUnavailable: there is no room, or the start is not in the list; by override, nobody
            offers it, or every resource that could serve is blocked.
    """
    if rule_override.requested:
        if not query.offered:
            raise SlotUnavailable(NOT_OFFERED)
        return _allocate_among_all(tx, query, start, assign_by_override)
    reason = early_reason(query, tx.now, start)
    if reason is not None:
        raise SlotUnavailable(reason)
    window = _window(tx, query, start)
    chosen = assign(window) if is_on_grid(query, start) else None
    for _ in range(_CHOICES):
        if chosen is None:
            raise SlotUnavailable(_reason(window))
        ids = [resource.id for resource in chosen]
        others = len(ids) < len(query.resource_ids)
        if not claims.lock_days(tx, ids, window.days, for_now=others):
            return Allocation(query, start, chosen, window.sheets)
        window = _window(tx, query, start)
        if not any(window.is_refused(resource, start) for resource in chosen):
            return Allocation(query, start, chosen, window.sheets)
        chosen = assign(window)
        if chosen is not None:
            tx.unlock()
    return _allocate_among_all(tx, query, start, assign)


def _allocate_among_all(
    tx: AccountTx, query: SlotQuery, start: Minute, choose: Choose
) -> Allocation:
    """Decides with every candidate locked, so that nobody can be faster."""
    claims.lock_days(tx, query.resource_ids, query.days(start, start + 1))
    window = _window(tx, query, start)
    chosen = choose(window)
    if chosen is None:
        raise SlotUnavailable(_reason(window))
    return Allocation(query, start, chosen, window.sheets)


def _window(tx: AccountTx, query: SlotQuery, start: Minute) -> StartWindow:
    """The start alone, over the sheets that decide about it and about who serves."""
    days = query.days(start, start + 1)
    # The assignment looks at the whole local day, which reaches into another UTC day.
    first, last = day_bounds(local_date(start, query.branch.zone), query.branch.zone)
    sheets = day_sheets.of_resources(
        tx,
        query.branch.id,
        query.resource_ids,
        min(days[0], first // MINUTES_PER_DAY),
        max(days[-1], (last - 1) // MINUTES_PER_DAY),
    )
    return StartWindow(query, sheets, tx.now, start, start + 1)


def _reason(window: StartWindow) -> str:
    """Why the start of a window is refused."""
    reason = run(judge(window)).reason(window.first)
    assert reason is not None  # noqa: S101  (both have asked the same masks)
    return reason
