"""`/console/webhooks/{id}`: one webhook, with what was sent to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.account_file.checking import check_webhook
from openslot.delivery.actions import (
    LIST_DELIVERIES,
    LIST_WEBHOOK_SECRETS,
    WEBHOOKS,
    DeliveryListing,
    WebhookToBe,
)
from openslot.delivery.model.webhook import Webhook, WebhookSecret
from openslot.delivery.model.webhook_delivery import STATUSES, DeliveryFilter, WebhookDelivery
from openslot.delivery.outbound.addresses import Reach
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.errors import Invalid
from openslot.kernel.page import Page
from openslot.storage.collection import ItemPlace
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import AccountTimes, account_times
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import item_id, press_for, write_of
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.webhooks.back_to_webhook import back_to_webhook
from openslot.web.console.webhooks.delivery_rows import delivery_rows, status_names
from openslot.web.console.webhooks.end_of_webhook import end_of_webhook
from openslot.web.console.webhooks.webhook_fields import (
    FIELDS,
    choices,
    entry_of,
    stored_fields,
)
from openslot.web.http.response import Response

_DELIVERIES = 25
_REPLAY_FIELDS = ("from", "all")


@dataclass(frozen=True)
class WebhookView:
    """What the page reads, in one transaction."""

    webhook: Webhook
    secrets: list[WebhookSecret]
    deliveries: Page[WebhookDelivery]
    times: AccountTimes
    ended: str  # why it is disabled, and since when; "": it is not


class WebhookPage:
    """The page, and the form of the webhook's own fields."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The webhook as it is.

        Raises:
            NotFound: the account has no such webhook.
        """
        return await self.page(request, {}, 200)

    async def save(self, request: ConsoleRequest) -> Response:
        """Other fields.

        Raises:
            NotFound: the account has no such webhook.
        """
        app = self._console.app
        key, reach = sealing_key(app.purpose_keys), Reach.of(app.settings.webhook_allowed_networks)

        def content(_: AccountTx, webhook: Webhook) -> WebhookToBe:
            own = {"key": webhook.content.key, "active": webhook.content.active}
            checked = check_webhook({**own, **entry_of(request.form)}, reach)
            return WebhookToBe(checked.content(), key)

        back = back_to_webhook(request, request.words.say("Saved"))
        write = write_of(request, content)
        try:
            return await press_for(self._console, request, WEBHOOKS.change, write, back)
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words)
            return await self.page(request, faults, 422)

    async def page(
        self, request: ConsoleRequest, faults: Mapping[str, str], status: int
    ) -> Response:
        """The page, with what is wrong with a form that was sent from it."""
        view = await self._console.run_and(
            request,
            WEBHOOKS.get,
            ItemPlace(item_id=item_id(request)),
            lambda tx, webhook: _view(tx, request, webhook),
        )
        typed = request.typed_into(FIELDS, _REPLAY_FIELDS)
        form = FormValues({**stored_fields(view.webhook.content), **typed}, faults=faults)
        heading, values = view.webhook.content.key, _values(request, view)
        page = ConsolePage(heading, "webhooks/webhook.html", values, form, status=status)
        return self._console.page(request, page)


def _view(tx: AccountTx, request: ConsoleRequest, webhook: Webhook) -> WebhookView:
    actor, query = request.actor, request.query
    status = query.one("status") if query.one("status") in STATUSES else ""
    wanted = DeliveryFilter(status=status, before_id=query.one("after"))
    return WebhookView(
        webhook,
        LIST_WEBHOOK_SECRETS.run(tx, actor, webhook.id),
        LIST_DELIVERIES.run(tx, actor, DeliveryListing(webhook.id, wanted, _DELIVERIES)),
        account_times(tx, request),
        "" if webhook.content.active else end_of_webhook(tx, request, webhook),
    )


def _values(request: ConsoleRequest, view: WebhookView) -> dict[str, Any]:
    found, words = view.deliveries, request.words
    return {
        "view": view,
        "webhook": view.webhook,
        "content": view.webhook.content,
        "path": f"/console/webhooks/{view.webhook.id}",
        "deliveries": delivery_rows(words, view.times, found.items),
        "statuses": [("", words.say("All")), *status_names(words).items()],
        "chosen_status": request.query.one("status"),
        "older": found.items[-1].id if found.has_more else "",
        **choices(words),
    }
