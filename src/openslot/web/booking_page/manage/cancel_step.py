"""`/manage/{token}/cancel`: asks first, and never does what a machine that presses buttons says."""

from openslot.kernel.clock import now_ms
from openslot.scheduling import actions
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.errors import AppointmentStarted, TooLate, WrongState
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.manage.manage_page import ManagePage
from openslot.web.booking_page.manage.managed import Managed, ManagedAppointments
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import KEY, made_at, new_key
from openslot.web.http.response import Response

_KIND = "cancel"
_CHOICE, _KEEP, _CANCEL = "choice", "keep", "cancel"
_YOUNGEST_MS = 3_000  # nobody has read a question and answered it sooner


class CancelStep:
    """Asks whether to cancel, and cancels."""

    def __init__(
        self, pages: BookingPages, managed: ManagedAppointments, shown: ManagePage
    ) -> None:
        """`shown` says why cancelling would not work."""
        self._pages = pages
        self._managed = managed
        self._shown = shown

    async def ask(self, request: PublicRequest) -> Response:
        """The question, with nothing chosen.

        Raises:
            PageGone: the link no longer works.
        """
        managed = await self._managed.read(request)
        if not managed.options.may_cancel:
            return self._shown.refused(request, managed)
        return self._question(request, managed)

    async def cancel(self, request: PublicRequest) -> Response:
        """Does what was chosen; cancelling twice is the same as once.

        Raises:
            FormChanged: the form is not one of ours.
            PageGone: the link no longer works.
        """
        form = self._pages.signatures.checked(request.account.id, (_KIND,), request.form)
        managed = await self._managed.read(request)
        choice = form.typed.one(_CHOICE)
        is_young = now_ms() < made_at(form.hidden.one(KEY)) + _YOUNGEST_MS
        here = see_other(request, request.link(self._managed.path(request)))
        if managed.is_cancelled and choice == _CANCEL and not is_young:
            return here
        if not managed.options.may_cancel:
            return self._shown.refused(request, managed)
        if is_young:
            text = request.words.say("Read the question, then choose what to do")
            return self._question(request, managed, text)
        if choice == _KEEP:
            return here
        if choice != _CANCEL:
            text = request.words.say("Choose whether to keep or to cancel the appointment")
            return self._question(request, managed, text)
        given = actions.Cancel(managed.appointment.id, lambda _: True, NO_KEY)
        try:
            actor = self._managed.actor(request)
            await self._pages.write(request, actions.CANCEL_APPOINTMENT.run, actor, given)
        except (WrongState, AppointmentStarted, TooLate):
            return self._shown.refused(request, await self._managed.read(request))
        await dispatch_first(self._pages.app, request.account.id)
        return here

    def _question(self, request: PublicRequest, managed: Managed, fault: str = "") -> Response:
        path = self._managed.path
        return page(
            request,
            Step(
                "cancel",
                request.words.say("Do you want to cancel this appointment?"),
                "cancel.html",
                {
                    "chosen": managed.found,
                    "faults": {_CHOICE: fault} if fault else {},
                    "action": path(request, "cancel"),
                    "form": self._pages.hidden(request, _KIND, [(KEY, new_key())]),
                    "back": request.link(path(request)),
                },
                status=422 if fault else 200,
                has_faults=bool(fault),
                own_address="" if fault else request.link(path(request, "cancel")),
            ),
        )
