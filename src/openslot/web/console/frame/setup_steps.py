"""The way from an empty account to a first appointment: what is done, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.account_file.entries import entry_of
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import BRANCH, RESOURCE, SERVICE
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console_request import ConsoleRequest

_SETUP = "/console/setup"
_LISTS = {BRANCH: "branches", SERVICE: "services", RESOURCE: "resources"}
_HOURS = "hours"
# What makes a thing a step that is done
_NEEDED = {SERVICE: "branches", RESOURCE: "services", _HOURS: "openingHours"}


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One of the steps."""

    name: str
    path: str
    is_done: bool


def setup_steps(tx: AccountTx, request: ConsoleRequest) -> Sequence[SetupStep]:
    """All of them. Whether somebody has tried the booking page is not known, so the last stays."""
    say, found = request.words.say, _found(tx)
    new_branch = f"{_SETUP}/branches/new"
    branch = found.get(BRANCH, "")
    has_page = _has_page(tx)
    page = f"/book/{request.account.name}" if has_page else f"{_SETUP}/booking-page"
    return [
        SetupStep(say("Branch"), branch or new_branch, bool(branch)),
        SetupStep(say("Hours"), f"{branch or new_branch}#hours", _HOURS in found),
        SetupStep(say("Service"), found.get(SERVICE, f"{_SETUP}/services/new"), SERVICE in found),
        SetupStep(
            say("Resource"), found.get(RESOURCE, f"{_SETUP}/resources/new"), RESOURCE in found
        ),
        SetupStep(say("Try the booking page"), page, False),
    ]


def next_step(tx: AccountTx, request: ConsoleRequest) -> SetupStep | None:
    """The first one that is not done; None once people can book."""
    step = next(step for step in setup_steps(tx, request) if not step.is_done)
    return None if step.path.startswith("/book/") else step


def _found(tx: AccountTx) -> dict[str, str]:
    """The path of the first thing that makes each step done."""
    found: dict[str, str] = {}
    for item in all_items(tx):
        entry = entry_of(item)
        if item.kind not in _LISTS or not entry["active"]:
            continue
        path = f"{_SETUP}/{_LISTS[item.kind]}/{item.id}"
        for step in (item.kind, _HOURS) if item.kind == BRANCH else (item.kind,):
            if step not in _NEEDED or entry.get(_NEEDED[step]):
                found.setdefault(step, path)
    return found


def _has_page(tx: AccountTx) -> bool:
    page = tx.account.content.get("bookingPage")
    return page is not None and page.get("enabled", True)
