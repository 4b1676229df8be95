"""What happened to the appointments of branches' days, for whoever looks at one of them meanwhile.

Events say it, in the order of commits. The mark of a conflict is no version of an appointment, so
no event tells of it: who is marked is read as it is, and compared by the reader.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.events import RESERVATION_EXPIRED, TYPES
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store.days import conflicted
from openslot.storage.journal import events
from openslot.storage.journal.events import Event, EventFilter
from openslot.storage.transactions import AccountTx

_OF_APPOINTMENTS = EventFilter(types=tuple(one for one in TYPES if one != RESERVATION_EXPIRED))
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FollowedDay:
    """A local date of a branch, as the minutes of its starts: [first, last)."""

    branch_id: str
    first: Minute
    last: Minute

    def has(self, start: "BranchStart") -> bool:
        """Whether something that starts there is of this day."""
        return start.branch_id == self.branch_id and self.first <= start.start < self.last


@dataclass(frozen=True, slots=True)
class BranchStart:
    """Where and when an appointment starts."""

    branch_id: str
    start: Minute


@dataclass(frozen=True, slots=True)
class StartChange:
    """An appointment that changed: where it starts now, and where it started before."""

    position: int  # in the account's list of events
    appointment_id: str
    version: int  # that the change made
    starts: tuple[BranchStart, ...]

    def is_of(self, day: FollowedDay) -> bool:
        """Whether it was, or now is, of a day."""
        return any(day.has(start) for start in self.starts)


@dataclass(frozen=True, slots=True)
class StartChanges:
    """Changes in their order, and the position up to which there are no others."""

    changes: Sequence[StartChange]
    position: int


def branch_day(tx: AccountTx, branch_id: str, day: date) -> FollowedDay:
    """A local date of a branch.

    Raises:
        NotFound: there is no such branch.
    """
    branch = current_catalogue(tx).branches.get(branch_id)
    if branch is None:
        raise NotFound("There is no such branch")
    return FollowedDay(branch_id, *day_bounds(day, branch.zone))


def changes_after(tx: AccountTx, position: int) -> StartChanges:
    """The next changes of appointments after a position of the list, at most 500."""
    found = events.after(tx, position, _MOST_AT_ONCE, _OF_APPOINTMENTS)
    # Many of what follows may be of other types: nobody reads through them again.
    last = found[-1].position if len(found) == _MOST_AT_ONCE else events.last_position(tx)
    return StartChanges([_change(event) for event in found], last)


def conflicted_between(
    tx: AccountTx, first: Minute, last: Minute
) -> Collection[tuple[str, BranchStart]]:
    """The appointments in [first, last) that are marked as in conflict, and where they start."""
    return {
        (id_, BranchStart(branch_id, start))
        for id_, branch_id, start in conflicted.between(tx, first, last)
    }


def _change(event: Event) -> StartChange:
    now = BranchStart(event.data["branch_id"], event.data["start"])
    previous = event.data["previous"]
    before = BranchStart(previous.get("branch_id", now.branch_id), previous.get("start", now.start))
    return StartChange(event.position, event.booking_id, event.version, (now, before))
