"""`/console/print`: a branch's day as one table for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import NotFound
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.zones import local_date
from openslot.scheduling.staff_actions import READ_DAY_LIST
from openslot.scheduling.views.day_lists import DayListQuery
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.frame.appointments.appointment_states import person_name, state_word
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies

Options = Sequence[tuple[str, str]]  # id and name


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """An appointment on paper."""

    time: str
    name: str
    phone: str
    service: str
    resource: str
    state: str
    notes: str


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A day as it was read."""

    chosen: ChosenBranch
    branches: Options
    resources: Options  # of the branch
    resource_id: str  # "": all of them
    day: date
    rows: Sequence[PrintedRow]


class PrintPages:
    """The page of a day."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """The table, and what chooses another one."""
        heading = request.words.say("Day list")
        shown = await self._console.read(request, _read, request, self._cookies)
        if shown is None:
            return self._console.no_branch(request, heading)
        names = dict([*shown.branches, *shown.resources])
        about = [names[shown.chosen.id], names.get(shown.resource_id, "")]
        values = {
            "branches": shown.branches,
            "branch_id": shown.chosen.id,
            "resources": [("", request.words.say("All")), *shown.resources],
            "resource_id": shown.resource_id,
            "date": shown.day.isoformat(),
            "about": ", ".join(
                text for text in [request.formats.day_and_year(shown.day), *about] if text
            ),
            "rows": shown.rows,
        }
        page = ConsolePage(heading, "print/day_list.html", values, cookies=shown.chosen.cookies)
        return self._console.page(request, page)


def _read(tx: AccountTx, request: ConsoleRequest, cookies: Cookies) -> PrintedDay | None:
    """The day that a request asks for; None: the account has no branch.

    Raises:
        NotFound: there is no such branch or resource, or the date is none.
    """
    localized = localized_catalogue(tx, request.locale)
    chosen = chosen_branch(cookies, request, [*localized.branches])
    if chosen is None:
        return None
    branch = localized.catalogue.branches[chosen.id]
    day = date_of(request.query.one("date"), local_date(tx.now // MINUTE_MS, branch.zone))
    resources = [
        (one.id, localized.resources[one.id].name)
        for one in localized.catalogue.resources_at(branch)
    ]
    resource_id = request.query.one("resource").lower()
    if resource_id and resource_id not in dict(resources):
        raise NotFound
    entries = READ_DAY_LIST.run(tx, request.actor, DayListQuery(branch.id, day)).entries
    rows = [
        _row(request, localized, entry.appointment, branch.zone)
        for entry in entries
        if entry.appointment.status != CANCELLED
        and (not resource_id or resource_id in entry.appointment.placement.resource_ids)
    ]
    branches = [(one.id, one.name) for one in localized.branches.values()]
    return PrintedDay(chosen, branches, resources, resource_id, day, rows)


def _row(
    request: ConsoleRequest, localized: LocalizedCatalogue, one: Appointment, zone: ZoneInfo
) -> PrintedRow:
    at = one.placement
    return PrintedRow(
        time=request.formats.time(at.start, zone),
        name=person_name(request.words, one),
        phone=(one.customer or {}).get("phoneNumber") or "",
        service=", ".join(localized.services[id_].name for id_ in at.service_ids),
        resource=", ".join(localized.resources[id_].name for id_ in at.resource_ids),
        state=state_word(request.words, one.status),
        notes=one.notes or "",
    )
