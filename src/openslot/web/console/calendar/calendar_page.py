"""`/console/calendar`: a day of a branch, or a week of one of its resources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from openslot.scheduling.model.zones import today_at
from openslot.scheduling.staff_actions import READ_DATES
from openslot.scheduling.views.booked_dates import BookedDates, DatesQuery
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.calendar.columns import CalendarGrid, grid
from openslot.web.console.calendar.items import ItemMaker
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies

_ADDRESS = "/console/calendar"
_DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class CalendarView:
    """What somebody wants to see, among what there is."""

    localized: LocalizedCatalogue
    branch: ChosenBranch
    resources: Sequence[tuple[str, str]]  # of the branch: id and name
    resource_id: str | None  # of a week
    day: date
    today: date

    @property
    def dates(self) -> list[date]:
        """The day, or the days of its week from Monday on."""
        if self.resource_id is None:
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=number) for number in range(_DAYS_OF_WEEK)]

    @property
    def step(self) -> timedelta:
        """From one page to the next."""
        return timedelta(days=1 if self.resource_id is None else _DAYS_OF_WEEK)

    def query(self, **changes: str) -> str:
        """The query of an address that shows the same, with some changes."""
        shown = {"branch": self.branch.id, "date": self.day.isoformat(), **self.staying}
        return urlencode(shown | changes)

    @property
    def staying(self) -> dict[str, str]:
        """What stays when another date is chosen."""
        if self.resource_id is None:
            return {"view": "day"}
        return {"view": "week", "resource": self.resource_id}


class CalendarPage:
    """The page."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """The calendar.

        Raises:
            NotFound: there is no such branch, no such resource there, or no such date.
        """
        view = await self._console.read(request, self._view, request)
        if view is None:
            return self._console.no_branch(request, request.words.say("Calendar"))
        wanted = DatesQuery(view.branch.id, view.dates, view.resource_id)
        booked = await self._console.run(request, READ_DATES, wanted)
        return self._page(request, view, booked)

    def _view(self, tx: AccountTx, request: ConsoleRequest) -> CalendarView | None:
        localized = localized_catalogue(tx, request.language)
        ids = [branch.id for branch in localized.active_branches]
        chosen = chosen_branch(self._cookies, request, ids)
        if chosen is None:
            return None
        branch = localized.catalogue.branches[chosen.id]
        resources = [
            (one.id, localized.resources[one.id].name)
            for one in localized.catalogue.resources_at(branch)
            if one.active
        ]
        today = today_at(tx.now, branch.zone)
        return CalendarView(
            localized,
            chosen,
            resources,
            _resource_of_week(request, resources),
            date_of(request.query.one("date"), today),
            today,
        )

    def _page(self, request: ConsoleRequest, view: CalendarView, booked: BookedDates) -> Response:
        maker = ItemMaker(request, booked, view.localized)
        shown = grid(booked, maker)
        values = {
            "view": view,
            "grid": shown,
            "hours": _hour_names(request, shown, booked.branch.zone),
            "titles": _titles(request, view, booked),
            "shown_dates": _shown_dates(request, view),
            "branches": [(one.id, one.name) for one in view.localized.active_branches],
            "previous": (view.day - view.step).isoformat(),
            "next": (view.day + view.step).isoformat(),
            "may_resize": maker.may_resize,
        }
        form = FormValues({"date": view.day.isoformat(), "resource": view.resource_id or ""})
        page = ConsolePage(
            request.words.say("Calendar"),
            "calendar/calendar.html",
            values,
            form,
            cookies=view.branch.cookies,
        )
        return self._console.page(request, page)


def _resource_of_week(request: ConsoleRequest, resources: Sequence[tuple[str, str]]) -> str | None:
    """The resource whose week is shown, the first by default; None where a day is."""
    if request.query.one("view") != "week" or not resources:
        return None
    return request.query.one("resource").lower() or resources[0][0]


def _hour_names(request: ConsoleRequest, shown: CalendarGrid, zone: ZoneInfo) -> list[str]:
    """`09:00`; of two of the same name which it is."""
    say = request.words.say
    doubled = {row.hour for row in shown.axis.rows if row.fold}
    return [
        f"{row.hour:02}:00"
        + (f" ({say('second') if row.fold else say('first')})" if row.hour in doubled else "")
        for row in shown.axis.rows
    ]


def _titles(
    request: ConsoleRequest, view: CalendarView, booked: BookedDates
) -> list[tuple[str, str]]:
    """The name of each column, and the query that shows the same otherwise: a week, or a day."""
    if view.resource_id is not None:
        return [
            (
                request.formats.short_day(date.date),
                urlencode({"branch": view.branch.id, "date": date.date.isoformat()}),
            )
            for date in booked.dates
            for _ in date.resources
        ]
    return [
        (
            view.localized.resources[day.resource.id].name,
            view.query(view="week", resource=day.resource.id),
        )
        for date in booked.dates
        for day in date.resources
    ]


def _shown_dates(request: ConsoleRequest, view: CalendarView) -> str:
    """The day in words, or the first and the last one of a week."""
    formats, dates = request.formats, view.dates
    if len(dates) == 1:
        return formats.day_and_year(dates[0])
    return request.words.say(
        "{start} to {end}", start=formats.day(dates[0]), end=formats.day_and_year(dates[-1])
    )
