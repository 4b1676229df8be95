"""`/console/absences/new`: a resource is away; first who would go where, then the moves."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from openslot.scheduling.block_actions import ENTER_ABSENCE, AbsenceEntry
from openslot.scheduling.booking.absences import Absence, AbsenceOutcome
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.zones import local_date
from openslot.web.console.calendar.proposals import AbsencePlan, absence_plan, proposed
from openslot.web.console.calendar.time_forms import TakenTime, whole_day
from openslot.web.console.calendar.time_page import TimePage
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.language.vocabulary import Words

APPOINTMENTS, NOTIFY = "appointments", "notify"
_CONFIRM = "confirm"  # a button of the proposals
_FORM = TimePage(lambda words: words.say("Absence"), "calendar/absence.html", whole_day)


class AbsencePage:
    """The form, the proposals, and what is done of them."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The form.

        Raises:
            NotFound: there is no such branch or resource.
        """
        return await _FORM.show(self._console, request)

    async def enter(self, request: ConsoleRequest) -> Response:
        """Proposes, and once that was seen blocks the time and moves.

        Raises:
            NotFound: there is no such resource.
        """
        act = self._confirm if request.form.has(_CONFIRM) else self._propose
        return await _FORM.take(self._console, request, lambda time: act(request, time))

    async def _propose(self, request: ConsoleRequest, time: TakenTime) -> Response:
        entry = replace(_entry(request, time, None), idempotency_key=NO_KEY)
        found = await self._console.dry_run(
            request, ENTER_ABSENCE, entry, lambda _, outcome: proposed(outcome)
        )
        plan = await self._console.read(request, absence_plan, request, time, found)
        return self._proposals(request, plan)

    async def _confirm(self, request: ConsoleRequest, time: TakenTime) -> Response:
        entry = _entry(request, time, request.form.all(APPOINTMENTS))
        outcomes: list[AbsenceOutcome] = []  # none where the form is sent again

        def path_of(outcome: AbsenceOutcome) -> str:
            outcomes[:] = [outcome]
            return _next_path(time, outcome)

        path = await self._console.run_once(request, ENTER_ABSENCE, entry, path_of)
        return self._console.see_other(request, path, _notice(request.words, outcomes))

    def _proposals(self, request: ConsoleRequest, plan: AbsencePlan) -> Response:
        ticked = {APPOINTMENTS: [one.id for one in plan.moves], NOTIFY: "yes"}
        typed = {name: request.form.one(name) for name, _ in request.form.pairs}
        page = ConsolePage(
            request.words.say("Absence"),
            "calendar/proposals.html",
            {"plan": plan},
            FormValues({**typed, **ticked}),
        )
        return self._console.page(request, page)


def _entry(request: ConsoleRequest, time: TakenTime, ids: Collection[str] | None) -> AbsenceEntry:
    """With None every appointment in the time is to move."""
    absence = Absence(
        resource_id=time.resource_id,
        start=time.start,
        end=time.end,
        reason=time.reason,
        appointment_ids=None if ids is None else frozenset(id_.lower() for id_ in ids),
    )
    return AbsenceEntry(absence, request.idempotency_key, request.form.has(NOTIFY))


def _notice(words: Words, outcomes: Sequence[AbsenceOutcome]) -> str:
    """What was done, and that some have no place now."""
    said = [words.say("The absence is entered")]
    for one in outcomes:
        if one.moved:
            said.append(words.count("{number} moved", "{number} moved", len(one.moved)))
        if one.stranded:
            left = len(one.stranded)
            said.append(words.count("{number} without a place", "{number} without a place", left))
    return ", ".join(said)


def _next_path(time: TakenTime, outcome: AbsenceOutcome) -> str:
    """To those who have no place now, else to the first date of the absence."""
    if outcome.stranded:
        return f"/console/attention?branch={time.branch.id}"
    day = local_date(time.start, time.branch.zone)
    return f"/console/calendar?branch={time.branch.id}&date={day}"
