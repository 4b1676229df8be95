"""The part of a form in which a time is chosen, whatever came before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.storage.transactions import AccountTx
from openslot.web.console.appointments.choosing.refused_time import RefusedTime
from openslot.web.console.appointments.choosing.time_choices import (
    OTHER_TIME,
    nearest_to,
    offered_starts,
    start_options,
    with_start,
)
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.field_pairs import FieldPairs


@dataclass(frozen=True, slots=True)
class TimeForm:
    """The times that are offered, and the form's values with one of them chosen."""

    options: Sequence[tuple[str, str]]
    sent: FieldPairs


def first_form(
    tx: AccountTx, request: ConsoleRequest, query: SlotQuery, day: date, wished: Minute | None
) -> TimeForm:
    """The times of a date; the nearest to a wished one is chosen, without one the first."""
    zone, starts = query.branch.zone, offered_starts(tx, query, day)
    chosen = [starts[0] if wished is None else nearest_to(starts, wished)] if starts else []
    sent = with_start(FieldPairs(), zone, chosen[0]) if chosen else FieldPairs()
    return TimeForm(start_options(request, zone, starts), sent)


def form_again(
    tx: AccountTx, request: ConsoleRequest, query: SlotQuery, day: date, wished: Minute | None
) -> TimeForm:
    """The times of a date after other faults: what was chosen or typed stays."""
    zone, starts = query.branch.zone, offered_starts(tx, query, day)
    if wished is None or request.form.one(OTHER_TIME):
        return TimeForm(start_options(request, zone, starts), request.form)
    if request.may(APPOINTMENTS_OVERRIDE):  # it may be one that breaks the rules
        starts = sorted({*starts, wished})
    sent = with_start(request.form, zone, nearest_to(starts, wished)) if starts else request.form
    return TimeForm(start_options(request, zone, starts), sent)


def form_after(request: ConsoleRequest, zone: ZoneInfo, refused: RefusedTime) -> TimeForm:
    """The nearest free times; whoever may break the rules keeps the refused one, to do so."""
    starts, start = refused.nearest, refused.start
    if request.may(APPOINTMENTS_OVERRIDE):
        starts = sorted({*starts, start})
    sent = with_start(request.form, zone, nearest_to(starts, start)) if starts else request.form
    return TimeForm(start_options(request, zone, starts), sent)
