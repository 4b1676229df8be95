"""What happened to an appointment meanwhile: what is said where an act comes too late."""

from collections.abc import Callable
from dataclasses import dataclass

from openslot.identity.people.actor_names import names_of_actors
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.views.appointment_lists import history_of
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.appointments.appointment_states import state_word
from openslot.web.console.frame.console_request import ConsoleRequest


@dataclass(frozen=True, slots=True)
class LatestChange:
    """How an appointment stands, and since when by whom."""

    appointment: Appointment
    change: AppointmentChange
    at: str  # the local time of the branch
    by: str


def latest_change(tx: AccountTx, request: ConsoleRequest, appointment_id: str) -> LatestChange:
    """The last thing that happened to an appointment.

    Raises:
        NotFound: there is no such appointment.
    """
    history = history_of(tx, appointment_id)
    appointment, change = history.appointment, history.changes[-1]
    names = names_of_actors(tx, [(change.actor_type, change.actor_id)])
    zone = current_catalogue(tx).branches[appointment.placement.branch_id].zone
    at: Minute = change.at // MINUTE_MS
    by = actor_name(request.words, change, names)
    return LatestChange(appointment, change, request.formats.time(at, zone), by)


def stale_notice(
    request: ConsoleRequest, latest: LatestChange, is_done: Callable[[LatestChange], bool]
) -> str:
    """What is said to whoever came too late; `is_done` says whether it is as they wanted it."""
    words = request.words
    if is_done(latest):
        return words.say("Already done at {time} by {name}", time=latest.at, name=latest.by)
    return words.say(
        "Changed at {time} by {name}. It is now: {state}",
        time=latest.at,
        name=latest.by,
        state=state_word(words, latest.appointment.status),
    )
