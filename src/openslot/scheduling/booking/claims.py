"""Putting claims into day sheets and taking them out, in the transaction that books them.

Whoever writes has read the sheets already, once, and goes on with what is returned.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from openslot.scheduling.model.claim import Claim
from openslot.scheduling.model.day_sheet import Sheet, Sheets
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import day_sheets as store
from openslot.storage.transactions import AccountTx


class Claimant(Protocol):
    """What takes time of resources: where a booking stands, or a block."""

    @property
    def branch_id(self) -> str:
        """Where the resources are."""

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Of which resources it takes time."""


def lock(tx: AccountTx, *placements: Placement) -> bool:
    """Locks the sheets that hold some bookings, as `AccountTx.lock`.

    All that an operation is to write are locked at once: in one order nobody waits in a circle.
    """
    return tx.lock("sheet", _names(placements))


def lock_days(
    tx: AccountTx, resource_ids: Iterable[str], days: range, *, for_now: bool = False
) -> bool:
    """Locks the sheets of some resources on some UTC days, as `AccountTx.lock`."""
    names = ((resource_id, day) for resource_id in resource_ids for day in days)
    return tx.lock("sheet", names, for_now=for_now)


def _names(placements: Iterable[Placement]) -> Iterator[tuple[str, int]]:
    """The sheets of bookings; computed only where there are others to lock against."""
    for placement in placements:
        yield from ((i, day) for i in placement.resource_ids for day in placement.days)


def sheets_of(
    tx: AccountTx, claimant: Claimant, days: range, known: Sheets | None = None
) -> Sheets:
    """The sheets of a claimant's resources on some UTC days, as they stand in this transaction.

    `known` are sheets of the same branch that have been read; they are not read again.
    """
    ids = claimant.resource_ids
    if known is not None and all((id_, day) in known for id_ in ids for day in days):
        return known
    return store.of_resources(tx, claimant.branch_id, ids, days[0], days[-1])


def add(tx: AccountTx, claimant: Claimant, claim: Claim, sheets: Sheets) -> None:
    """Claims resources, without asking whether there is room."""
    _rewrite(tx, claimant, claim, sheets, lambda sheet: sheet.with_claim(claim, tx.now))


def remove(tx: AccountTx, claimant: Claimant, claim: Claim, sheets: Sheets) -> Sheets:
    """Frees what a claim took; one that has expired may be gone already.

    Returns the sheets that it was in, as they are now.
    """
    return _rewrite(
        tx, claimant, claim, sheets, lambda sheet: sheet.without_claim(claim.id, tx.now)
    )


def replace(tx: AccountTx, claimant: Claimant, old: bytes, new: Claim, sheets: Sheets) -> Sheets:
    """Puts a claim in the place of another that takes the same time of the same resources.

    `old` is the other's id. Returns the sheets that hold the claim.
    """
    return _rewrite(tx, claimant, new, sheets, lambda sheet: sheet.with_claim(new, tx.now, old))


def _rewrite(
    tx: AccountTx,
    claimant: Claimant,
    claim: Claim,
    sheets: Sheets,
    change: Callable[[Sheet], Sheet],
) -> Sheets:
    written = {}
    for resource_id in claimant.resource_ids:  # one, or one for each resource type
        for day in claim.days:  # one, or two around midnight in UTC
            changed = change(sheets.get((resource_id, day)) or Sheet.of(day, []))
            store.put(tx, claimant.branch_id, resource_id, changed)
            written[resource_id, day] = changed
    return written
