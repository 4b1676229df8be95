"""`POST /manage/{token}/restore`: takes back what this link cancelled."""

from openslot.scheduling import customer_actions
from openslot.scheduling.model.errors import NothingToUndo, SlotUnavailable
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.manage.manage_page import RESTORE, RESTORED, ManagePage
from openslot.web.booking_page.manage.managed import ManagedAppointments
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.http.response import Response


class RestoreStep:
    """Takes a cancel back, while the time is free."""

    def __init__(
        self, pages: BookingPages, managed: ManagedAppointments, shown: ManagePage
    ) -> None:
        """`shown` is the page that says so."""
        self._pages = pages
        self._managed = managed
        self._shown = shown

    async def restore(self, request: PublicRequest) -> Response:
        """303 to the appointment.

        Raises:
            FormChanged: the form is not one of ours.
            PageGone: the link no longer works.
        """
        self._pages.signatures.checked(request.account.id, (RESTORE,), request.form)
        managed = await self._managed.read(request)
        if managed.is_ahead:
            return self._restored(request)
        action, actor = customer_actions.RESTORE_APPOINTMENT, self._managed.actor(request)
        try:
            await self._pages.write(request, action.run, actor, managed.appointment.id)
        except (NothingToUndo, SlotUnavailable):
            return self._shown.refused(request, await self._managed.read(request))
        await dispatch_first(self._pages.app, request.account.id)
        return self._restored(request)

    def _restored(self, request: PublicRequest) -> Response:
        return see_other(request, request.link(self._managed.path(request), [(RESTORED, "1")]))
