"""`/console/setup/feeds`: addresses at which calendars fetch appointments, each shown once."""

from openslot.kernel.errors import NotFound, PreconditionFailed
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling.feeds.actions import FEEDS
from openslot.scheduling.model.catalogue_item import BRANCH, RESOURCE
from openslot.scheduling.model.feeds.feed import FULL, SERVICE, Feed, FeedContent
from openslot.storage.collection import Written
from openslot.web.console.feeds.feed_rows import FeedTable, read_feeds
from openslot.web.console.frame.account_items.item_acts import (
    creation,
    item_id,
    run_showing,
    write_of,
)
from openslot.web.console.frame.account_items.latest_act import led_back, of_part
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.localized_fields import own_names

PATH = "/console/setup/feeds"
_OF, _DETAIL, _LANGUAGE = "of", "detail", "language"


class FeedsPage:
    """The list, the form of a new one, and what can be done with each."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        stored = {_DETAIL: SERVICE, _LANGUAGE: request.locales[0]}
        return await self._page(request, FormValues(stored, request.typed))

    async def make(self, request: ConsoleRequest) -> Response:
        """Makes a feed, and shows its address."""
        say, table = request.words.say, await self._read(request)
        form = request.form
        faults = {}
        if form.one(_OF) not in dict(table.choices):
            faults[_OF] = say("Choose a branch or a resource")
        if form.one(_DETAIL) not in _details(request):
            faults[_DETAIL] = say("Choose what the feed shows")
        if form.one(_LANGUAGE) not in request.locales:
            faults[_LANGUAGE] = say("Choose a language")
        if faults:
            return await self._page(request, FormValues(typed=form, faults=faults), 422)
        write = creation(request, lambda _, __: _content(request))
        made = await run_showing(self._console, request, FEEDS.create, write)
        return self._shown(request, made)

    async def rotate(self, request: ConsoleRequest) -> Response:
        """Gives a feed another address, and shows it."""
        try:
            done = await run_showing(self._console, request, FEEDS.change, write_of(request))
        except (PreconditionFailed, NotFound):
            return await self._too_late(request)
        return self._shown(request, done)

    async def revoke(self, request: ConsoleRequest) -> Response:
        """Ends a feed."""
        try:
            await self._console.run(request, FEEDS.delete, write_of(request))
        except (PreconditionFailed, NotFound):
            return await self._too_late(request)
        notice = request.words.say("The feed is revoked")
        return self._console.see_other(request, PATH, notice)

    async def _too_late(self, request: ConsoleRequest) -> Response:
        subject = of_part("feed", item_id(request))
        return await led_back(self._console, request, PATH, subject)

    def _shown(self, request: ConsoleRequest, done: Written[Feed] | None) -> Response:
        if done is None:
            return shown_before(self._console, request, PATH)
        say = request.words.say
        address = f"{self._console.app.settings.public_url}/feeds/{done.shown_once['token']}.ics"
        shown = ShownOnce(
            heading=say("Calendar feed"),
            label=say("Address of the feed"),
            secret=address,
            explanation=say(
                "Subscribe to it in a calendar. Whoever has the address can read the appointments."
            ),
            path=PATH,
            name=say("Calendar feeds"),
        )
        return shown_once(self._console, request, shown)

    async def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        table = await self._read(request)
        say = request.words.say
        names = {SERVICE: say("Times and services"), FULL: say("Names, phone, mail and notes too")}
        values = {
            "path": PATH,
            "table": table,
            "details": [(detail, names[detail]) for detail in _details(request)],
            "languages": list(own_names(request.locales).items()),
        }
        page = ConsolePage(say("Calendar feeds"), "feeds/feeds.html", values, form, status)
        return self._console.page(request, page)

    async def _read(self, request: ConsoleRequest) -> FeedTable:
        return await self._console.read(request, read_feeds, request)


def _details(request: ConsoleRequest) -> tuple[str, ...]:
    """What a feed may show; who comes is for those who look after people's data."""
    return (SERVICE, FULL) if request.may(PRIVACY_MANAGE) else (SERVICE,)


def _content(request: ConsoleRequest) -> FeedContent:
    kind, _, id_ = request.form.one(_OF).partition(":")
    return FeedContent(
        id_ if kind == BRANCH else None,
        id_ if kind == RESOURCE else None,
        request.form.one(_DETAIL),
        request.form.one(_LANGUAGE),
    )
