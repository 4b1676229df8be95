"""People and their appointments, as rows of tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.people.search import FoundPerson
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.appointments.appointment_states import person_name, state_word
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person, with the next or else the last appointment."""

    appointment_id: str
    name: str
    email: str
    phone: str
    born_on: str
    appointment: str
    appointments: int


@dataclass(frozen=True, slots=True)
class BookedRow:
    """One appointment of a person."""

    id: str
    when: str
    branch: str
    services: str
    state: str
    reference: str


class PersonRows:
    """Says who people are and what they have booked, in one language."""

    def __init__(self, request: ConsoleRequest, localized: LocalizedCatalogue) -> None:
        """`localized` has the names of services and branches."""
        self._request = request
        self._localized = localized

    def rows(self, people: Sequence[FoundPerson]) -> list[PersonRow]:
        """A row a person."""
        return [self._person(one.appointment, one.appointments) for one in people]

    def booked(self, appointments: Sequence[Appointment]) -> list[BookedRow]:
        """A row an appointment."""
        return [
            BookedRow(
                one.id,
                self._when(one),
                self._localized.branches[one.placement.branch_id].name,
                self._services(one),
                state_word(self._request.words, one.status),
                one.reference or "",
            )
            for one in appointments
        ]

    def _person(self, appointment: Appointment, appointments: int) -> PersonRow:
        person = appointment.customer or {}
        return PersonRow(
            appointment.id,
            person_name(self._request.words, appointment),
            person.get("email") or "",
            person.get("phoneNumber") or "",
            person.get("dateOfBirth") or "",
            self._named(appointment),
            appointments,
        )

    def _named(self, appointment: Appointment) -> str:
        """Time and service; of one that is cancelled that too, before somebody is told to come."""
        said = [self._when(appointment), self._services(appointment)]
        if appointment.status != CONFIRMED:
            said.append(state_word(self._request.words, appointment.status))
        return ", ".join(said)

    def _when(self, appointment: Appointment) -> str:
        at, formats = appointment.placement, self._request.formats
        zone = self._localized.catalogue.branches[at.branch_id].zone
        day = formats.day_and_year(local_date(at.start, zone))
        return f"{day}, {formats.time(at.start, zone)}"

    def _services(self, appointment: Appointment) -> str:
        services = self._localized.services
        return ", ".join(services[id_].name for id_ in appointment.placement.service_ids)
