"""`/console/audit`: the newest events first, with names where they are still known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.identity.actions import CLIENTS, USERS
from openslot.identity.people.actor_names import names_of_actors
from openslot.kernel.errors import Invalid
from openslot.kernel.page import Page
from openslot.storage.collection import Listing
from openslot.storage.journal.actions import LIST_EVENTS, AuditListing
from openslot.storage.journal.audit import AuditEntry
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.audit.filters import (
    BEFORE_FIRST,
    FIELDS,
    audit_filter,
    cursor_after,
    page_from,
    repeated,
)
from openslot.web.console.frame.account_items.account_times import (
    AccountTimes,
    account_times,
    zone_of_account,
)
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import NOTHING
from openslot.web.page_kit.language.vocabulary import Words

_EVENTS = 50
_MOST_CHOICES = 500
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event, as people read it."""

    at: str
    type: str
    actor: str
    about: str
    details: Sequence[tuple[str, str]]
    address: str


@dataclass(frozen=True)
class _Trail:
    """What the page reads, in one transaction."""

    found: Page[AuditEntry]
    names: Names
    things: Mapping[str, str]  # of the catalogue, by what details call them
    times: AccountTimes
    choices: Mapping[str, Sequence[tuple[str, str]]]


class AuditPage:
    """The page."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """A page of the events; 422 with the form where the dates cannot be taken."""
        query, words = request.query, request.words
        zone = await self._console.read(request, zone_of_account)
        faults: Mapping[str, str] = {}
        wanted = audit_filter(NOTHING, zone)
        try:
            wanted = page_from(audit_filter(query, zone), query.one("cursor"))
        except Invalid as refusal:
            faults = _faults(refusal, words)
        trail = await self._console.run_and(
            request,
            LIST_EVENTS,
            AuditListing(wanted, _EVENTS),
            lambda tx, found: _trail(tx, request, found),
        )
        found = trail.found
        values = {
            "rows": [] if faults else [_row(words, trail, event) for event in found.items],
            "older": cursor_after(found.items[-1]) if found.has_more and not faults else "",
            "filters": "" if faults else repeated(query),
            **trail.choices,
        }
        form = FormValues({name: query.one(name) for name in FIELDS}, faults=faults)
        heading, status = words.say("Audit trail"), 422 if faults else 200
        page = ConsolePage(heading, "audit/audit.html", values, form, status=status)
        return self._console.page(request, page)


def _faults(refusal: Invalid, words: Words) -> Mapping[str, str]:
    if refusal.faults[0].code == BEFORE_FIRST:
        return {"to": words.say("Choose a date that is not before the first one")}
    return faults_of(refusal, words)


def _trail(tx: AccountTx, request: ConsoleRequest, found: Page[AuditEntry]) -> _Trail:
    actors = [(event.actor_type or "", event.actor_id or "") for event in found.items]
    named = [
        *(("client", event.client or "") for event in found.items),
        *(("user", str(event.detail.get("user", ""))) for event in found.items),
    ]
    every = Listing("", "", _MOST_CHOICES)
    nobody = ("", request.words.say("All"))
    users, clients = USERS.items.page(tx, every).items, CLIENTS.items.page(tx, every).items
    choices = {
        "users": [nobody, *((user.id, user.name or user.email) for user in users)],
        "clients": [nobody, *((client.client_id, client.name) for client in clients)],
    }
    names = names_of_actors(tx, [*actors, *named])
    return _Trail(found, names, _things(tx, request), account_times(tx, request), choices)


def _things(tx: AccountTx, request: ConsoleRequest) -> Mapping[str, str]:
    localized = localized_catalogue(tx, request.locale)
    return {
        **{f"branch {one.id}": f"branch {one.name}" for one in localized.branches.values()},
        **{f"service {one.id}": f"service {one.name}" for one in localized.services.values()},
        **{f"resource {one.id}": f"resource {one.name}" for one in localized.resources.values()},
    }


def _row(words: Words, trail: _Trail, event: AuditEntry) -> AuditRow:
    user = str(event.detail.get("user", ""))
    about = [
        trail.names.get(("client", event.client), event.client) if event.client else "",
        trail.names.get(("user", user), words.say("a former user")) if user else "",
    ]
    return AuditRow(
        trail.times.text(event.at),
        event.type,
        actor_name(words, event, trail.names),
        ", ".join(filter(None, about)),
        [
            (name, _text(words, trail.things, value))
            for name, value in event.detail.items()
            if name != "user"
        ],
        event.address or "",
    )


def _text(words: Words, things: Mapping[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    if isinstance(value, list):
        return ", ".join(_text(words, things, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(words, things, part)}" for name, part in value.items())
    return things.get(str(value), str(value))
