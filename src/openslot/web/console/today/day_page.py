"""The day at the desk, and its rows alone for a page that is already open."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from openslot.delivery.messages.bounces import bounced_among
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.model.appointment import (
    ARRIVED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
)
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.staff_actions import READ_DAY_LIST
from openslot.scheduling.views.day_lists import DayList, DayListQuery
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.frame.appointments.appointment_acts import AppointmentActs
from openslot.web.console.frame.appointments.appointment_states import state_word
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.today.rows import DayRow, DayRows
from openslot.web.console.today.shown_branches import shown_branches
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies

TODAY = "/console/today"
_MOST_ROWS_NAMED = 200
_COUNTED = (CONFIRMED, ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW)


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A branch's day as it was read, and the branches that there are besides."""

    chosen: ChosenBranch
    branches: list[tuple[str, str]]  # id and name
    day: date
    is_today: bool
    day_list: DayList
    bounced: Collection[str]  # ids of those whose mail did not arrive
    localized: LocalizedCatalogue


class DayPages:
    """`/console/today` and its rows."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """The page of a day."""
        shown = await self._console.read(request, _read, request, self._cookies, None)
        if shown is None:
            return self._console.no_branch(request, request.words.say("Today"))
        heading = request.words.say("Today") if shown.is_today else request.formats.day(shown.day)
        values = {
            **self._values(request, shown),
            "branches": shown.branches,
            "previous_day": _address(shown.chosen.id, shown.day - timedelta(days=1)),
            "next_day": _address(shown.chosen.id, shown.day + timedelta(days=1)),
            "today": None
            if shown.is_today
            else f"{TODAY}?{urlencode({'branch': shown.chosen.id})}",
            "day_words": request.formats.day(shown.day),
            "count_words": [(status, state_word(request.words, status)) for status in _COUNTED],
            "keys": _keys(request),
        }
        page = ConsolePage(heading, "today/day.html", values, cookies=shown.chosen.cookies)
        return self._console.page(request, page)

    async def rows(self, request: ConsoleRequest) -> Response:
        """Rows of a day alone: all of them, or of the appointments that are named."""
        named = request.query.one("appointments")
        ids = named.split(",")[:_MOST_ROWS_NAMED] if named else None
        shown = await self._console.read(request, _read, request, self._cookies, ids)
        if shown is None:
            raise NotFound
        page = ConsolePage("", "today/rows_alone.html", self._values(request, shown))
        return self._console.page(request, page)

    def _values(self, request: ConsoleRequest, shown: ShownDay) -> dict[str, object]:
        day_list = shown.day_list
        rows = DayRows(request, shown.localized, day_list.branch.zone, shown.bounced).rows(day_list)
        coming = [row for row in rows if not row.is_cancelled]
        now = day_list.now // MINUTE_MS
        return {
            "before_now": [row for row in coming if row.start <= now],
            "after_now": [row for row in coming if row.start > now],
            "cancelled": [row for row in rows if row.is_cancelled],
            "next_id": _next(coming) if shown.is_today else "",
            "counts": Counter(row.status for row in coming),
            "branch_id": shown.chosen.id,
            "date": shown.day.isoformat(),
            "is_today": shown.is_today,
            "now_ms": day_list.now,
            "clock_stands": request.account.clock_frozen_at is not None,
            "now_words": request.formats.time(now, day_list.branch.zone),
            "zone": day_list.branch.time_zone,
            "position": day_list.position,
        }


def _read(
    tx: AccountTx, request: ConsoleRequest, cookies: Cookies, ids: Collection[str] | None
) -> ShownDay | None:
    """The day that a request asks for; None: the account has no branch.

    Raises:
        NotFound: there is no such branch, or the date is none.
    """
    localized = localized_catalogue(tx, request.locale)
    branches = shown_branches(localized)
    chosen = chosen_branch(cookies, request, [branch.id for branch in branches])
    if chosen is None:
        return None
    zone = localized.catalogue.branches[chosen.id].zone
    today = local_date(tx.now // MINUTE_MS, zone)
    day = date_of(request.query.one("date"), today)
    day_list = READ_DAY_LIST.run(tx, request.actor, DayListQuery(chosen.id, day, ids))
    return ShownDay(
        chosen,
        [(branch.id, branch.name) for branch in branches],
        day,
        day == today,
        day_list,
        bounced_among(tx, [entry.appointment.id for entry in day_list.entries]),
        localized,
    )


def _address(branch_id: str, day: date) -> str:
    return f"{TODAY}?{urlencode({'branch': branch_id, 'date': day.isoformat()})}"


def _next(coming: Sequence[DayRow]) -> str:
    """The id of the first one who has not come."""
    return next((row.id for row in coming if row.status == CONFIRMED), "")


def _keys(request: ConsoleRequest) -> list[tuple[str, str]]:
    """What each key does that the role may use, on the focused row or anywhere."""
    words = request.words
    acts = [(act.key, act.word) for act in AppointmentActs(words).every]
    return [
        ("↑ ↓", words.say("Next or previous appointment")),
        ("Enter", words.say("Open the appointment")),
        *([*acts, ("/", words.say("Find a customer"))] if request.may(APPOINTMENTS_MANAGE) else []),
        ("?", words.say("Show these keys")),
    ]
