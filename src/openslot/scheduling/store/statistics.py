"""Counts of a branch's appointments by local date. They need nobody's name, so erasing keeps them.

The local date is that of the wall time that was agreed on. `[first, last)` bounds what is read of
the index by branch and start, and has to hold all of the dates.
"""

from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class Days:
    """Which dates of a branch."""

    branch_id: str
    first: Minute
    last: Minute
    from_date: str  # 2027-01-04
    to_date: str  # included


_OF_BRANCH = """
    a.account_id = :account_id AND a.branch_id = :branch_id
    AND a.start_minute >= :first AND a.start_minute < :last
    AND substr(a.wall_start, 1, 10) BETWEEN :from_date AND :to_date
"""

# Date, service, then: booked, cancelled, nobody came, lead minutes of all together.
_BY_SERVICE = AccountStatement(f"""
    SELECT substr(a.wall_start, 1, 10), s.value, count(*),
        sum(CASE WHEN a.status = 'CANCELLED' THEN 1 ELSE 0 END),
        sum(CASE WHEN a.status = 'NO_SHOW' THEN 1 ELSE 0 END),
        sum(a.lead_minutes)
    FROM appointments AS a, json_each(a.service_ids) AS s
    WHERE {_OF_BRANCH} AND (CAST(:service_id AS TEXT) IS NULL OR s.value = :service_id)
    GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608

_TAKING = f"""
    {_OF_BRANCH} AND a.status <> 'CANCELLED'
    AND (CAST(:service_id AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM json_each(a.service_ids) AS s WHERE s.value = :service_id
    ))
"""  # noqa: S608

# Date, resource, then the minutes taken of it, each place of it by itself.
_MINUTES = AccountStatement(f"""
    SELECT substr(a.wall_start, 1, 10), r.value,
        sum((a.end_minute - a.start_minute) * a.places)
    FROM appointments AS a, json_each(a.resource_ids) AS r
    WHERE {_TAKING} GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608

# From when to when, and how many places of resources are taken in that time.
_SPANS = AccountStatement(f"""
    SELECT a.start_minute, a.end_minute, sum(a.places * json_array_length(a.resource_ids))
    FROM appointments AS a WHERE {_TAKING} GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class ServiceCount:
    """The appointments of one service on one date."""

    date: str
    service_id: str
    booked: int  # in whatever state they are now
    cancelled: int
    no_show: int
    lead_minutes: int  # from making each to the start that it was made for, summed


def by_service(tx: AccountTx, days: Days, service_id: str | None) -> list[ServiceCount]:
    """A branch's counts by date and service; one of several services counts under each."""
    return [ServiceCount(*row) for row in tx.all(_BY_SERVICE, service_id=service_id, **_of(days))]


def minutes(tx: AccountTx, days: Days, service_id: str | None) -> dict[str, dict[str, int]]:
    """The minutes that appointments take, by date and resource; cancelled ones take none."""
    found: dict[str, dict[str, int]] = {}
    for day, resource_id, taken in tx.all(_MINUTES, service_id=service_id, **_of(days)):
        found.setdefault(day, {})[resource_id] = int(taken)
    return found


def spans(tx: AccountTx, days: Days, service_id: str | None) -> list[tuple[Minute, Minute, int]]:
    """When appointments take something: start, end, and how many places of resources."""
    rows = tx.all(_SPANS, service_id=service_id, **_of(days))
    return [(row[0], row[1], int(row[2])) for row in rows]


def _of(days: Days) -> dict[str, str | int]:
    return {
        "branch_id": days.branch_id,
        "first": days.first,
        "last": days.last,
        "from_date": days.from_date,
        "to_date": days.to_date,
    }
