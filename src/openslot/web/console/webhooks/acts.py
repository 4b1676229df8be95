"""What can be done with a webhook by one press."""

from dataclasses import replace

from openslot.delivery.actions import WEBHOOKS, WebhookToBe
from openslot.delivery.model.webhook import Webhook
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.item_acts import press_for, write_of
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.webhooks.back_to_webhook import back_to_webhook
from openslot.web.http.response import Response


class WebhookActs:
    """The buttons of a webhook's page. Each raises NotFound where there is no such webhook."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def disable(self, request: ConsoleRequest) -> Response:
        """Nothing is sent there any more; what is queued is dropped."""
        done = request.words.say("The webhook is disabled")
        return await self._set_active(request, done, active=False)

    async def enable(self, request: ConsoleRequest) -> Response:
        """It is told of what happens from now on."""
        done = request.words.say("The webhook is enabled")
        return await self._set_active(request, done, active=True)

    async def delete(self, request: ConsoleRequest) -> Response:
        """Removes it with its secrets, and all that was sent."""
        done = request.words.say("The webhook is deleted")
        back = back_to_webhook(request, done, "/console/webhooks")
        return await press_for(self._console, request, WEBHOOKS.delete, write_of(request), back)

    async def _set_active(self, request: ConsoleRequest, done: str, *, active: bool) -> Response:
        key = sealing_key(self._console.app.purpose_keys)

        def content(_: AccountTx, webhook: Webhook) -> WebhookToBe:
            return WebhookToBe(replace(webhook.content, active=active), key)

        back = back_to_webhook(request, done)
        write = write_of(request, content)
        return await press_for(self._console, request, WEBHOOKS.change, write, back)
