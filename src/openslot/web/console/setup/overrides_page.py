"""`…/branches/{id}/overrides`: other hours on single dates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.account_file.date_overrides import DATE_OVERRIDES, BranchOverride, new_override
from openslot.account_file.entries import entry_of
from openslot.kernel.errors import Invalid, NotFound, PreconditionFailed
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue import items
from openslot.scheduling.model.catalogue_item import BRANCH, CatalogueItem
from openslot.storage.action import Action
from openslot.storage.collection import ItemPlace, Write, Written
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import ShownVersionChanged
from openslot.web.console.frame.account_items.latest_act import led_back, of_catalogue
from openslot.web.console.frame.appointments.stranded_lines import StrandedLines, stranded_lines
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.page_request import TOKEN

_CONFIRMED, _BACK, _REMOVED = "confirmed", "back", "remove"  # buttons
_NAMES = {
    "/date": "date",
    "/closed": "closed",
    "/hours/0/opens": "opens",
    "/hours/0": "closes",
    "/hours": "opens",
}

_OverrideAction = Action[Write[BranchOverride], Written[BranchOverride]]


@dataclass(frozen=True, slots=True)
class _OverrideLine:
    """One date as the list shows it."""

    date: str
    shown_date: str
    hours: str  # "": closed


class OverridesPage:
    """The list of a branch, and a form for one more."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page.

        Raises:
            NotFound: there is no such branch.
        """
        return await self._page(request, FormValues(typed=request.typed))

    async def take(self, request: ConsoleRequest) -> Response:
        """Adds a date, or gives one its weekly hours back.

        Raises:
            NotFound: there is no such branch.
        """
        form = request.form
        if form.has(_BACK):
            return await self._page(request, FormValues(typed=form))
        removed = form.one(_REMOVED)
        action = DATE_OVERRIDES.delete if removed else DATE_OVERRIDES.create
        write = _write(request, removed)
        try:
            return await self._done(request, action, write)
        except (PreconditionFailed, NotFound):  # the date may be gone already
            branch = await self._console.read(request, _branch, request)
            subject = of_catalogue(BRANCH, (branch.id,))
            return await led_back(self._console, request, request.path, subject)
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words, _NAMES)
            return await self._page(request, FormValues(typed=form, faults=faults), 422)

    async def _done(
        self, request: ConsoleRequest, action: _OverrideAction, write: Write[BranchOverride]
    ) -> Response:
        if not request.form.has(_CONFIRMED):
            stranded = await self._console.dry_run(
                request, action, write, lambda tx, done: _stranded(tx, request, done)
            )
            if stranded is not None:
                return self._preview(request, stranded)
        await self._console.run(request, action, write)
        return self._console.see_other(request, request.path, request.words.say("Saved"))

    def _preview(self, request: ConsoleRequest, stranded: StrandedLines) -> Response:
        carried = [pair for pair in request.form.pairs if pair[0] != TOKEN]
        values = {"stranded": stranded, "carried": carried, "path": request.path}
        heading = request.words.say("Other hours on single dates")
        return self._console.page(request, ConsolePage(heading, "stranded_preview.html", values))

    async def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        branch = await self._console.read(request, _branch, request)
        entry = entry_of(branch)
        values = {
            "branch_name": request.text(entry["name"]),
            "branch_path": f"/console/setup/branches/{branch.id}",
            "version": branch.version,
            "lines": _lines(request, entry.get("overrides", [])),
        }
        heading = request.words.say("Other hours on single dates")
        page = ConsolePage(heading, "setup/overrides.html", values, form, status)
        return self._console.page(request, page)


def _branch(tx: AccountTx, request: ConsoleRequest) -> CatalogueItem:
    return items.by_id(tx, BRANCH, request.parameters["id"].lower())


def _write(request: ConsoleRequest, removed: str) -> Write[BranchOverride]:
    def check_unchanged(_: AccountTx, item: BranchOverride) -> None:
        if item.branch.version != request.version:
            raise ShownVersionChanged

    place = ItemPlace(request.parameters["id"].lower(), removed)
    entry = _entry(request)
    # What a form changes is told by the branch's version, so it acts once without a key.
    return Write(
        place, lambda tx, branch: new_override(tx, branch, entry), NO_KEY.replay, check_unchanged
    )


def _entry(request: ConsoleRequest) -> dict[str, Any]:
    form = request.form
    if form.one("closed") == "yes":
        return {"date": form.one("date"), "closed": True}
    hours = {"opens": form.one("opens").strip(), "closes": form.one("closes").strip()}
    return {"date": form.one("date"), "hours": [hours]}


def _lines(request: ConsoleRequest, entries: list[dict[str, Any]]) -> list[_OverrideLine]:
    """By date; those of the past are over, and listed no more."""
    today = request.now.date().isoformat()
    return [
        _OverrideLine(
            entry["date"],
            request.formats.day_and_year(date.fromisoformat(entry["date"])),
            ", ".join(f"{h['opens']} – {h['closes']}" for h in entry.get("hours", ())),
        )
        for entry in sorted(entries, key=lambda entry: str(entry["date"]))
        if entry["date"] >= today
    ]


def _stranded(
    tx: AccountTx, request: ConsoleRequest, done: Written[BranchOverride]
) -> StrandedLines | None:
    return stranded_lines(tx, request, done.without_place) if done.without_place else None
