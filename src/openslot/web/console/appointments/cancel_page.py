"""`/console/appointments/{id}/cancel`."""

from collections.abc import Mapping
from dataclasses import dataclass

from openslot.delivery.messages.planning import recipients_of
from openslot.delivery.model.message_kinds import CANCELLED as CANCELLED_KIND
from openslot.kernel.errors import Invalid
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.staff_actions import CANCEL, StaffCancellation
from openslot.scheduling.views import day_lists
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.appointments.appointment_facts import AppointmentFacts
from openslot.web.console.appointments.form_faults import form_faults
from openslot.web.console.appointments.return_paths import list_before, path_after, path_of
from openslot.web.console.appointments.staff_fields import (
    NOTIFY,
    TICKED,
    notifies,
    rule_override_of,
)
from openslot.web.console.appointments.stale_forms import notice_of
from openslot.web.console.appointments.who_is_told import WhoIsTold
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import BACK, ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


@dataclass(frozen=True, slots=True)
class _ShownCancel:
    """What is to be cancelled."""

    appointment: Appointment
    is_cancellable: bool
    summary: str


class CancelPages:
    """The form, and what it does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The form."""
        stored = {NOTIFY: TICKED, BACK: list_before(request)}
        return await self._page(request, FormValues(stored, request.typed))

    async def cancel(self, request: ConsoleRequest) -> Response:
        """Cancels, and leads back."""
        id_, version, words = request.parameters["id"], request.version, request.words
        try:
            cancellation = StaffCancellation(
                appointment_id=id_,
                rule_override=rule_override_of(request),
                precondition=lambda current: current == version,
                idempotency_key=NO_KEY,
                notifies=notifies(request),
            )
            cancelled = await self._console.run(request, CANCEL, cancellation)
        except Invalid as refusal:
            return await self._refused(request, form_faults(words, refusal.faults), 422)
        except TooLate as refusal:
            text = too_late_text(request, refusal)
            return await self._refused(request, {"": text}, 409, may_override=True)
        except (VersionMismatch, WrongState, AppointmentStarted):
            notice = await notice_of(self._console, request, lambda now: now.status == CANCELLED)
            return self._console.see_other(request, path_after(request, id_), notice)
        notice = words.say("{name}: cancelled", name=person_name(words, cancelled))
        return self._console.see_other(request, path_after(request, id_), notice)

    async def _refused(
        self,
        request: ConsoleRequest,
        faults: Mapping[str, str],
        status: int,
        may_override: bool = False,
    ) -> Response:
        form = FormValues(typed=request.form, faults=faults)
        return await self._page(request, form, status, may_override)

    async def _page(
        self,
        request: ConsoleRequest,
        form: FormValues,
        status: int = 200,
        may_override: bool = False,
    ) -> Response:
        shown = await self._console.read(request, _read, request)
        values = {
            "appointment": shown.appointment,
            "is_cancellable": shown.is_cancellable,
            "summary": shown.summary,
            "own_path": path_of(shown.appointment.id),
            "telling": WhoIsTold(self._console.app.settings, request).nobody(
                CANCELLED_KIND, recipients_of(shown.appointment)
            ),
            "may_override": (may_override or bool(form.one("override")))
            and request.may(APPOINTMENTS_OVERRIDE),
        }
        heading = request.words.say("Cancel appointment")
        page = ConsolePage(heading, "appointments/cancel.html", values, form, status)
        return self._console.page(request, page)


def too_late_text(request: ConsoleRequest, refusal: TooLate) -> str:
    """Says which rule a change comes too late for."""
    return request.words.say(
        "Too late: this is possible until {number} minutes before the start",
        number=request.formats.number(refusal.data["cutoffMinutes"]),
    )


def _read(tx: AccountTx, request: ConsoleRequest) -> _ShownCancel:
    entry = day_lists.entry_of(tx, request.actor, request.parameters["id"])
    facts = AppointmentFacts(request, localized_catalogue(tx, request.locale))
    return _ShownCancel(entry.appointment, entry.is_cancellable, facts.summary(entry.appointment))
