"""Which numbers somebody wants to see: the fields of the page's form."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from openslot.scheduling.staff_actions import StatisticsRange
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.local_times import typed_date

_DAYS = timedelta(days=27)  # from the first of the last four weeks to their last


def wanted_range(request: ConsoleRequest, zone: ZoneInfo) -> StatisticsRange:
    """The last four weeks by default, of every branch and service.

    `zone` is that in which today is today.

    Raises:
        Invalid: one of the dates is none.
    """
    query = request.query
    first, last = typed_date(query, "from"), typed_date(query, "to")
    if last is None:
        last = _default_last(first, request.now.astimezone(zone).date())
    return StatisticsRange(
        last - _DAYS if first is None else first,
        last,
        query.one("branch").lower() or None,
        query.one("service").lower() or None,
    )


def filled_in(wanted: StatisticsRange) -> dict[str, str]:
    """The fields of the form that ask for some numbers."""
    return {
        "branch": wanted.branch_id or "",
        "service": wanted.service_id or "",
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
    }


def _default_last(first: date | None, today: date) -> date:
    return today if first is None or first <= today else first + _DAYS
