"""What an absence would do to the appointments in it, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openslot.scheduling.booking.absences import AbsenceOutcome
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.views import appointment_lists
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.calendar.time_forms import TakenTime
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.appointments.stranded_lines import StrandedLines, stranded_lines
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class ProposedMoves:
    """Where each appointment would be, and the ids of those that would stay."""

    places: Mapping[str, Placement]
    stranded: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """An appointment as it is, and where it would go."""

    id: str
    name: str  # who, when and what for
    to: str


@dataclass(frozen=True, slots=True)
class AbsencePlan:
    """Everything that the proposals' page shows."""

    resource: str
    time: str
    moves: Sequence[ProposedMove]
    stranded: StrandedLines


def proposed(outcome: AbsenceOutcome) -> ProposedMoves:
    """What is needed of an outcome that is not carried out."""
    return ProposedMoves({one.id: one.placement for one in outcome.moved}, outcome.stranded)


def absence_plan(
    tx: AccountTx, request: ConsoleRequest, time: TakenTime, moves: ProposedMoves
) -> AbsencePlan:
    """The proposals, by the starts that the appointments have now."""
    localized = localized_catalogue(tx, request.language)
    found = appointment_lists.of_ids(tx, moves.places.keys())
    zone, formats = time.branch.zone, request.formats
    return AbsencePlan(
        resource=localized.resources[time.resource_id].name,
        time=request.words.say(
            "{start} to {end}",
            start=formats.day_and_time(time.start, zone),
            end=formats.day_and_time(time.end, zone),
        ),
        moves=[_move(request, localized, one, moves.places[one.id]) for one in found],
        stranded=stranded_lines(tx, request, moves.stranded),
    )


def _move(
    request: ConsoleRequest, localized: LocalizedCatalogue, appointment: Appointment, to: Placement
) -> ProposedMove:
    say, formats = request.words.say, request.formats
    zone = localized.catalogue.branches[to.branch_id].zone
    was = appointment.placement
    services = ", ".join(localized.services[id_].name for id_ in was.service_ids)
    who = person_name(request.words, appointment)
    resources = ", ".join(localized.resources[id_].name for id_ in to.resource_ids)
    same = say("same time with {resource}", resource=resources)
    other = f"{formats.day_and_time(to.start, zone)}, {resources}"
    return ProposedMove(
        id=appointment.id,
        name=f"{formats.day_and_time(was.start, zone)}, {who}, {services}",
        to=same if to.start == was.start else other,
    )
