"""Acts on an appointment with one press: the steps of a visit, and undo."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from openslot.kernel.errors import Conflict, PreconditionFailed
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import (
    ARRIVED,
    COMPLETED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.staff_actions import TAKE_STEP, UNDO, StaffUndo, VisitStep
from openslot.storage.action import Action
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import BACK, ConsoleRequest
from openslot.web.console.frame.latest_change import LatestChange, latest_change, stale_notice
from openslot.web.console.today.day_page import TODAY
from openslot.web.http.response import Response

_STEPS = {"arrive": ARRIVED, "start": IN_SERVICE, "complete": COMPLETED, "no-show": NO_SHOW}
In = TypeVar("In")


ACTS = (*_STEPS, "undo")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of an act: where its appointment stands now, and what is said of it."""

    appointment: Appointment
    day: date
    notice: str


class Acts:
    """`POST /console/appointments/{id}/…` for each act."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    def handler(self, name: str) -> Callable[[ConsoleRequest], Awaitable[Response]]:
        """What does the act of a name."""
        if name in _STEPS:
            return partial(self._take_step, _STEPS[name])
        return self._undo

    async def _take_step(self, status: str, request: ConsoleRequest) -> Response:
        id_, version = request.parameters["id"], request.version
        step = VisitStep(id_, status, lambda current: current == version, NO_KEY)
        return await self._done(
            request, TAKE_STEP, step, lambda latest: latest.appointment.status == status
        )

    async def _undo(self, request: ConsoleRequest) -> Response:
        id_, version = request.parameters["id"], request.version
        undo = StaffUndo(id_, lambda current: current == version, NO_KEY, notifies=True)
        return await self._done(
            request, UNDO, undo, lambda latest: latest.change.change == "restored"
        )

    async def _done(
        self,
        request: ConsoleRequest,
        action: Action[In, Appointment],
        given: In,
        is_done: Callable[[LatestChange], bool],
    ) -> Response:
        """Acts, and leads to where the appointment now stands; too late, that is all it does."""
        try:
            outcome = await self._console.run_and(
                request, action, given, lambda tx, acted: _success(tx, request, acted)
            )
        except SlotUnavailable:
            taken = request.words.say("The time is no longer free")
            outcome = await self._console.read(request, _refusal, request, lambda _: taken)
        except (Conflict, PreconditionFailed):

            def reason(latest: LatestChange) -> str:
                return _notice_too_late(request, latest, is_done)

            outcome = await self._console.read(request, _refusal, request, reason)
        return self._console.see_other(request, _path(request, outcome), outcome.notice)


def _success(tx: AccountTx, request: ConsoleRequest, acted: Appointment) -> _Outcome:
    name, words = person_name(request.words, acted), request.words
    said = {
        ARRIVED: words.say("{name}: arrived", name=name),
        IN_SERVICE: words.say("{name}: in service", name=name),
        COMPLETED: words.say("{name}: completed", name=name),
        NO_SHOW: words.say("{name}: no-show", name=name),
    }
    undone = words.say("{name}: undone", name=name)
    notice = undone if request.path.endswith("/undo") else said[acted.status]
    return _Outcome(acted, _day_of(tx, acted), notice)


def _refusal(
    tx: AccountTx, request: ConsoleRequest, reason: Callable[[LatestChange], str]
) -> _Outcome:
    latest = latest_change(tx, request, request.parameters["id"])
    return _Outcome(latest.appointment, _day_of(tx, latest.appointment), reason(latest))


def _notice_too_late(
    request: ConsoleRequest, latest: LatestChange, is_done: Callable[[LatestChange], bool]
) -> str:
    if latest.appointment.version == request.version:  # nobody was before them
        return request.words.say("Not possible now")
    return stale_notice(request, latest, is_done)


def _day_of(tx: AccountTx, appointment: Appointment) -> date:
    at = appointment.placement
    return local_date(at.start, current_catalogue(tx).branches[at.branch_id].zone)


def _path(request: ConsoleRequest, outcome: _Outcome) -> str:
    """The day, or its row alone for a page that asks so, or the page of the appointment."""
    id_ = outcome.appointment.id
    if request.form.one("part") == "rows":
        day = {name: request.form.one(name) for name in ("branch", "date")}
        return f"{TODAY}/rows?{urlencode({**day, 'appointments': id_})}"
    own = f"/console/appointments/{id_}"
    if request.form.one(BACK) == own:
        return own
    branch_id = outcome.appointment.placement.branch_id
    where = {"branch": branch_id, "date": outcome.day.isoformat()}
    return f"{TODAY}?{urlencode(where)}#appointment-{id_}"
