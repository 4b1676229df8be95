"""`/console/webhooks/new`: an address, whose secret is shown once."""

from typing import Any
from urllib.parse import urlsplit

from openslot.account_file.checking import check_webhook
from openslot.delivery.actions import WEBHOOKS, WebhookToBe
from openslot.delivery.model.webhook import (
    EVERY_TYPE,
    MOST_OF_AN_ACCOUNT,
    TooManyWebhooks,
    WebhookKeyTaken,
)
from openslot.delivery.outbound.addresses import Reach
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.errors import Invalid
from openslot.storage.collection import Listing
from openslot.storage.transactions import AccountTx
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
from openslot.web.console.webhooks.webhook_fields import choices, entry_of
from openslot.web.http.response import Response

_LIST = "/console/webhooks"


class NewWebhookForm:
    """The form, and what its button does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The empty form."""
        return self._page(request, FormValues({"events": (EVERY_TYPE,)}, request.typed))

    async def make(self, request: ConsoleRequest) -> Response:
        """Makes a webhook, and shows its secret this once."""
        form, words, app = request.form, request.words, self._console.app
        key, reach = sealing_key(app.purpose_keys), Reach.of(app.settings.webhook_allowed_networks)

        def content(tx: AccountTx, _: Any) -> WebhookToBe:
            entry = entry_of(form)
            entry["key"] = form.one("key").strip() or key_of(_host(entry["url"]), _taken(tx))
            return WebhookToBe(check_webhook(entry, reach).content(), key)

        try:
            made = await run_showing(
                self._console, request, WEBHOOKS.create, creation(request, content)
            )
        except WebhookKeyTaken:
            faults = {"key": words.say("There is a webhook with this key already")}
            return self._page(request, FormValues(typed=form, faults=faults))
        except TooManyWebhooks:
            faults = {
                "": words.say(
                    "There are {number} webhooks already. Delete one that nobody needs first.",
                    number=MOST_OF_AN_ACCOUNT,
                )
            }
            return self._page(request, FormValues(typed=form, faults=faults), 409)
        except Invalid as refusal:
            faults = entry_faults(refusal, words)
            return self._page(request, FormValues(typed=form, faults=faults))
        if made is None:
            return shown_before(self._console, request, _LIST)
        webhook = made.item
        shown = ShownOnce(
            words.say("New webhook"),
            words.say("Secret"),
            made.shown_once["secret"],
            words.say("The receiver checks with it that a request is from here."),
            f"{_LIST}/{webhook.id}",
            webhook.content.key,
        )
        return shown_once(self._console, request, shown)

    def _page(self, request: ConsoleRequest, form: FormValues, refused: int = 422) -> Response:
        status = refused if form.faults else 200
        heading, values = request.words.say("New webhook"), choices(request.words)
        page = ConsolePage(heading, "webhooks/new.html", values, form, status=status)
        return self._console.page(request, page)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _taken(tx: AccountTx) -> set[str]:
    listing = Listing("", "", MOST_OF_AN_ACCOUNT)
    return {one.content.key for one in WEBHOOKS.items.page(tx, listing).items}
