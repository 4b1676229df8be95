"""Small acts on the page of an appointment: its notes, and a message sent again."""

from openslot.delivery.message_actions import RESEND_MESSAGE, MessagePlace
from openslot.delivery.model.message import NoRecipient
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import FieldRefused, long_text
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.errors import VersionMismatch, WrongState
from openslot.scheduling.staff_actions import CHANGE_NOTES, NotesChange
from openslot.web.console.appointments.appointment_page import AppointmentPages
from openslot.web.console.appointments.return_paths import path_of
from openslot.web.console.appointments.stale_forms import notice_of
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, fault_text
from openslot.web.http.response import Response


class NotesAndMessages:
    """Each leads back to the page, with what was done."""

    def __init__(self, console: Console, pages: AppointmentPages) -> None:
        """`pages` shows the notes again where they cannot be saved."""
        self._console = console
        self._pages = pages

    async def save_notes(self, request: ConsoleRequest) -> Response:
        """`POST …/notes`."""
        id_, version, say = request.parameters["id"], request.version, request.words.say
        try:
            notes = long_text(request.form.one("notes"))
        except FieldRefused as refusal:
            text = fault_text(Fault("notes", refusal.code, str(refusal)), request.words)
            form = FormValues(typed=request.form, faults={"notes": text})
            return await self._pages.page(request, form, status=422)
        change = NotesChange(id_, notes, lambda current: current == version, NO_KEY)
        try:
            await self._console.run(request, CHANGE_NOTES, change)
        except VersionMismatch:
            notice = await notice_of(
                self._console, request, lambda now: now.notes == (notes or None)
            )
            return self._console.see_other(request, path_of(id_), notice)
        return self._console.see_other(request, path_of(id_), say("Notes saved"))

    async def resend(self, request: ConsoleRequest) -> Response:
        """`POST …/messages/{message}/resend`."""
        id_, say = request.parameters["id"], request.words.say
        key = request.idempotency_key
        place = MessagePlace(id_, request.parameters["message"], key.replay)
        try:
            path = await self._console.run_once(
                request, RESEND_MESSAGE, place, lambda _: path_of(id_)
            )
        except NoRecipient:
            notice = say("Not sent: the customer has no address for this")
            return self._console.see_other(request, path_of(id_), notice)
        except WrongState:
            notice = say("Not sent: it no longer fits the appointment")
            return self._console.see_other(request, path_of(id_), notice)
        except Invalid:  # the form was changed in between
            return self._console.see_other(request, path_of(id_))
        return self._console.see_other(request, path, say("The message is being sent"))
