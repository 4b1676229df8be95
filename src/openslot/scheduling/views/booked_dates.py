"""Some dates of a branch with what is booked on them: who comes, and why time is blocked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.scheduling.model.appointment import CalendarEntry
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.catalogue import Branch
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK
from openslot.scheduling.store import blocks
from openslot.scheduling.store.days import calendar_entries
from openslot.scheduling.views import calendars
from openslot.scheduling.views.calendars import ResourceDay
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class DatesQuery:
    """Local dates of a branch, of all of its resources or of one."""

    branch_id: str
    dates: Sequence[date]
    resource_id: str | None = None


@dataclass(frozen=True, slots=True)
class BookedDate:
    """A local date: when it begins and ends, and each resource's day."""

    date: date
    first: int  # minute
    last: int
    resources: Sequence[ResourceDay]


@dataclass(frozen=True, slots=True)
class BookedDates:
    """What was asked for; claims name appointments and blocks by id."""

    branch: Branch
    now: Millis
    dates: Sequence[BookedDate]
    appointments: Mapping[str, CalendarEntry]
    blocks: Mapping[str, Block]


def read(tx: AccountTx, _: Actor, query: DatesQuery) -> BookedDates:
    """The dates. Of people they have the names alone, which everybody may see who may read.

    Raises:
        NotFound: there is no such branch, or no such resource there.
    """
    days = calendars.read_dates(tx, query.branch_id, query.dates, query.resource_id)
    found = [
        BookedDate(day, one.first, one.last, list(calendars.days(one)))
        for day, one in zip(query.dates, days, strict=True)
    ]
    claims = [claim for day in found for one in day.resources for claim in one.claims]
    appointment_ids = {claim.id for claim in claims if claim.kind == APPOINTMENT}
    block_ids = {claim.id for claim in claims if claim.kind == BLOCK}
    return BookedDates(
        branch=days[0].branch,
        now=tx.now,
        dates=found,
        appointments=calendar_entries.by_ids(tx, appointment_ids),
        blocks={one.id: one for one in blocks.by_ids(tx, block_ids)},
    )
