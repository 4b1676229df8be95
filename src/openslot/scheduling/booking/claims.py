"""Putting claims into day sheets and taking them out, in the transaction that books them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from openslot.scheduling.model.day_sheet import Claim, Sheet
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import day_sheets as store
from openslot.storage.transactions import AccountTx


def lock(tx: AccountTx, *placements: Placement) -> bool:
    """Keeps others off the sheets that hold some bookings, as `AccountTx.lock`.

    All that an operation is to write are locked at once: in one order nobody waits in a circle.
    """
    return tx.lock("sheet", _names(placements))


def lock_days(
    tx: AccountTx, resource_ids: Iterable[str], days: range, *, for_now: bool = False
) -> bool:
    """Keeps others off the sheets of some resources on some UTC days, as `AccountTx.lock`."""
    names = ((resource_id, day) for resource_id in resource_ids for day in days)
    return tx.lock("sheet", names, for_now=for_now)


def _names(placements: Iterable[Placement]) -> Iterator[tuple[str, int]]:
    """The sheets of bookings; computed only where there is somebody to be kept off."""
    for placement in placements:
        yield from ((i, day) for i in placement.resource_ids for day in placement.days)


def add(
    tx: AccountTx,
    branch_id: str,
    resource_ids: Iterable[str],
    claim: Claim,
    sheets: Mapping[tuple[str, int], Sheet],
) -> None:
    """Claims resources, without asking whether there is room.

    `sheets` are those that were asked, as they stand in this transaction.
    """
    for resource_id in resource_ids:
        for day in claim.days:
            sheet = sheets.get((resource_id, day)) or Sheet.of(day, [])
            store.put(tx, branch_id, resource_id, sheet.with_claim(claim, tx.now))


def remove(tx: AccountTx, branch_id: str, resource_ids: Iterable[str], claim: Claim) -> list[Sheet]:
    """Frees what a claim took; one that has expired may be gone already.

    Returns the sheets as they are now.
    """
    return _rewrite(
        tx, branch_id, resource_ids, claim, lambda sheet: sheet.without_claim(claim.id, tx.now)
    )


def replace(
    tx: AccountTx, branch_id: str, resource_ids: Iterable[str], old: bytes, new: Claim
) -> list[Sheet]:
    """Puts a claim in the place of another that takes the same time of the same resources.

    Returns the sheets as they are now.
    """
    return _rewrite(
        tx, branch_id, resource_ids, new, lambda sheet: sheet.with_claim(new, tx.now, old)
    )


def _rewrite(
    tx: AccountTx,
    branch_id: str,
    resource_ids: Iterable[str],
    claim: Claim,
    change: Callable[[Sheet], Sheet],
) -> list[Sheet]:
    days = claim.days
    written = []
    for resource_id in resource_ids:  # one, or one a resource type
        sheets = store.of_resources(tx, branch_id, [resource_id], days[0], days[-1])
        for day in days:  # one, or two around midnight in UTC
            sheet = sheets.get((resource_id, day)) or Sheet.of(day, [])
            changed = change(sheet)
            store.put(tx, branch_id, resource_id, changed)
            written.append(changed)
    return written
