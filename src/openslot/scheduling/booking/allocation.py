"""Finding a place for a claim, with the account's catalogue and sheets at hand."""

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.availability import availability
from openslot.scheduling.availability.assignment import assign
from openslot.scheduling.availability.availability import (
    early_reason,
    is_on_grid,
    judge,
    run,
)
from openslot.scheduling.availability.slot_query import Sheets, SlotQuery, qualifies
from openslot.scheduling.availability.windows import Window
from openslot.scheduling.booking import claims
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts.placement_check import is_open
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.model.errors import (
    ReservationExpired,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
)
from openslot.scheduling.model.opening_hours import day_bounds, local_date
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx

_CHOICES = 8  # so often others may be faster before everybody has to wait


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
        or not qualifies(resource, resource.type, services)
    ):
        raise ResourceNotQualified("resource")


def place(tx: AccountTx, query: SlotQuery, start: Minute) -> tuple[tuple[Resource, ...], Sheets]:
    """The resources that take a new claim at `start`, and the sheets that were asked.

    Raises:
        SlotUnavailable: there is no room, or the start is not in the list.
    """
    reason = early_reason(query, tx.now, start)
    if reason is not None:
        raise SlotUnavailable(reason)
    sheets = _sheets(tx, query, start)
    chosen = assign(Window(query, sheets, tx.now, start, start + 1), start)
    if chosen is not None and is_on_grid(query, start):
        chosen, sheets = _locked(tx, query, start, chosen, sheets)
    if chosen is not None and is_on_grid(query, start):
        return chosen, sheets
    reason = run(judge(query, sheets, tx.now, start, start + 1)).reason(start)
    assert reason is not None  # noqa: S101  (both have asked the same masks)
    raise SlotUnavailable(reason)


def _sheets(tx: AccountTx, query: SlotQuery, start: Minute) -> Sheets:
    """The sheets that decide about a start and about who serves."""
    days = query.days(start, start + 1)
    # The assignment looks at the whole local day, which reaches into another UTC day.
    first, last = day_bounds(local_date(start, query.branch.zone), query.branch.zone)
    return sheet_store.of_resources(
        tx,
        query.branch.id,
        query.resource_ids,
        min(days[0], first // MINUTES_PER_DAY),
        max(days[-1], (last - 1) // MINUTES_PER_DAY),
    )


def _locked(
    tx: AccountTx,
    query: SlotQuery,
    start: Minute,
    chosen: tuple[Resource, ...],
    sheets: Sheets,
) -> tuple[tuple[Resource, ...] | None, Sheets]:
    """The chosen resources and their sheets, with others kept off; None: no room after all.

    Only the sheets of those that were chosen are locked, so that who wants another time of
    another desk need not wait. Where somebody was faster the choice is made anew, in the end
    among candidates that are all locked: nobody is refused because a first choice was lost.
    """
    days = query.days(start, start + 1)
    for _ in range(_CHOICES):
        ids = [resource.id for resource in chosen]
        others = len(ids) < len(query.resource_ids)
        if not claims.lock_days(tx, ids, days, for_now=others):
            return chosen, sheets  # nobody else writes
        sheets = _sheets(tx, query, start)
        window = Window(query, sheets, tx.now, start, start + 1)
        if not any(window.is_refused(resource, start) for resource in chosen):
            return chosen, sheets
        anew = assign(window, start)
        if anew is None:
            return None, sheets
        tx.unlock()
        chosen = anew
    claims.lock_days(tx, query.resource_ids, days)
    sheets = _sheets(tx, query, start)
    return assign(Window(query, sheets, tx.now, start, start + 1), start), sheets


def still_fits(tx: AccountTx, placement: Placement, held: bytes) -> str | None:
    """Why a held time can no longer be taken, or None: hours and blocks are looked at again.

    `held` is the id of the claim that holds it.

    Raises:
        ReservationExpired: its claim is gone.
    """
    if not is_open(current_catalogue(tx), placement):
        return availability.CLOSED
    claim = placement.booked_as(placement.branch_id)  # whose it is does not matter
    sheets = sheet_store.of_resources(
        tx, placement.branch_id, placement.resource_ids, claim.days[0], claim.days[-1]
    )
    # By the clock of another machine it may have expired, and somebody else have taken its place.
    if len(sheets) < len(claim.days) * len(placement.resource_ids) or not all(
        held in sheet.packed for sheet in sheets.values()
    ):
        raise ReservationExpired("")
    first, last = claim.start - claim.before, claim.end + claim.after
    if any(sheet.has_block(first, last) for sheet in sheets.values()):
        return availability.BLOCKED
    return None
