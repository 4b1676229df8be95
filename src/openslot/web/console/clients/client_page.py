"""`/console/clients/{id}`: one client, with what it may, has and gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from openslot.account_file.apply import fields_of
from openslot.account_file.checking import check_client
from openslot.identity.actions import (
    CLIENTS,
    LIST_ISSUED_TOKENS,
    LIST_SECRETS,
    ClientContent,
    IssuedListing,
)
from openslot.identity.api_key_actions import LIST_API_KEYS
from openslot.identity.clients.built_in import is_built_in
from openslot.identity.model.api_key import ApiKey
from openslot.identity.model.client import Client
from openslot.identity.model.client_secret import ClientSecret
from openslot.kernel.clock import instant_of_millis
from openslot.kernel.errors import Invalid
from openslot.storage.collection import ItemPlace
from openslot.storage.transactions import AccountTx
from openslot.web.console.clients.back_to_client import back_to_client
from openslot.web.console.clients.client_fields import (
    FIELDS,
    choices,
    entry_of,
    stored_fields,
)
from openslot.web.console.frame import charts
from openslot.web.console.frame.account_items.account_times import AccountTimes, account_times
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import item_id, press_for, write_of
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_DAYS = 30
_API_KEY = {"partyCounting": "total"}  # what the form of a new one shows
_API_KEY_FIELDS = ("key", "partyCounting", "customerLookUp", "expiresAt")


@dataclass(frozen=True)
class ClientView:
    """What the page reads, in one transaction."""

    client: Client
    secrets: list[ClientSecret]
    api_keys: list[ApiKey]
    tokens: list[tuple[date, int]]
    times: AccountTimes


class ClientPage:
    """The page, and the form of the client's own fields."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The client as it is.

        Raises:
            NotFound: the account has no such client.
        """
        return await self.page(request, {}, 200)

    async def save(self, request: ConsoleRequest) -> Response:
        """Other fields.

        Raises:
            NotFound: the account has no such client.
        """

        def content(_: AccountTx, client: Client) -> ClientContent:
            entry = {"key": client.key, "active": client.active, **entry_of(request.form)}
            checked = check_client(entry)
            return ClientContent(checked.key, checked.name, fields_of(checked), checked.active)

        back = back_to_client(request, request.words.say("Saved"))
        write = write_of(request, content)
        try:
            return await press_for(self._console, request, CLIENTS.change, write, back)
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words)
            return await self.page(request, faults, 422)

    async def page(
        self, request: ConsoleRequest, faults: Mapping[str, str], status: int
    ) -> Response:
        """The page, with what is wrong with a form that was sent from it."""
        view = await self._console.run_and(
            request,
            CLIENTS.get,
            ItemPlace(item_id=item_id(request)),
            lambda tx, client: _view(tx, request, client),
        )
        stored = {**_API_KEY, **stored_fields(view.client)}
        form = FormValues({**stored, **request.typed_into(FIELDS, _API_KEY_FIELDS)}, faults=faults)
        page = ConsolePage(
            view.client.name, "clients/client.html", _values(request, view), form, status=status
        )
        return self._console.page(request, page)


def _view(tx: AccountTx, request: ConsoleRequest, client: Client) -> ClientView:
    actor, last = request.actor, instant_of_millis(tx.real_now).date()
    first = last - timedelta(days=_DAYS - 1)
    listing = IssuedListing(client.id, first, last)
    issued = {} if is_built_in(client) else LIST_ISSUED_TOKENS.run(tx, actor, listing)
    days = [first + timedelta(days=place) for place in range(_DAYS)]
    return ClientView(
        client,
        LIST_SECRETS.run(tx, actor, client.id),
        LIST_API_KEYS.run(tx, actor, client.id),
        [(day, issued.get(day, 0)) for day in days],
        account_times(tx, request),
    )


def _values(request: ConsoleRequest, view: ClientView) -> dict[str, Any]:
    formats, say = request.formats, request.words.say
    by_day = [(formats.plain_date(day), issued) for day, issued in view.tokens]
    return {
        "view": view,
        "client": view.client,
        "path": f"/console/clients/{view.client.id}",
        "is_built_in": is_built_in(view.client),
        "has_api_keys": bool(request.account.content.get("orchestra", {}).get("enabled")),
        "tokens": list(reversed(by_day)),
        "columns": charts.columns([(formats.short_day(day), n) for day, n in view.tokens]),
        "countings": [
            ("total", say("Everybody who comes")),
            ("additional", say("Those beside the first")),
        ],
        **choices(request.words),
    }
