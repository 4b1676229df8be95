"""`/console/attention`: who has no place any more, and who cannot be reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.delivery.messages.bounces import bounced_from
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.views.attention import AttentionLists, attention_lists, next_minute
from openslot.scheduling.views.day_lists import DayEntry
from openslot.storage.transactions import AccountTx
from openslot.web.api.catalogue_responses import BranchResponse
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.frame.appointments.appointment_acts import AppointmentAct, AppointmentActs
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.navigation import ATTENTION
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One appointment, and how to reach who comes."""

    id: str
    when: str
    name: str
    service: str
    resource: str
    phone: str
    email: str
    acts: Sequence[AppointmentAct]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was read."""

    chosen: ChosenBranch
    lists: AttentionLists
    localized: LocalizedCatalogue


class AttentionPages:
    """The page of a branch."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        await dispatch_first(self._console.app, request.account.id)
        shown = await self._console.read(request, _read, request, self._cookies)
        heading = request.words.say("Needs attention")
        if shown is None:
            return self._console.no_branch(request, heading)
        here, say = shown.chosen.id, request.words.say
        lists = [
            (say("Stranded"), shown.lists.stranded),
            (say("Bounced mail"), shown.lists.bounced),
            (say("Unassigned"), shown.lists.unassigned),
        ]
        values = {
            "sections": [
                (name, [_row(request, shown, one) for one in found if _is_at(one, here)])
                for name, found in lists
            ],
            "branches": [(one.id, one.name) for one in _branches(shown.localized)],
            "branch_id": here,
            "elsewhere": _elsewhere(shown),
            "path": ATTENTION,
        }
        page = ConsolePage(
            heading, "attention/attention.html", values, cookies=shown.chosen.cookies
        )
        return self._console.page(request, page)


def _read(tx: AccountTx, request: ConsoleRequest, cookies: Cookies) -> _Shown | None:
    """What needs somebody; None: the account has no branch.

    Raises:
        NotFound: there is no such branch.
    """
    localized = localized_catalogue(tx, request.locale)
    ids = [branch.id for branch in _branches(localized)]
    chosen = chosen_branch(cookies, request, ids)
    if chosen is None:
        return None
    lists = attention_lists(tx, bounced_from(tx, next_minute(tx)))
    return _Shown(chosen, lists, localized)


def _branches(localized: LocalizedCatalogue) -> list[BranchResponse]:
    """Every branch, those that are open for business first."""
    known = localized.catalogue.branches
    return sorted(localized.branches.values(), key=lambda branch: not known[branch.id].active)


def _each(lists: AttentionLists) -> tuple[Sequence[Appointment], ...]:
    return lists.stranded, lists.bounced, lists.unassigned


def _is_at(appointment: Appointment, branch_id: str) -> bool:
    return appointment.placement.branch_id == branch_id


def _elsewhere(shown: _Shown) -> list[tuple[str, str, int]]:
    """The other branches where something is: id, name and how many appointments."""
    ids: dict[str, set[str]] = {}
    for found in _each(shown.lists):
        for one in found:
            ids.setdefault(one.placement.branch_id, set()).add(one.id)
    return [
        (branch.id, branch.name, len(ids[branch.id]))
        for branch in _branches(shown.localized)
        if branch.id in ids and branch.id != shown.chosen.id
    ]


def _row(request: ConsoleRequest, shown: _Shown, appointment: Appointment) -> AttentionRow:
    at, person, localized = appointment.placement, appointment.customer or {}, shown.localized
    acts, is_confirmed = AppointmentActs(request.words), appointment.status == CONFIRMED
    zone = localized.catalogue.branches[at.branch_id].zone
    return AttentionRow(
        appointment.id,
        request.formats.day_and_time(at.start, zone),
        person_name(request.words, appointment),
        ", ".join(localized.services[id_].name for id_ in at.service_ids),
        ", ".join(localized.resources[id_].name for id_ in at.resource_ids),
        person.get("phoneNumber") or "",
        person.get("email") or "",
        # The pages say themselves where a rule allows it no more.
        acts.pages(DayEntry(appointment, is_movable=is_confirmed, is_cancellable=is_confirmed)),
    )
