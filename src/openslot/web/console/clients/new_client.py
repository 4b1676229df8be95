"""`/console/clients/new`: a program, whose secret is shown once."""

from typing import Any

from openslot.account_file.apply import fields_of
from openslot.account_file.checking import check_client
from openslot.identity.actions import CLIENTS, ClientContent
from openslot.identity.clients.clients import ClientKeyTaken
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.client import CLIENT_SECRET_BASIC
from openslot.kernel.errors import Invalid
from openslot.storage.collection import Listing
from openslot.storage.transactions import AccountTx
from openslot.web.console.clients.client_fields import choices, entry_of
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import creation, run_showing
from openslot.web.console.frame.account_items.made_keys import key_of
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_LIST = "/console/clients"
_MOST_KEYS = 10_000
_USUAL = {"grants": ("client_credentials",), "tokenEndpointAuthMethod": CLIENT_SECRET_BASIC}


class NewClientForm:
    """The form, and what its button does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The empty form."""
        return self._page(request, FormValues(_USUAL, request.typed))

    async def make(self, request: ConsoleRequest) -> Response:
        """Makes a client, and shows its secret this once."""
        form, words = request.form, request.words
        pepper = pepper_of(self._console.app.purpose_keys)

        def content(tx: AccountTx, _: Any) -> ClientContent:
            entry = entry_of(form)
            entry["key"] = form.one("key").strip() or key_of(entry["name"], _taken(tx))
            checked = check_client(entry)
            return ClientContent(
                checked.key, checked.name, fields_of(checked), checked.active, pepper
            )

        try:
            made = await run_showing(
                self._console, request, CLIENTS.create, creation(request, content)
            )
        except ClientKeyTaken:
            faults = {"key": words.say("There is a client with this key already")}
            return self._page(request, FormValues(typed=form, faults=faults))
        except Invalid as refusal:
            faults = entry_faults(refusal, words)
            return self._page(request, FormValues(typed=form, faults=faults))
        if made is None:
            return shown_before(self._console, request, _LIST)
        path = f"{_LIST}/{made.item.id}"
        if "secret" not in made.shown_once:
            return self._console.see_other(request, path, words.say("The client is made"))
        shown = ShownOnce(
            words.say("New client"),
            words.say("Secret"),
            made.shown_once["secret"],
            words.say("The program gets tokens with its client ID and this secret."),
            path,
            made.item.name,
            ((words.say("Client ID"), made.item.client_id),),
        )
        return shown_once(self._console, request, shown)

    def _page(self, request: ConsoleRequest, form: FormValues) -> Response:
        status = 422 if form.faults else 200
        heading, values = request.words.say("New client"), choices(request.words)
        page = ConsolePage(heading, "clients/new.html", values, form, status=status)
        return self._console.page(request, page)


def _taken(tx: AccountTx) -> set[str]:
    return {one.key for one in CLIENTS.items.page(tx, Listing("", "", _MOST_KEYS)).items}
