"""The rows of a day as a page shows them.

Texts are escaped here, and what many rows show is made once: on a day with 500 appointments a
template that escapes all that it writes takes half of its time for that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from markupsafe import escape

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.views.day_lists import DayEntry, DayList
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.appointments.appointment_acts import AppointmentAct, AppointmentActs
from openslot.web.console.frame.appointments.appointment_states import person_name, state_word
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class DayRow:
    """An appointment of the day. Its texts are HTML: they are shown as they are."""

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
    until: int | None  # the last instant at which the acts are these, if nothing happens
    acts: Sequence[AppointmentAct]  # forms
    links: Sequence[AppointmentAct]

    @property
    def is_cancelled(self) -> bool:
        """Whether it stands in the list of those."""
        return self.status == CANCELLED


class DayRows:
    """Makes the rows of one day in one language."""

    def __init__(
        self,
        request: ConsoleRequest,
        localized: LocalizedCatalogue,
        zone: ZoneInfo,
        bounced: Collection[str],
    ) -> None:
        """`bounced` are the ids of those whose mail came back or was refused."""
        self._words = words = request.words
        self._bounced = bounced
        acts, formats = AppointmentActs(words), request.formats
        services, resources = localized.services, localized.resources
        self._acts, self._links = acts.forms, acts.pages
        self._time = cache(lambda start: _html(formats.time(start, zone)))
        self._state = cache(lambda status: _html(state_word(words, status)))
        self._service = cache(lambda ids: _html(", ".join(services[id_].name for id_ in ids)))
        self._resource = cache(lambda ids: _html(", ".join(resources[id_].name for id_ in ids)))

    def rows(self, day_list: DayList) -> list[DayRow]:
        """Those of a day, in its order."""
        return [self._row(entry) for entry in day_list.entries]

    def _row(self, entry: DayEntry) -> DayRow:
        appointment, at = entry.appointment, entry.appointment.placement
        return DayRow(
            id=appointment.id,
            status=appointment.status,
            version=appointment.version,
            start=at.start,
            time=self._time(at.start),
            name=_html(person_name(self._words, appointment)),
            service=self._service(at.service_ids),
            resource=self._resource(at.resource_ids),
            party=at.party,
            state=self._state(appointment.status),
            marks=self._marks(appointment),
            until=entry.holds_until,
            acts=self._acts(entry),
            links=self._links(entry),
        )

    def _marks(self, appointment: Appointment) -> list[str]:
        marks = []
        if appointment.conflicted:
            marks.append(_html(self._words.say("Stranded")))
        if appointment.override:
            marks.append(_html(self._words.say("Rules broken")))
        if appointment.id in self._bounced:
            marks.append(_html(self._words.say("Bounced")))
        return marks


def _html(text: str) -> str:
    return str(escape(text))
