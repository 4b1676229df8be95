"""`/console/appointments/{id}`: everything about one appointment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openslot.delivery.message_actions import LIST_MESSAGES
from openslot.delivery.messages import resending
from openslot.delivery.messages.planning import recipients_of
from openslot.delivery.model.message_kinds import BOOKED
from openslot.identity.people.actor_names import names_of_actors
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.staff_actions import GET_HISTORY
from openslot.scheduling.views import day_lists
from openslot.scheduling.views.day_lists import DayEntry
from openslot.storage.transactions import AccountTx
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.appointments.appointment_facts import AppointmentFacts
from openslot.web.console.appointments.history_rows import HistoryRows
from openslot.web.console.appointments.message_rows import AppointmentMessage, message_rows
from openslot.web.console.appointments.return_paths import path_of
from openslot.web.console.appointments.who_is_told import WhoIsTold
from openslot.web.console.frame.appointments.appointment_acts import AppointmentActs
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


@dataclass(frozen=True, slots=True)
class ShownAppointment:
    """An appointment as it was read, with everything that its page says."""

    entry: DayEntry
    changes: Sequence[AppointmentChange]
    names: Mapping[tuple[str, str], str]
    messages: Sequence[AppointmentMessage]  # of those who may handle appointments
    localized: LocalizedCatalogue
    now: Minute


class AppointmentPages:
    """The page of one appointment."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        return await self.page(request, FormValues(typed=request.typed))

    async def page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        """The page with a form of its own: the notes, as they are stored or were typed."""
        if request.may(APPOINTMENTS_MANAGE):  # then messages are shown
            await dispatch_first(self._console.app, request.account.id)
        shown = await self._console.read(request, _read, request)
        appointment = shown.entry.appointment
        at = appointment.placement
        zone = shown.localized.catalogue.branches[at.branch_id].zone
        day = local_date(at.start, zone)
        is_today = day == local_date(shown.now, zone)
        facts, acts = AppointmentFacts(request, shown.localized), AppointmentActs(request.words)
        values = {
            "appointment": appointment,
            "own_path": path_of(appointment.id),
            "facts": facts.facts(appointment),
            "whom": f"{person_name(request.words, appointment)}, {facts.start_time(appointment)}",
            "forms": acts.forms(shown.entry),
            "main_act": _main_act(acts, shown.entry, is_today),
            "pages": acts.pages(shown.entry),
            "history": HistoryRows(request, shown.localized, zone, shown.names).rows(shown.changes),
            "messages": message_rows(request, zone, shown.messages),
            "nobody_told": WhoIsTold(self._console.app.settings, request).nobody(
                BOOKED, recipients_of(appointment)
            ),
            "branch_id": at.branch_id,
            "date": day.isoformat(),
        }
        if not form.typed.pairs:
            form = FormValues({"notes": appointment.notes or ""}, faults=form.faults)
        heading = request.words.say("Appointment")
        page = ConsolePage(heading, "appointments/appointment.html", values, form, status)
        return self._console.page(request, page)


def _read(tx: AccountTx, request: ConsoleRequest) -> ShownAppointment:
    id_ = request.parameters["id"]
    entry = day_lists.entry_of(tx, request.actor, id_)
    changes = GET_HISTORY.run(tx, request.actor, id_).changes
    names = names_of_actors(tx, [(one.actor_type, one.actor_id) for one in changes])
    found: list[AppointmentMessage] = []
    if request.may(APPOINTMENTS_MANAGE):
        found = [
            AppointmentMessage(one, resending.is_resendable(tx, entry.appointment, one))
            for one in LIST_MESSAGES.run(tx, request.actor, id_)
        ]
    localized, now = localized_catalogue(tx, request.locale), tx.now // MINUTE_MS
    return ShownAppointment(entry, changes, names, found, localized, now)


def _main_act(acts: AppointmentActs, entry: DayEntry, is_today: bool) -> str:
    """The act that is probably meant; before the day of the visit none is."""
    return acts.forms(entry)[0].name if is_today and entry.next_steps else ""
