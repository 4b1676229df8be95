"""The secrets of a webhook: another one, shown once; the end of one."""

from openslot.delivery.actions import (
    CREATE_WEBHOOK_SECRET,
    REVOKE_WEBHOOK_SECRET,
    NewWebhookSecretRequest,
    WebhookSecretRevocation,
)
from openslot.delivery.webhooks.secrets import TooManyWebhookSecrets, sealing_key
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.web.console.frame.account_items.item_acts import item_id, press_once, run_showing
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.webhooks.back_to_webhook import back_to_webhook
from openslot.web.console.webhooks.webhook_page import WebhookPage
from openslot.web.http.response import Response


class WebhookSecretForms:
    """ "New secret" and "Revoke". Each raises NotFound where there is no such webhook."""

    def __init__(self, console: Console, page: WebhookPage) -> None:
        """`page` is where a refusal is shown."""
        self._console = console
        self._page = page

    async def make(self, request: ConsoleRequest) -> Response:
        """A second one beside the first; where there are two, 409 says to revoke one."""
        id_, say = item_id(request), request.words.say
        key = sealing_key(self._console.app.purpose_keys)
        wanted = NewWebhookSecretRequest(id_, key, request.idempotency_key.replay)
        try:
            made = await run_showing(self._console, request, CREATE_WEBHOOK_SECRET, wanted)
        except TooManyWebhookSecrets:
            text = say("The webhook has two secrets already. Revoke one of them first.")
            return await self._page.page(request, {"": text}, 409)
        path = f"/console/webhooks/{id_}"
        if made is None:
            return shown_before(self._console, request, path)
        shown = ShownOnce(
            say("New secret"),
            say("Secret"),
            made.shown_once["secret"],
            say("Give it to the receiver, then revoke the secret before. Until then both sign."),
            path,
            say("Webhook"),
        )
        return shown_once(self._console, request, shown)

    async def revoke(self, request: ConsoleRequest) -> Response:
        """Ends a secret: it signs nothing any more."""
        secret_id = request.parameters["secretId"].lower()

        async def revoke() -> None:
            given = WebhookSecretRevocation(item_id(request), secret_id, NO_KEY.replay)
            await self._console.run(request, REVOKE_WEBHOOK_SECRET, given)

        leads_to = back_to_webhook(request, request.words.say("The secret is revoked"))
        return await press_once(self._console, request, revoke, leads_to)
