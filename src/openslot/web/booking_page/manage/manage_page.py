"""`/manage/{token}`: the appointment, what may be done with it, and its calendar file."""

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.web.booking_page.booking.done_page import calendar_response, what_to_bring
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.manage.managed import Managed, ManagedAppointments
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.told_words import change_words
from openslot.web.http.response import Response

RESTORE = "restore"  # the kind of the form that takes a cancel back
MOVED, RESTORED = "moved", "restored"  # the parameters that say what was done


class ManagePage:
    """Shows the appointment; reading it changes nothing."""

    def __init__(self, pages: BookingPages, managed: ManagedAppointments) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._managed = managed

    async def show(self, request: PublicRequest) -> Response:
        """The appointment, or that it is cancelled.

        Raises:
            PageGone: the link no longer works.
        """
        return self.page_of(request, await self._managed.read(request))

    async def calendar(self, request: PublicRequest) -> Response:
        """The calendar file.

        Raises:
            PageGone: as `show`.
        """
        managed = await self._managed.read(request)
        return calendar_response(self._pages, request, managed.revision, managed.found)

    async def begin_again(self, request: PublicRequest) -> Response:
        """The appointment, for a form that is not as it was sent.

        Raises:
            PageGone: as `show`.
        """
        response = await self.show(request)
        return Response(422, response.body, response.headers)

    def refused(self, request: PublicRequest, managed: Managed) -> Response:
        """409: what was asked for would not work; the page explains why."""
        response = self.page_of(request, managed)
        return Response(409, response.body, response.headers)

    def page_of(self, request: PublicRequest, managed: Managed) -> Response:
        """The page of an appointment as it stands."""
        if managed.is_cancelled:
            return self._cancelled(request, managed)
        path = self._managed.path
        options = managed.options
        return page(
            request,
            Step(
                "manage",
                request.words.say("Your appointment"),
                "manage.html",
                {
                    "chosen": managed.found,
                    "reference": managed.appointment.reference,
                    "ics": request.link(path(request, "appointment.ics")),
                    "cancel": request.link(path(request, "cancel")) if options.may_cancel else "",
                    "move": request.link(path(request, "move")) if options.may_move else "",
                    "cancel_until": self._until(request, managed, options.cancel_until),
                    "move_until": self._until(request, managed, options.move_until),
                    "is_ahead": managed.is_ahead,
                    "what_to_bring": what_to_bring(managed.found),
                },
                notice=_notice(request, managed),
                own_address=request.link(path(request)),
            ),
        )

    def _cancelled(self, request: PublicRequest, managed: Managed) -> Response:
        return page(
            request,
            Step(
                "cancelled",
                request.words.say("Your appointment is cancelled"),
                "cancelled.html",
                {
                    "chosen": managed.found,
                    "reference": managed.appointment.reference,
                    "may_restore": managed.may_restore,
                    "told": change_words(request, managed.told_by) if managed.told_by else "",
                    "restore": self._managed.path(request, "restore"),
                    "form": self._pages.hidden(request, RESTORE, []),
                    "again": request.link(request.book()) if request.page.is_open else "",
                },
                own_address=request.link(self._managed.path(request)),
            ),
        )

    def _until(self, request: PublicRequest, managed: Managed, until: Millis | None) -> str:
        if until is None:
            return ""
        return request.formats.date_and_time(until // MINUTE_MS, managed.found.zone)


def _notice(request: PublicRequest, managed: Managed) -> str:
    """What was done a moment ago, and whether a message tells of it."""
    say, query = request.words.say, request.query
    if query.one(MOVED) == "1":
        done = say("Your appointment has been moved.")
    elif query.one(RESTORED) == "1":
        done = say("Your appointment is no longer cancelled: it takes place as planned before.")
    else:
        return ""
    return f"{done} {change_words(request, managed.told_by)}"
