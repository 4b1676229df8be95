"""`/book/{account}`: the first step that is not decided."""

from openslot.scheduling.model.zones import local_date
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.choosing_pages import ChoosingPages
from openslot.web.booking_page.choosing.decision import Decision, Ignored, Undecided, decide
from openslot.web.booking_page.choosing.free_times import FreeTimes, free_times
from openslot.web.booking_page.choosing.sent_choices import (
    HOLD,
    LATER,
    SentChoices,
    choices_of_query,
)
from openslot.web.booking_page.choosing.time_view import time_view
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs


class FirstStep:
    """Finds the next step of choosing, and shows it."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._steps = ChoosingPages(pages)

    async def show(self, request: PublicRequest) -> Response:
        """The step that an address leads to.

        Raises:
            UnknownToken: the held time in it is none.
        """
        return await self.next_step(request, choices_of_query(request.query))

    async def begin_again(self, request: PublicRequest) -> Response:
        """The very first step, for a form that is not as it was sent."""
        response = await self.next_step(request, SentChoices(FieldPairs()))
        return Response(422, response.body, response.headers)

    async def next_step(self, request: PublicRequest, sent: SentChoices) -> Response:
        """The step that follows from what was chosen."""
        found = await self._pages.read(
            request,
            decide,
            self._pages.actor(request),
            request,
            sent.choices,
            self._ignored(request, sent),
            sent.takes_first,
        )
        match found.undecided:
            case Undecided.NOTHING_TO_BOOK:
                return self._steps.nothing(request, found, sent)
            case Undecided.BRANCH if found.sources:
                return await self._first_anywhere(request, found, sent)
            case Undecided.BRANCH:
                return self._steps.branch(request, found, sent)
            case Undecided.TIME:
                return await self._time(request, found, sent)
            case _:
                return self._steps.service(request, found, sent)

    async def _time(self, request: PublicRequest, found: Decision, sent: SentChoices) -> Response:
        times = await self._times(found, 0)
        view = time_view(request, times, found.choices.day, found.choices.month)
        if view is None:
            return self._steps.nothing(request, found, sent)
        return self._steps.time(request, found, sent, view)

    async def _first_anywhere(
        self, request: PublicRequest, found: Decision, sent: SentChoices
    ) -> Response:
        """The branch and day of the earliest start; of equal ones the first branch in order."""
        earliest = []
        for place, branch in enumerate(found.branches):
            times = await self._times(found, place)
            if times.starts:
                earliest.append((times.starts[0], place, branch, times.zone))
        if not earliest:
            return self._steps.nothing(request, found, sent)
        start, _, branch, zone = min(earliest)
        day = local_date(start, zone).isoformat()
        pairs = [*found.choices.pairs(), ("branch", branch.key), ("date", day)]
        if sent.is_carried:
            again = SentChoices(FieldPairs(pairs), sent.hold, sent.typed)
            return await self.next_step(request, again)
        held = [(HOLD, sent.hold)] if sent.hold else []
        later = [] if sent.is_first_step else [LATER]
        return see_other(request, request.link(request.book(), [*pairs, *held, *later]))

    async def _times(self, found: Decision, place: int) -> FreeTimes:
        cache = self._pages.app.database.version_cache
        return await self._pages.computed(free_times(cache, found.sources[place]))

    def _ignored(self, request: PublicRequest, sent: SentChoices) -> Ignored:
        """One's own held time is shown as free."""
        if not sent.hold:
            return Ignored()
        hold = self._pages.tokens.hold(request.account.id, sent.hold)
        return Ignored(reservation_id=hold.reservation_id)
