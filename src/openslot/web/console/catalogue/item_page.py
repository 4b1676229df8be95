"""The page of one thing of the catalogue, new or not: its form, and what becomes of it.

A change that leaves appointments without a place is shown first, and made when somebody says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, cast, get_args

from openslot.account_file.entries import check_entry, entry_of
from openslot.kernel.errors import Conflict, Invalid, PreconditionFailed
from openslot.scheduling.booking.idempotency import Replayed
from openslot.scheduling.catalogue.actions import CATALOGUE, ItemContent
from openslot.scheduling.catalogue.changes import check_deletable
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.model.opening_hours import WEEKDAYS
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.collection import ItemPlace, Write, Written
from openslot.storage.transactions import AccountTx
from openslot.web.console.catalogue.choices import read_choices
from openslot.web.console.catalogue.forms import service_form, week_hours
from openslot.web.console.catalogue.kinds import KindPages
from openslot.web.console.catalogue.new_entries import new_entry
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import ShownVersionChanged
from openslot.web.console.frame.account_items.latest_act import led_back, of_catalogue
from openslot.web.console.frame.account_items.made_keys import key_of
from openslot.web.console.frame.appointments.stranded_lines import StrandedLines, stranded_lines
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.frame.setup_steps import SetupStep, next_step
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs
from openslot.web.page_kit.localized_fields import other_languages
from openslot.web.page_kit.page_request import TOKEN

_ACTIVE, _CONFIRMED, _BACK, _DELETED = "active", "confirmed", "back", "delete"  # buttons
_MORE = (week_hours.ADD, week_hours.USUAL, service_form.ADD_QUESTION)  # buttons that save nothing
_APPOINTMENTS = "appointments"


@dataclass(frozen=True)
class _ShownItem:
    """A thing as its page shows it."""

    item: CatalogueItem | None  # None: a new one
    entry: Mapping[str, Any]
    choices: Mapping[str, Any]
    is_deletable: bool = False
    next_step: SetupStep | None = None  # of the first run


class ItemPage:
    """`…/new` and `…/{id}` of one kind."""

    def __init__(self, console: Console, kind: KindPages) -> None:
        """Takes what the rooms share, and the kind."""
        self._console = console
        self._kind = kind
        self._actions = CATALOGUE[kind.kind]

    async def show(self, request: ConsoleRequest) -> Response:
        """The form.

        Raises:
            NotFound: there is no such thing.
        """
        shown = await self._shown(request)
        return self._page(request, shown, self._form(request, shown, request.typed))

    async def take(self, request: ConsoleRequest) -> Response:
        """Saves the form, or whatever else its buttons say.

        Raises:
            NotFound: there is no such thing any more.
        """
        shown = await self._shown(request)
        form = request.form
        if form.has(_BACK) or any(form.has(name) for name in _MORE):
            return self._page(request, shown, self._form(request, shown, form))
        try:
            if form.has(_DELETED):
                return await self._deleted(request)
            return await self._saved(request, shown)
        except PreconditionFailed:
            ids = () if shown.item is None else (shown.item.id,)
            subject = of_catalogue(self._kind.kind, ids)
            return await led_back(self._console, request, request.path, subject)
        except ZoneChangeNeedsChoice:
            faults = {_APPOINTMENTS: request.words.say("Choose what appointments keep")}
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words, self._fields(request, shown))
        except Conflict as conflict:
            faults = {"": conflict.detail}
        return self._page(request, shown, self._form(request, shown, form, faults), status=422)

    def _form(
        self,
        request: ConsoleRequest,
        shown: _ShownItem,
        sent: FieldPairs,
        faults: Mapping[str, str] = MappingProxyType({}),
    ) -> FormValues:
        """What is stored, or was typed; a button that stands by itself sends no fields."""
        typed = NOTHING if sent.has(_ACTIVE) or sent.has(_DELETED) else week_hours.with_usual(sent)
        return FormValues(self._kind.form.stored(shown.entry, request.locales), typed, faults)

    async def _saved(self, request: ConsoleRequest, shown: _ShownItem) -> Response:
        write = self._write(request, shown)
        action = self._actions.change if shown.item is not None else self._actions.create
        if not request.form.has(_CONFIRMED):
            try:
                stranded = await self._console.dry_run(
                    request, action, write, lambda tx, done: _stranded(tx, request, done)
                )
            except Replayed:  # the form was sent before: what follows leads to what it made
                stranded = None
            if stranded is not None:
                return self._preview(request, shown, stranded)
        words = request.words
        path = await self._console.run_once(
            request, action, write, lambda done: f"{self._kind.path}/{done.item.id}"
        )
        return self._console.see_other(request, path, words.say("Saved"))

    async def _deleted(self, request: ConsoleRequest) -> Response:
        write = replace(self._write(request, None), content=lambda _tx, _item: None)
        await self._console.run(request, self._actions.delete, write)
        return self._console.see_other(request, self._kind.path, request.words.say("Deleted"))

    def _write(self, request: ConsoleRequest, shown: _ShownItem | None) -> Write[CatalogueItem]:
        def content(tx: AccountTx, item: CatalogueItem | None) -> ItemContent:
            return self._content(tx, request, item)

        def check_unchanged(_: AccountTx, item: CatalogueItem) -> None:
            if item.version != request.version:
                raise ShownVersionChanged

        place = ItemPlace(item_id=request.parameters.get("id", "").lower())
        key = request.idempotency_key
        return Write(place, content, key.replay, check_unchanged)

    def _content(
        self, tx: AccountTx, request: ConsoleRequest, item: CatalogueItem | None
    ) -> ItemContent:
        """What the thing shall hold. Raises Invalid."""
        form = request.form
        entry = {} if item is None else dict(entry_of(item))
        if not form.has(_ACTIVE):
            entry = self._kind.form.changed(entry, form, request.locales)
        elif item is not None:
            entry["active"] = form.one(_ACTIVE) == "yes"
        if self._kind.has_key and item is None:
            taken = [other.key for other in all_items(tx) if other.kind == self._kind.kind]
            entry["key"] = form.one("key").strip() or key_of(entry.get("name", ""), taken)
        if not self._kind.has_key:
            entry.pop("key", None)
        key, document = check_entry(tx, self._kind.kind, entry, item)
        chosen = form.one(_APPOINTMENTS)
        choice = cast(Choice, chosen) if chosen in get_args(Choice) else None
        return ItemContent(key if item is None else item.key, document, choice)

    async def _shown(self, request: ConsoleRequest) -> _ShownItem:
        return await self._console.read(request, _read, request, self._kind.kind)

    def _fields(self, request: ConsoleRequest, shown: _ShownItem) -> Mapping[str, str]:
        """The field of what stands at each pointer into the entry."""
        entry: Mapping[str, Any] = {}
        if not request.form.has(_ACTIVE):
            try:
                entry = self._kind.form.changed(shown.entry, request.form, request.locales)
            except Invalid:  # a number cannot be read: those faults name their field already
                entry = {}
        return {**dict(week_hours.hour_fields(entry)), **self._kind.form.fields}

    def _preview(
        self, request: ConsoleRequest, shown: _ShownItem, stranded: StrandedLines
    ) -> Response:
        """What would be left without a place; the form goes along, to be saved or shown again."""
        carried = [pair for pair in request.form.pairs if pair[0] != TOKEN]
        values = {"stranded": stranded, "carried": carried, "path": request.path}
        heading = self._heading(request, shown)
        return self._console.page(
            request, ConsolePage(heading, "stranded_preview.html", values, status=200)
        )

    def _page(
        self, request: ConsoleRequest, shown: _ShownItem, form: FormValues, status: int = 200
    ) -> Response:
        typed: FieldPairs | None = form.typed if form.typed.pairs else None
        list_name, _ = self._kind.names(request.words)
        values = {
            "kind": self._kind,
            "list_name": list_name,
            "item": shown.item,
            "entry": shown.entry,
            "choices": shown.choices,
            "is_active": shown.entry.get("active", True),
            "is_deletable": shown.is_deletable,
            "next_step": shown.next_step,
            "languages": other_languages(request.locales),
            "weekdays": list(zip(WEEKDAYS, request.formats.weekdays(), strict=True)),
            "rows": week_hours.rows_of(shown.entry, typed),
            "hour_field": week_hours.field_name,
            "other_hours": week_hours.other_hours(shown.entry),
            "question_rows": service_form.question_rows(typed or form.stored),
            "asks_for_choice": bool(form.fault(_APPOINTMENTS) or form.one(_APPOINTMENTS)),
        }
        page = ConsolePage(
            self._heading(request, shown),
            f"catalogue/{self._kind.template}",
            values,
            form,
            status,
        )
        return self._console.page(request, page)

    def _heading(self, request: ConsoleRequest, shown: _ShownItem) -> str:
        if shown.item is None:
            return self._kind.names(request.words)[1]
        if name := shown.entry.get("name"):
            return request.text(name)
        names = dict(shown.choices["services"])  # of a combination
        return ", ".join(names.get(key, key) for key in shown.entry["services"])


def _read(tx: AccountTx, request: ConsoleRequest, kind: str) -> _ShownItem:
    choices = read_choices(tx, request)
    if "id" not in request.parameters:
        return _ShownItem(None, new_entry(kind, choices), choices)
    place = ItemPlace(item_id=request.parameters["id"].lower())
    item = CATALOGUE[kind].items.find(tx, place)
    is_deletable, step = _is_deletable(tx, item), next_step(tx, request)
    return _ShownItem(item, entry_of(item), choices, is_deletable, step)


def _is_deletable(tx: AccountTx, item: CatalogueItem) -> bool:
    try:
        check_deletable(tx, item)
    except Conflict:
        return False
    return True


def _stranded(
    tx: AccountTx, request: ConsoleRequest, done: Written[CatalogueItem]
) -> StrandedLines | None:
    return stranded_lines(tx, request, done.without_place) if done.without_place else None
