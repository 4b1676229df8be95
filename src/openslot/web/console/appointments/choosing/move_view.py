"""What the page of a move shows: the appointment, where it could go, and the times there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Invalid
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.booking.staff import move_query
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.zones import instant_at, local_date, wall_time
from openslot.scheduling.views import day_lists
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.appointments.appointment_facts import AppointmentFacts
from openslot.web.console.appointments.choosing.refused_time import RefusedTime, TimeRefusals
from openslot.web.console.appointments.choosing.time_choices import (
    DURATION,
    sent_minutes,
    sent_start,
)
from openslot.web.console.appointments.choosing.time_form import (
    TimeForm,
    first_form,
    form_after,
    form_again,
)
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.page_kit.field_pairs import FieldPairs


@dataclass(frozen=True, slots=True)
class MoveView:
    """An appointment and the times that it could be moved to."""

    appointment: Appointment
    is_movable: bool
    summary: str
    zone: ZoneInfo
    day: date
    resources: Sequence[tuple[str, str]]  # id and name of those that could serve
    times: TimeForm
    refused: RefusedTime | None = None


def read_move(
    tx: AccountTx,
    request: ConsoleRequest,
    refusal: tuple[Minute, str] | None = None,
) -> MoveView:
    """What the page shows; `refusal` is a start that was refused, and why.

    Raises:
        NotFound: there is no such appointment or resource, or the date is none.
    """
    sent = (
        request.form
        if request.method == "POST"
        else (request.typed if request.typed.pairs else request.query)
    )
    entry = day_lists.entry_of(tx, request.actor, request.parameters["id"])
    appointment, of_account = entry.appointment, current_catalogue(tx)
    at = appointment.placement
    zone = of_account.branches[at.branch_id].zone
    localized = localized_catalogue(tx, request.locale)
    facts = AppointmentFacts(request, localized)
    everywhere = move_query(of_account, appointment, None, appointment.own_minutes)
    query = _query(tx, request, sent, appointment) or everywhere
    wished = _wished(sent)
    default = local_date(at.start if wished is None else wished, zone)
    day = date_of(sent.one("date"), default)
    refused = None
    if refusal is not None:
        refused = TimeRefusals(request.words, facts).of_time(tx, query, *refusal)
        times = form_after(request, zone, refused)
    elif request.method == "POST":
        times = form_again(tx, request, query, day, wished)
    else:
        near = _on(day, at.start, zone) if wished is None else wished
        times = first_form(tx, request, query, day, near)
    return MoveView(
        appointment=appointment,
        is_movable=entry.is_movable,
        summary=facts.summary(appointment),
        zone=zone,
        day=day,
        resources=[(one.id, localized.resources[one.id].name) for one in everywhere.resources],
        times=times,
        refused=refused,
    )


def _query(
    tx: AccountTx, request: ConsoleRequest, sent: FieldPairs, appointment: Appointment
) -> SlotQuery | None:
    """The wished resource and length; None: they cannot be, which a fault of the form says."""
    of_account, id_ = current_catalogue(tx), sent.one("resource").lower()
    resource = of_account.resource(id_) if id_ else None
    try:
        minutes = appointment.own_minutes
        if sent.has(DURATION) and request.may(APPOINTMENTS_OVERRIDE):
            minutes = sent_minutes(sent)
        return move_query(of_account, appointment, resource, minutes)
    except Invalid:
        return None


def _wished(sent: FieldPairs) -> Minute | None:
    try:
        return sent_start(sent)
    except Invalid:
        return None


def _on(day: date, start: Minute, zone: ZoneInfo) -> Minute:
    """The wall time of a start on another date."""
    hours, minutes = wall_time(start, zone)[11:].split(":")
    return instant_at(day, int(hours) * 60 + int(minutes), zone, ends=False)
