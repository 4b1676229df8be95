"""Pages with a row for each service: what people say of themselves, and when they are reminded.

A row that was not touched is not written. Each that was is saved with the version that was shown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.account_file.entries import check_entry, entry_of
from openslot.kernel.errors import Fault, Invalid, PreconditionFailed
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue.actions import CATALOGUE, ItemContent
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import SERVICE, CatalogueItem
from openslot.storage.collection import ItemPlace, Write
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.item_acts import ShownVersionChanged
from openslot.web.console.frame.account_items.latest_act import led_back, of_catalogue
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.language.vocabulary import Words

NEEDS = ("lastName", "email", "phoneNumber", "dateOfBirth")
_REMINDER = re.compile(r"(\d{1,4})([dhm])(?: +(\d{1,2}:\d{2}))?(?: +\(([a-z ]+)\))?", re.ASCII)
_DURATION = re.compile(r"P(?:(\d+)D|T(\d+)([HM]))", re.ASCII)  # ISO 8601, as an entry has it

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class RowKind:
    """What the rows of a page are about."""

    path: str
    template: str
    heading: Callable[[Words], str]
    fault: Callable[[Words], str]  # what is said of a row that cannot be taken
    members: tuple[str, ...]  # of a service's entry: that which is written, and what it replaces
    stored: Callable[[str, Entry], dict[str, str]]  # the fields of a service's row, by its id
    typed: Callable[[str, FieldPairs], Any]  # what they say; None: nothing


class ServiceRows:
    """One of the pages."""

    def __init__(self, console: Console, kind: RowKind) -> None:
        """Takes what the rooms share, and what the rows are about."""
        self._console = console
        self._kind = kind

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        services = await self._services(request)
        stored = self._stored(services)
        return self._page(request, services, FormValues(stored, request.typed))

    async def save(self, request: ConsoleRequest) -> Response:
        """Saves every row that was changed, or none if one of them is faulty."""
        services = await self._services(request)
        faults: dict[str, str] = {}
        wanted = [(item, self._wanted(item, request, faults)) for item in services]
        changed = [(item, entry) for item, entry in wanted if entry is not None]
        for item, entry in changed if not faults else ():
            faults |= await self._checked(request, item, entry)
        if faults:
            form = FormValues(typed=request.form, faults=faults)
            return self._page(request, services, form, 422)
        try:
            await self._write(request, changed)
        except PreconditionFailed:
            subject = of_catalogue(SERVICE, [item.id for item, _ in changed])
            return await led_back(self._console, request, request.path, subject)
        return self._console.see_other(request, request.path, request.words.say("Saved"))

    async def _write(
        self, request: ConsoleRequest, changed: Sequence[tuple[CatalogueItem, Entry]]
    ) -> None:
        """Writes all of them or none. Raises PreconditionFailed."""
        writes = [
            _write(item, entry, request.form.one(f"{item.id}-version")) for item, entry in changed
        ]
        change = CATALOGUE[SERVICE].change

        def write_others(tx: AccountTx, _: object) -> None:
            for write in writes[1:]:
                change.run(tx, request.actor, write)

        if writes:
            await self._console.run_and(request, change, writes[0], write_others)

    def _wanted(
        self, item: CatalogueItem, request: ConsoleRequest, faults: dict[str, str]
    ) -> Entry | None:
        """The entry that a row wants; None where it changes nothing, or is faulty."""
        entry = entry_of(item)
        before = self._kind.stored(item.id, entry)
        typed = {name: request.form.one(name) for name in before}
        if typed == before or not any(request.form.has(name) for name in before):
            return None
        try:
            value = self._kind.typed(item.id, request.form)
        except Invalid:
            faults[next(iter(before))] = self._kind.fault(request.words)
            return None
        changed = {name: one for name, one in entry.items() if name not in self._kind.members}
        return {**changed, self._kind.members[0]: value} if value else changed

    async def _checked(
        self, request: ConsoleRequest, item: CatalogueItem, entry: Entry
    ) -> dict[str, str]:
        try:
            await self._console.read(request, check_entry, SERVICE, entry, item)
        except Invalid:
            name = next(iter(self._kind.stored(item.id, entry)))
            return {name: self._kind.fault(request.words)}
        return {}

    async def _services(self, request: ConsoleRequest) -> Sequence[CatalogueItem]:
        return await self._console.read(request, _active_services)

    def _stored(self, services: Sequence[CatalogueItem]) -> dict[str, str]:
        values: dict[str, str] = {}
        for item in services:
            values |= self._kind.stored(item.id, entry_of(item))
        return values

    def _page(
        self,
        request: ConsoleRequest,
        services: Sequence[CatalogueItem],
        form: FormValues,
        status: int = 200,
    ) -> Response:
        rows = [(item.id, request.text(entry_of(item)["name"]), item.version) for item in services]
        values = {"rows": sorted(rows, key=lambda row: row[1].casefold()), "needs": NEEDS}
        heading = self._kind.heading(request.words)
        page = ConsolePage(heading, f"setup/{self._kind.template}", values, form, status)
        return self._console.page(request, page)


def _active_services(tx: AccountTx) -> list[CatalogueItem]:
    return [item for item in all_items(tx) if item.kind == SERVICE and item.active]


def _write(item: CatalogueItem, entry: Entry, shown_version: str) -> Write[CatalogueItem]:
    def content(tx: AccountTx, now: CatalogueItem) -> ItemContent:
        return ItemContent(*check_entry(tx, SERVICE, entry, now))

    def check_unchanged(_: AccountTx, now: CatalogueItem) -> None:
        if str(now.version) != shown_version:
            raise ShownVersionChanged

    return Write(ItemPlace(item_id=item.id), content, NO_KEY.replay, check_unchanged)


def _stored_needs(id_: str, entry: Entry) -> dict[str, str]:
    earlier = {"dateOfBirth": "required"} if entry.get("dateOfBirthRequired") else {}
    needs = earlier | (entry.get("customerFields") or {})
    return {f"{id_}-{name}": needs.get(name) or "" for name in NEEDS}


def _typed_needs(id_: str, form: FieldPairs) -> dict[str, str] | None:
    typed = {name: form.one(f"{id_}-{name}") for name in NEEDS}
    return {name: need for name, need in typed.items() if need} or None


def _stored_reminders(id_: str, entry: Entry) -> dict[str, str]:
    return {f"{id_}-reminders": ", ".join(map(_reminder_text, entry.get("reminders", ())))}


def _reminder_text(reminder: Entry) -> str:
    found = _DURATION.fullmatch(reminder["before"])
    before = f"{found[1]}d" if found and found[1] else ""
    if found and found[2]:
        before = f"{found[2]}{found[3].lower()}"
    parts = [before, reminder.get("at") or ""]
    if reminder.get("channels"):
        parts.append(f"({' '.join(reminder['channels'])})")
    return " ".join(part for part in parts if part)


def _typed_reminders(id_: str, form: FieldPairs) -> list[dict[str, Any]] | None:
    made = []
    for part in form.one(f"{id_}-reminders").split(","):
        text = part.strip()
        found = _REMINDER.fullmatch(text)
        if text and not found:
            raise Invalid(Fault("", "invalid_value", "is no reminder"))
        if found:
            number, unit, at, channels = found.groups()
            before = f"P{number}D" if unit == "d" else f"PT{number}{unit.upper()}"
            reminder: dict[str, Any] = {"before": before}
            if at:
                reminder["at"] = at.rjust(5, "0")
            if channels:
                reminder["channels"] = channels.split()
            made.append(reminder)
    return made or None


CUSTOMER_FIELDS = RowKind(
    "/console/setup/customer-fields",
    "customer_fields.html",
    lambda words: words.say("Customer fields"),
    lambda words: words.say("Choose something else"),
    ("customerFields", "dateOfBirthRequired"),
    _stored_needs,
    _typed_needs,
)
REMINDERS = RowKind(
    "/console/setup/reminders",
    "reminders.html",
    lambda words: words.say("Reminders"),
    lambda words: words.say(
        "Enter reminders such as 2h, 1d or 1d 18:00, 60 days before at most, 5 at most"
    ),
    ("reminders",),
    _stored_reminders,
    _typed_reminders,
)
