"""`/console/start`: the way from an empty account to a first appointment."""

from dataclasses import dataclass

from openslot.account_file.entries import entry_of
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import BRANCH, RESOURCE, SERVICE
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_SETUP = "/console/setup"


@dataclass(frozen=True, slots=True)
class _SetUp:
    """How far an account is: the path of the first thing of each kind, "" where there is none."""

    branch: str
    branch_with_hours: str
    service: str
    resource: str
    has_page: bool


class StartPage:
    """The steps, each with what is done and what is next."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        found = await self._console.read(request, _read)
        say = request.words.say
        new_branch = f"{_SETUP}/branches/new"
        page = f"/book/{request.account.name}" if found.has_page else f"{_SETUP}/booking-page"
        steps = [
            (say("Branch"), found.branch or new_branch, bool(found.branch)),
            (say("Hours"), found.branch or new_branch, bool(found.branch_with_hours)),
            (say("Service"), found.service or f"{_SETUP}/services/new", bool(found.service)),
            (say("Resource"), found.resource or f"{_SETUP}/resources/new", bool(found.resource)),
            (say("Try the booking page"), page, False),
        ]
        done = [is_done for _, _, is_done in steps]
        values = {"steps": steps, "current": done.index(False)}
        heading = say("Set up your account")
        return self._console.page(request, ConsolePage(heading, "setup/start.html", values))


def _read(tx: AccountTx) -> _SetUp:
    paths = {BRANCH: "branches", SERVICE: "services", RESOURCE: "resources"}
    found = dict.fromkeys(("branch", "hours", "service", "resource"), "")
    for item in all_items(tx):
        entry = entry_of(item)
        if item.kind not in paths or not entry["active"]:
            continue
        path = f"{_SETUP}/{paths[item.kind]}/{item.id}"
        if item.kind == BRANCH:
            found["branch"] = found["branch"] or path
            if entry.get("openingHours"):
                found["hours"] = found["hours"] or path
        elif item.kind == SERVICE and entry.get("branches"):
            found["service"] = found["service"] or path
        elif item.kind == RESOURCE and entry.get("services"):
            found["resource"] = found["resource"] or path
    page = tx.account.content.get("bookingPage")
    has_page = page is not None and page.get("enabled", True)
    return _SetUp(found["branch"], found["hours"], found["service"], found["resource"], has_page)
