"""`/console/appointments/{id}/move`: another time, another resource, another length."""

from collections.abc import Mapping

from openslot.delivery.messages.planning import recipients_of
from openslot.delivery.model.message_kinds import MOVED
from openslot.kernel.clock import Minute
from openslot.kernel.errors import Invalid
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.staff import DurationChoice
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.staff_actions import MOVE, StaffMove
from openslot.web.api.times import minute_text
from openslot.web.console.appointments.cancel_page import too_late_text
from openslot.web.console.appointments.choosing.move_view import MoveView, read_move
from openslot.web.console.appointments.choosing.time_choices import (
    DURATION,
    OTHER_TIME,
    START,
    chosen_start,
    sent_minutes,
    sent_start,
)
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
from openslot.web.page_kit.field_pairs import FieldPairs


class ConsoleMove:
    """The form, and what it does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The form, with what a link or a drag proposes."""
        view = await self._console.read(request, read_move, request)
        own = view.appointment.own_minutes
        query = request.query
        stored = {
            "resource": query.one("resource").lower(),
            DURATION: query.one(DURATION) or ("" if own is None else str(own)),
            NOTIFY: TICKED,
            BACK: list_before(request),
            START: view.times.sent.one(START),
            "date": view.day.isoformat(),
        }
        dragged = _dragged(request, view)
        if dragged is not None and request.may(APPOINTMENTS_OVERRIDE):
            stored[OTHER_TIME] = wall_time(dragged, view.zone)
        notice = dragged is not None and not request.may(APPOINTMENTS_OVERRIDE)
        form = FormValues(stored, request.typed)
        return self._page(request, view, form, 200, is_nearest=notice)

    async def move(self, request: ConsoleRequest) -> Response:
        """Moves, and leads back."""
        id_, words, wished = request.parameters["id"], request.words, 0
        try:
            current = await self._console.read(request, read_move, request)
            wished = chosen_start(request.form, current.zone)
            given = _move_of(request, wished)
            moved = await self._console.run(request, MOVE, given)
        except Invalid as refusal:
            return await self._refused(request, form_faults(words, refusal.faults), 422)
        except TooLate as refusal:
            return await self._refused(request, {"": too_late_text(request, refusal)}, 409)
        except SlotUnavailable as refusal:
            view = await self._console.read(
                request, read_move, request, (wished, refusal.data["reason"])
            )
            return self._unavailable(request, view)
        except (VersionMismatch, WrongState, AppointmentStarted):
            notice = await notice_of(
                self._console, request, lambda now: now.placement.start == wished
            )
            return self._console.see_other(request, path_after(request, id_), notice)
        time = request.formats.day_and_time(moved.placement.start, current.zone)
        name = person_name(words, moved)
        notice = words.say("{name}: moved to {time}", name=name, time=time)
        return self._console.see_other(request, path_after(request, id_), notice)

    def _unavailable(self, request: ConsoleRequest, view: MoveView) -> Response:
        assert view.refused is not None  # noqa: S101  (it was read with the refusal)
        form = FormValues(typed=view.times.sent, faults={START: view.refused.rule})
        return self._page(request, view, form, 409)

    async def _refused(
        self, request: ConsoleRequest, faults: Mapping[str, str], status: int
    ) -> Response:
        view = await self._console.read(request, read_move, request)
        return self._page(request, view, FormValues(typed=view.times.sent, faults=faults), status)

    def _page(
        self,
        request: ConsoleRequest,
        view: MoveView,
        form: FormValues,
        status: int,
        is_nearest: bool = False,
    ) -> Response:
        any_resource = ("", request.words.say("Any that is free"))
        values = {
            "appointment": view.appointment,
            "is_movable": view.is_movable,
            "summary": view.summary,
            "own_path": path_of(view.appointment.id),
            "telling": WhoIsTold(self._console.app.settings, request).nobody(
                MOVED, recipients_of(view.appointment)
            ),
            "times": view.times.options,
            "resources": [any_resource, *view.resources],
            "refused": view.refused,
            "is_nearest": is_nearest,
        }
        heading = request.words.say("Move appointment")
        page = ConsolePage(heading, "appointments/move.html", values, form, status)
        return self._console.page(request, page)


def _move_of(request: ConsoleRequest, start: Minute) -> StaffMove:
    version = request.version
    return StaffMove(
        appointment_id=request.parameters["id"],
        start=start,
        end=None,
        resource_id=request.form.one("resource").lower() or None,
        rule_override=rule_override_of(request),
        precondition=lambda current: current == version,
        idempotency_key=NO_KEY,
        notifies=notifies(request),
        duration=_duration_of(request.form),
    )


def _duration_of(sent: FieldPairs) -> DurationChoice:
    """Emptied it gives the length of the services back; without the field the length stays."""
    if not sent.has(DURATION):
        return lambda own_minutes: own_minutes
    minutes = sent_minutes(sent)
    return lambda _: minutes


def _dragged(request: ConsoleRequest, view: MoveView) -> Minute | None:
    """The time that a drag proposes, where it is none of those that are offered."""
    try:
        start = sent_start(request.query)
    except Invalid:
        return None
    values = [value for value, _ in view.times.options]
    if start is None or minute_text(start, view.zone) in values:
        return None
    return start
