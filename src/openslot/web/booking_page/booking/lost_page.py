"""The page of a time that somebody else has taken: the nearest free ones, and what was typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.errors import OpenslotError
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.booking.chosen import Chosen, chosen
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.choosing_pages import TIMES
from openslot.web.booking_page.choosing.decision import Ignored, read_times
from openslot.web.booking_page.choosing.free_times import FreeTimesSource, free_times
from openslot.web.booking_page.choosing.sent_choices import CHOOSING, HOLD
from openslot.web.booking_page.choosing.time_view import start_button, zone_text
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import KEY, new_key
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import Pairs

_NEAREST = 3


class LostPage:
    """Shows up to three free starts, by their distance from the lost one."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages

    async def show(self, request: PublicRequest, hold: Hold, typed: Pairs = ()) -> Response:
        """409, with what was typed staying."""
        found, times = await self.nearest(request, hold, self._pages.actor(request))
        token = self._pages.tokens.of_hold(request.account.id, hold)
        carried = [*found.choices.pairs(), (HOLD, token), *typed]
        hidden = self._pages.hidden
        return lost_page(
            request,
            found,
            times,
            {
                "start_form": hidden(request, TIMES, [*carried, (KEY, new_key())]),
                "start_action": request.book("hold"),
                "choosing_form": hidden(request, CHOOSING, [*carried, found.day_pair]),
                "choosing_action": request.book("details"),
                "has_typed": bool(typed),
            },
        )

    async def nearest(
        self, request: PublicRequest, hold: Hold, actor: Actor
    ) -> tuple[Chosen, Sequence[Minute]]:
        """What a hold stood for, and the nearest starts that are free."""
        found, source = await self._pages.read(request, _read, request, hold, actor)
        if source is None:
            return found, ()
        cache = self._pages.app.database.version_cache
        times = await self._pages.computed(free_times(cache, source))
        nearest = sorted(times.starts, key=lambda start: (abs(start - hold.start), start))
        return found, nearest[:_NEAREST]


def lost_page(
    request: PublicRequest, found: Chosen, starts: Sequence[Minute], forms: Mapping[str, Any]
) -> Response:
    """The page; `forms` are those of its buttons."""
    return page(
        request,
        Step(
            "lost",
            request.words.say("That time is no longer free"),
            "lost.html",
            {
                "chosen": found,
                "starts": [start_button(request, start, found.zone) for start in starts],
                "zone_name": found.zone.key,
                "zone_text": zone_text(request, starts, found.zone) if starts else "",
                **forms,
            },
            status=409,
        ),
    )


def _read(
    tx: AccountTx, request: PublicRequest, hold: Hold, actor: Actor
) -> tuple[Chosen, FreeTimesSource | None]:
    found = chosen(tx, request, hold)
    ignored = Ignored(appointment_id=hold.replaces)
    try:
        return found, read_times(tx, actor, found.choices, found.branch, ignored)
    except OpenslotError:  # what was chosen is no longer offered
        return found, None
