"""The appointment of a manage link, as its customer sees it."""

from dataclasses import dataclass

from openslot.identity.keys.manage_links import ManageLinks
from openslot.kernel.actor import LINK, Actor
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling import actions
from openslot.scheduling.booking.customer_restore import may_restore
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.scheduling.views.customer_options import CustomerOptions, options_of
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.booking.chosen import Chosen, chosen_of_appointment
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.refusals import PageGone
from openslot.web.booking_page.told_words import change_channels

_SCOPES = frozenset({BOOK, RESCHEDULE, CANCEL})


@dataclass(frozen=True)
class Managed:
    """An appointment that is not over, and what may be done with it."""

    revision: AppointmentRevision
    found: Chosen
    options: CustomerOptions
    may_restore: bool
    told_by: tuple[str, ...]  # channels by which the last change is told
    now: Millis

    @property
    def appointment(self) -> Appointment:
        """The appointment."""
        return self.revision.appointment

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled, by whomever."""
        return self.appointment.status == CANCELLED

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to come."""
        return self.appointment.status == CONFIRMED


class ManagedAppointments:
    """Reads appointments by their links."""

    def __init__(self, pages: BookingPages, links: ManageLinks) -> None:
        """`links` are those of this installation."""
        self._pages = pages
        self._links = links

    def path(self, request: PublicRequest, step: str = "") -> str:
        """The path of a step of the link of a request."""
        path = f"{request.base}/manage/{request.parameters['token']}"
        return f"{path}/{step}" if step else path

    def appointment_id(self, request: PublicRequest) -> str:
        """The id of the appointment.

        Raises:
            PageGone: the link is none.
        """
        found = self._links.appointment_id(request.parameters["token"])
        if found is None:
            raise PageGone
        return found

    def actor(self, request: PublicRequest) -> Actor:
        """Who acts: whoever has the link."""
        return Actor(
            request.account.id,
            LINK,
            self.appointment_id(request),
            _SCOPES,
            request.address or None,
            request.request_id,
        )

    async def read(self, request: PublicRequest) -> Managed:
        """The appointment of a request.

        Raises:
            PageGone: it is over, or its data is erased.
        """
        return await self._pages.read(request, self._read, request)

    def _read(self, tx: AccountTx, request: PublicRequest) -> Managed:
        try:
            actor = self.actor(request)
            revision = actions.GET_REVISION.run(tx, actor, self.appointment_id(request))
            appointment = revision.appointment
            found = chosen_of_appointment(tx, request, appointment)
        except NotFound:
            raise PageGone from None
        is_over = tx.now >= appointment.placement.end * MINUTE_MS
        if appointment.identifier is None or is_over:
            raise PageGone
        options = options_of(appointment, found.services, tx.now)
        return Managed(
            revision,
            found,
            options,
            may_restore(tx, appointment),
            change_channels(tx, appointment),
            tx.now,
        )
