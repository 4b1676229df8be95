"""The rows of a day as a page shows them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.views.day_lists import DayEntry, DayList
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.appointment_acts import AppointmentAct, AppointmentActs
from openslot.web.console.frame.appointment_states import person_name, state_word
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class DayRow:
    """An appointment of the day."""

    id: str
    status: str
    version: int
    start: Minute
    time: str
    name: str
    service: str
    resource: str
    party: int
    state: str
    marks: Sequence[str]
    acts: Sequence[AppointmentAct]  # forms
    links: Sequence[AppointmentAct]

    @property
    def is_cancelled(self) -> bool:
        """Whether it stands in the list of those."""
        return self.status == CANCELLED


class DayRows:
    """Makes the rows of one day in one language."""

    def __init__(
        self, request: ConsoleRequest, localized: LocalizedCatalogue, bounced: Collection[str]
    ) -> None:
        """`bounced` are the ids of those whose mail came back or was refused."""
        words = request.words
        self._words = words
        self._formats = request.formats
        self._localized = localized
        self._bounced = bounced
        self._acts = AppointmentActs(words)

    def rows(self, day_list: DayList) -> list[DayRow]:
        """Those of a day, in its order."""
        return [self._row(entry, day_list) for entry in day_list.entries]

    def _row(self, entry: DayEntry, day_list: DayList) -> DayRow:
        appointment, at = entry.appointment, entry.appointment.placement
        services, resources = self._localized.services, self._localized.resources
        return DayRow(
            id=appointment.id,
            status=appointment.status,
            version=appointment.version,
            start=at.start,
            time=self._formats.time(at.start, day_list.branch.zone),
            name=person_name(self._words, appointment),
            service=", ".join(services[id_].name for id_ in at.service_ids),
            resource=", ".join(resources[id_].name for id_ in at.resource_ids),
            party=at.party,
            state=state_word(self._words, appointment.status),
            marks=self._marks(appointment),
            acts=self._acts.forms(entry),
            links=self._acts.pages(entry),
        )

    def _marks(self, appointment: Appointment) -> list[str]:
        marks = []
        if appointment.conflicted:
            marks.append(self._words.say("Stranded"))
        if appointment.override:
            marks.append(self._words.say("Rules broken"))
        if appointment.id in self._bounced:
            marks.append(self._words.say("Bounced"))
        return marks
