"""The stream of a day's changes: ids of appointments, for a page that then asks for their rows.

An id says nothing that a role may not see.
"""

from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import NotFound
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.views.day_changes import FollowedDay, branch_day
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.frame.branch_choice import chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.console.today.live.change_watch import ChangeWatch
from openslot.web.console.today.live.follower import Follower
from openslot.web.console.today.shown_branches import shown_branches
from openslot.web.http.event_stream import EventStream
from openslot.web.page_kit.cookies import Cookies

_MOST_BEHIND = 500  # a page that is further behind reads its day again anyway


class DayStream:
    """`/console/events`."""

    def __init__(self, console: Console, watch: ChangeWatch) -> None:
        """`watch` is that of the process."""
        self._console = console
        self._watch = watch
        self._cookies = Cookies(console.app.settings.public_url)

    async def open(self, request: ConsoleRequest) -> EventStream:
        """The changes of a day from now on, or from a position of the list of events on."""
        after = request.query.one("after")
        day, last = await self._console.read(request, _day, request, self._cookies)
        position = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else last
        position = min(max(position, last - _MOST_BEHIND), last)
        session = request.session
        follower = Follower(day, position, session.digest, session.user.role)
        if request.method != "HEAD":
            self._watch.follow(request.account.id, follower)
        return EventStream(follower)


def _day(tx: AccountTx, request: ConsoleRequest, cookies: Cookies) -> tuple[FollowedDay, int]:
    """The day that is asked for, and the position of the last event.

    Raises:
        NotFound: there is no such branch, or the date is none.
    """
    localized = localized_catalogue(tx, request.locale)
    branches = shown_branches(localized)
    chosen = chosen_branch(cookies, request, [branch.id for branch in branches])
    if chosen is None:
        raise NotFound
    zone = localized.catalogue.branches[chosen.id].zone
    today = local_date(tx.now // MINUTE_MS, zone)
    day = date_of(request.query.one("date"), today)
    return branch_day(tx, chosen.id, day), events.last_position(tx)
