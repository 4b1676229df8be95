"""Appointments that a change would leave without a place, as a preview lists them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from openslot.scheduling.views import appointment_lists
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class StrandedLine:
    """An appointment by time and name."""

    time: str  # Tuesday 12 January, 10:00
    name: str
    services: str
    href: str


@dataclass(frozen=True, slots=True)
class StrandedLines:
    """What would be in the way; `stranded.html` shows it."""

    lines: Sequence[StrandedLine]
    held: int  # reservations: somebody is booking there now, and has no name yet


def stranded_lines(tx: AccountTx, request: ConsoleRequest, ids: Collection[str]) -> StrandedLines:
    """The appointments and reservations of some ids, by start."""
    localized = localized_catalogue(tx, request.language)
    found = appointment_lists.of_ids(tx, ids)
    lines = []
    for one in found:
        zone = localized.catalogue.branches[one.placement.branch_id].zone
        services = [localized.services[id_].name for id_ in one.placement.service_ids]
        lines.append(
            StrandedLine(
                request.formats.day_and_time(one.placement.start, zone),
                person_name(request.words, one),
                ", ".join(services),
                request.link(f"/console/appointments/{one.id}"),
            )
        )
    return StrandedLines(lines, len(ids) - len(found))
