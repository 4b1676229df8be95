"""`POST /book/{account}/confirm`: a held time and its details become an appointment."""

from collections.abc import Sequence

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL
from openslot.kernel.errors import Invalid
from openslot.scheduling import actions, customer_actions
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_FORM
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    ReservationExpired,
    ReservationReleased,
    SlotUnavailable,
)
from openslot.web.booking_page.booking.detail_fields import (
    DetailsReader,
    ReadDetails,
    typed_pairs,
)
from openslot.web.booking_page.booking.details_pages import CHECK
from openslot.web.booking_page.booking.flow import Flow
from openslot.web.booking_page.booking.held_times import AlreadyBooked, TimeLost
from openslot.web.booking_page.choosing.sent_choices import HOLD
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import Pairs

ORIGIN = "booking-page"


class ConfirmStep:
    """Books."""

    def __init__(self, flow: Flow) -> None:
        """Takes what the steps share."""
        self._flow = flow

    async def confirm(self, request: PublicRequest) -> Response:
        """303 to the page that says what was booked, however often it is sent.

        Raises:
            FormChanged, UnknownToken: the form is not one of ours.
        """
        form = self._flow.form(request, CHECK)
        hold, typed = self._flow.hold(request, form.hidden.one(HOLD)), typed_pairs(form.hidden)
        return await self._flow.settled(request, typed, self._confirm(request, hold, typed))

    async def _confirm(self, request: PublicRequest, hold: Hold, typed: Pairs) -> Response:
        held = await self._flow.times.ensure(request, hold)
        details, today = await self._flow.details(request, hold, held, typed)
        read = DetailsReader(details.found, typed, today).read()
        if read.faults:
            # The catalogue has changed meanwhile: it asks for something else now.
            return self._flow.shown.details(request, details, read.faults)
        await self._book(request, hold, read)
        return self._flow.done(request, hold.reservation_id)

    async def _book(self, request: PublicRequest, hold: Hold, read: ReadDetails) -> None:
        confirm = actions.Confirm(hold.reservation_id, _details(request, read), NO_KEY)
        visitor = await self._flow.visitors.visitor(request)
        given = customer_actions.ConfirmHeld(confirm, read.person, visitor)
        actor = self._flow.pages.actor(request)
        try:
            await self._flow.pages.write(request, customer_actions.CONFIRM_HELD.run, actor, given)
        except AlreadyConfirmed:
            raise AlreadyBooked(hold.reservation_id) from None
        except (SlotUnavailable, ReservationExpired, ReservationReleased, Invalid):
            raise TimeLost(hold) from None


def _details(request: PublicRequest, read: ReadDetails) -> AppointmentDetails:
    def language(locales: Sequence[str]) -> str:
        """The language that the person read, in which messages are written, too."""
        return locales[0] if request.locale == RIGHT_TO_LEFT_TRIAL else request.locale

    return AppointmentDetails(
        customer=read.customer,
        needs=NEEDS_OF_FORM,
        answers=read.answers,
        notes=None,
        origin=ORIGIN,
        language=language,
    )
