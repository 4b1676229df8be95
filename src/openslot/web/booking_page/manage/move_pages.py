"""The pages of moving an appointment."""

from dataclasses import dataclass
from datetime import date

from openslot.scheduling.customer_actions import HeldTime
from openslot.web.booking_page.booking.details_pages import HeldDetails, hold_view
from openslot.web.booking_page.booking.lost_page import LostPage, lost_page
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.choices import DATE, MONTH, month_text
from openslot.web.booking_page.choosing.free_times import FreeTimes
from openslot.web.booking_page.choosing.sent_choices import HOLD, SentChoices
from openslot.web.booking_page.choosing.time_view import time_view
from openslot.web.booking_page.manage.managed import Managed, ManagedAppointments
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import KEY, new_key
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import NOTHING

MOVE_TIMES, MOVE = "move-times", "move"  # the kinds of the forms
INSTEAD = "instead"  # the token of the time that is held until another is taken


@dataclass(frozen=True, slots=True)
class WantedTime:
    """What somebody wants to see of the free times, and the time that they hold meanwhile."""

    day: date | None
    month: date | None
    instead: str  # its token; "": none


class MovePages:
    """Shows them."""

    def __init__(self, pages: BookingPages, managed: ManagedAppointments) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._managed = managed
        self._lost = LostPage(pages)

    def times(
        self, request: PublicRequest, managed: Managed, times: FreeTimes, wanted: WantedTime
    ) -> Response:
        """The month and the starts of its open day, as when booking."""
        view = time_view(request, times, wanted.day, wanted.month)
        if view is None:
            return self.nothing(request, managed)
        held = [(INSTEAD, wanted.instead)] if wanted.instead else []
        path = self._managed.path(request, "move")
        notice = ""
        if wanted.day is not None and not view.open_day:
            day = request.formats.full_date(wanted.day)
            notice = request.words.say("There are no free times on {date}.", date=day)
        return page(
            request,
            Step(
                "time",
                request.words.say("Choose a day and time"),
                "time.html",
                {
                    "view": view,
                    "action": path,
                    "steps_path": path,
                    "base_pairs": [],
                    "held": held,
                    "sent": SentChoices(NOTHING),
                    "intro": "",
                    "choosing_form": (),
                    "month_text": month_text,
                    "start_form": self._pages.hidden(
                        request, MOVE_TIMES, [*held, (KEY, new_key())]
                    ),
                    **_chosen_words(managed),
                    "back_path": request.link(self._managed.path(request)),
                },
                notice=notice,
                own_address=request.link(path, request.query.only(DATE, MONTH, INSTEAD)),
            ),
        )

    def nothing(self, request: PublicRequest, managed: Managed) -> Response:
        """There is no other free time."""
        heading = request.words.say("There are no free times")
        values = {
            "has_services": True,
            "intro": "",
            **_chosen_words(managed),
            "back_path": request.link(self._managed.path(request)),
        }
        own_address = request.link(self._managed.path(request, "move"))
        return page(
            request,
            Step(
                "none",
                heading,
                "none.html",
                values,
                own_address=own_address,
            ),
        )

    async def check(
        self, request: PublicRequest, managed: Managed, hold: Hold, held: HeldTime
    ) -> Response:
        """The old and the new time, before the appointment is moved."""
        new, _ = await self._lost.nearest(request, hold, self._managed.actor(request))
        token = self._pages.tokens.of_hold(request.account.id, hold)
        path = self._managed.path
        return page(
            request,
            Step(
                "move",
                request.words.say("Check the new time"),
                "move.html",
                {
                    "before": managed.found,
                    "chosen": new,
                    "hold": hold_view(request, HeldDetails(hold, new, held)),
                    "action": path(request, "move/confirm"),
                    "form": self._pages.hidden(request, MOVE, [(HOLD, token)]),
                    "other_time": request.link(path(request, "move"), [(INSTEAD, token)]),
                    "back_path": request.link(path(request)),
                },
                own_address=request.link(path(request, "move"), [(HOLD, token)]),
            ),
        )

    async def lost(self, request: PublicRequest, hold: Hold) -> Response:
        """The new time is no longer free: the nearest ones."""
        found, starts = await self._lost.nearest(request, hold, self._managed.actor(request))
        path = self._managed.path(request, "move")
        forms = {
            "start_form": self._pages.hidden(request, MOVE_TIMES, [(KEY, new_key())]),
            "start_action": path,
            "choosing_action": "",
            "other_time": request.link(path, [found.day_pair]),
            "has_typed": False,
        }
        return lost_page(request, found, starts, forms)


def _chosen_words(managed: Managed) -> dict[str, str]:
    """What is to be moved, where it is, and how long it takes."""
    found = managed.found
    where = found.offer.name(found.branch)
    return {"what": found.what, "where": where, "how_long": found.party_and_duration}
