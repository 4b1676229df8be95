"""`/book/{account}/done`: what was booked, for as long as the appointment is not erased."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from openslot.calendars.objects import MEDIA_TYPE, calendar_of
from openslot.delivery.texts.account_messages import account_messages
from openslot.identity.keys.manage_links import ManageLinks
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.errors import NotFound
from openslot.scheduling import actions
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.storage.transactions import AccountTx
from openslot.web.api.calendar_objects import calendar_object
from openslot.web.booking_page.booking.chosen import Chosen, chosen_of_appointment
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.public_request import LANGUAGE, PublicRequest
from openslot.web.booking_page.rendering import Step, headers, page
from openslot.web.booking_page.told_words import confirmation_channels, confirmation_words
from openslot.web.http.response import Response

_MANAGE_SHOWN_MS = 60 * MINUTE_MS  # after booking


@dataclass(frozen=True, slots=True)
class _ReadBooking:
    """A booked appointment as it was read."""

    revision: AppointmentRevision
    found: Chosen
    confirmed_by: tuple[str, ...]  # channels
    now: Millis


class DonePage:
    """Says what was booked; nothing on it is personal."""

    def __init__(self, pages: BookingPages, links: ManageLinks) -> None:
        """`links` are those of this installation."""
        self._pages = pages
        self._links = links

    async def show(self, request: PublicRequest) -> Response:
        """The page.

        Raises:
            UnknownToken: the booking is none.
            NotFound: its data is erased.
        """
        appointment_id = self._appointment_id(request)
        booked = await self._pages.read(request, self._read, request, appointment_id)
        appointment, found = booked.revision.appointment, booked.found
        own = [("booking", request.query.one("booking"))]
        is_fresh = booked.now < appointment.created_at + _MANAGE_SHOWN_MS
        is_cancelled = appointment.status == CANCELLED
        confirmation = confirmation_words(request, booked.confirmed_by)
        return page(
            request,
            Step(
                "done",
                request.words.say("Your appointment is booked"),
                "done.html",
                {
                    "chosen": found,
                    "reference": appointment.reference,
                    "confirmation": [] if is_cancelled else confirmation,
                    "ics": request.link(request.book("done.ics"), own),
                    "manage": self._manage(request, appointment_id) if is_fresh else "",
                    "what_to_bring": what_to_bring(found),
                    "done_text": request.text(request.page.document.texts.done),
                    "again": request.link(request.book()),
                },
                notice=request.words.say("This appointment has been cancelled.")
                if is_cancelled
                else "",
                own_address=request.link(request.book("done"), own),
            ),
        )

    async def calendar(self, request: PublicRequest) -> Response:
        """The calendar file.

        Raises:
            UnknownToken, NotFound: as `show`.
        """
        appointment_id = self._appointment_id(request)
        booked = await self._pages.read(request, self._read, request, appointment_id)
        return calendar_response(self._pages, request, booked.revision, booked.found)

    def _manage(self, request: PublicRequest, appointment_id: str) -> str:
        """The manage link, in the language that was chosen."""
        language = [pair for pair in request.travelling if pair[0] == LANGUAGE]
        query = f"?{urlencode(language)}" if language else ""
        return request.base + self._links.path(appointment_id) + query

    def _appointment_id(self, request: PublicRequest) -> str:
        return self._pages.tokens.booking(request.account.id, request.query.one("booking"))

    def _read(self, tx: AccountTx, request: PublicRequest, appointment_id: str) -> _ReadBooking:
        revision, found = read_appointment(tx, self._pages, request, appointment_id)
        settings, appointment = self._pages.app.settings, revision.appointment
        channels = confirmation_channels(tx.account, settings, appointment)
        return _ReadBooking(revision, found, channels, tx.now)


def read_appointment(
    tx: AccountTx, pages: BookingPages, request: PublicRequest, appointment_id: str
) -> tuple[AppointmentRevision, Chosen]:
    """An appointment and what it stands for.

    Raises:
        NotFound: there is none, or its data is erased.
    """
    revision = actions.GET_REVISION.run(tx, pages.actor(request), appointment_id)
    if revision.appointment.identifier is None:
        raise NotFound("The data of this appointment is erased")
    return revision, chosen_of_appointment(tx, request, revision.appointment)


def what_to_bring(found: Chosen) -> list[str]:
    """What the services ask people to bring, each text once."""
    texts = [found.request.text(service.document.get("whatToBring")) for service in found.services]
    return [text for text in dict.fromkeys(texts) if text]


def calendar_response(
    pages: BookingPages, request: PublicRequest, revision: AppointmentRevision, found: Chosen
) -> Response:
    """The calendar file of an appointment: no answer and no name is in it."""
    appointment = revision.appointment
    whole = calendar_object(found.offer.localized, pages.app.calendar_uids, revision)
    own = account_messages(request.account.content)
    one = replace(
        whole,
        summary=request.text(own.calendar_title) if own.calendar_title else whole.summary,
        description=_calendar_description(request, appointment),
    )
    own_headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Disposition": 'attachment; filename="appointment.ics"',
    }
    return Response(200, calendar_of([one]), {**headers(request), **own_headers})


def _calendar_description(request: PublicRequest, appointment: Appointment) -> str:
    """The reference, and where to move or cancel: the link itself is in no calendar."""
    say, lines = request.words.say, []
    if appointment.reference:
        lines.append(f"{say('Reference')}: {appointment.reference}")
    if appointment.status == CONFIRMED:
        lines.append(
            say("To move or cancel the appointment, use the link that you got when it was booked.")
        )
    return "\n".join(lines)
