"""What an appointment's page says of it, as far as the role may see it."""

from collections.abc import Sequence
from datetime import date

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.views.people_hidden import sees_people
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.appointments.appointment_states import person_name, state_word
from openslot.web.console.frame.console_request import ConsoleRequest

Facts = Sequence[tuple[str, str]]  # each with what it is


class AppointmentFacts:
    """Says what appointments are, in one language."""

    def __init__(self, request: ConsoleRequest, localized: LocalizedCatalogue) -> None:
        """`localized` has the names of services, branches and resources."""
        self._request = request
        self._localized = localized

    def facts(self, appointment: Appointment) -> Facts:
        """Everything, empty parts left out."""
        at, say = appointment.placement, self._request.words.say
        names = self._localized.resources
        found = [
            (say("Time"), self.when(at)),
            (say("Place"), self._place(at.branch_id)),
            (say("Service"), self.services(at)),
            (say("Resource"), ", ".join(names[id_].name for id_ in at.resource_ids)),
            (say("People"), self._request.formats.number(at.party)),
            (say("State"), self._state(appointment)),
            (say("Name"), person_name(self._request.words, appointment)),
            *self._person(appointment),
            *self._answers(appointment),
            (say("Reference"), appointment.reference or ""),
        ]
        return [(name, text) for name, text in found if text]

    def summary(self, appointment: Appointment) -> str:
        """In one line: when, what, who."""
        at = appointment.placement
        name = person_name(self._request.words, appointment)
        return ", ".join([self.when(at), self.services(at), name])

    def services(self, at: Placement) -> str:
        """The names of the services."""
        return ", ".join(self._localized.services[id_].name for id_ in at.service_ids)

    def when(self, at: Placement) -> str:
        """`Tuesday 12 January 2027, 10:00 to 10:30`."""
        zone = self._localized.catalogue.branches[at.branch_id].zone
        day = self._request.formats.day_and_year(local_date(at.start, zone))
        return f"{day}, {self.from_to(at.branch_id, at.start, at.end)}"

    def from_to(self, branch_id: str, start: Minute, end: Minute) -> str:
        """`10:00 to 10:30`."""
        zone, formats = self._localized.catalogue.branches[branch_id].zone, self._request.formats
        return self._request.words.say(
            "{start} to {end}", start=formats.time(start, zone), end=formats.time(end, zone)
        )

    def start_time(self, appointment: Appointment) -> str:
        """`10:00`."""
        at = appointment.placement
        zone = self._localized.catalogue.branches[at.branch_id].zone
        return self._request.formats.time(at.start, zone)

    def _place(self, branch_id: str) -> str:
        branch = self._localized.branches[branch_id]
        address = branch.address
        parts = [branch.name]
        if address is not None:
            town = " ".join(part for part in (address.zipCode, address.city) if part)
            parts += [part for part in (address.streetName, town) if part]
        return ", ".join(parts)

    def _state(self, appointment: Appointment) -> str:
        say = self._request.words.say
        marks = [state_word(self._request.words, appointment.status)]
        if appointment.conflicted:
            marks.append(say("Stranded"))
        if appointment.override:
            marks.append(say("Rules broken"))
        return ", ".join(marks)

    def _person(self, appointment: Appointment) -> Facts:
        """What those see of a person who may handle appointments; of others it is hidden."""
        say, person = self._request.words.say, appointment.customer or {}
        return [
            (say("E-mail address"), person.get("email") or ""),
            (say("Phone"), person.get("phoneNumber") or ""),
            (say("Date of birth"), self._born_on(person.get("dateOfBirth"))),
            (say("Identifier"), appointment.identifier or ""),
        ]

    def _born_on(self, text: str | None) -> str:
        return self._request.formats.plain_date(date.fromisoformat(text)) if text else ""

    def _answers(self, appointment: Appointment) -> Facts:
        if not sees_people(self._request.actor):
            return []
        questions = {
            question.id: question.text
            for id_ in appointment.placement.service_ids
            for question in self._localized.services[id_].config.questions
        }
        unknown = self._request.words.say("A former question")
        return [
            (questions.get(one["id"], unknown), one["answer"]) for one in appointment.answers or ()
        ]
