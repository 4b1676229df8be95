"""What makes a webhook send: a delivery again, a test, the events of a time."""

from openslot.delivery.actions import (
    REPLAY_EVENTS,
    RESEND_DELIVERY,
    TEST_WEBHOOK,
    DeliveryPlace,
    ReplayRequest,
)
from openslot.delivery.webhooks.replaying import Stretch
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import Fault, Invalid
from openslot.web.console.frame.account_items.account_times import zone_of_account
from openslot.web.console.frame.account_items.item_acts import item_id, press
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import faults_of
from openslot.web.console.frame.formats.local_times import typed_time
from openslot.web.console.webhooks.back_to_webhook import back_to_webhook
from openslot.web.console.webhooks.webhook_page import WebhookPage
from openslot.web.http.response import Response


class WebhookSending:
    """Each acts once for a form, and raises NotFound where there is no such webhook."""

    def __init__(self, console: Console, page: WebhookPage) -> None:
        """`page` is where a refusal is shown."""
        self._console = console
        self._page = page

    async def resend(self, request: ConsoleRequest) -> Response:
        """Sends a delivery once more, at once."""
        place = self._place(request, request.parameters["deliveryId"].lower())
        leads_to = back_to_webhook(request, request.words.say("It is sent again"))

        async def send() -> None:
            await self._console.run_once(request, RESEND_DELIVERY, place, lambda _: leads_to.path)

        return await press(self._console, request, send, leads_to)

    async def test(self, request: ConsoleRequest) -> Response:
        """Sends something that is no event."""
        place = self._place(request, "")
        leads_to = back_to_webhook(request, request.words.say("A test is on its way"))

        async def send() -> None:
            await self._console.run_once(request, TEST_WEBHOOK, place, lambda _: leads_to.path)

        return await press(self._console, request, send, leads_to)

    async def replay(self, request: ConsoleRequest) -> Response:
        """Sends the events from a time on, by default those that were not delivered."""
        words, app, form = request.words, self._console.app, request.form
        leads_to = back_to_webhook(request, words.say("The events are on their way"))
        zone = await self._console.read(request, zone_of_account)

        async def send() -> None:
            since = typed_time(form, "from", zone)
            if since is None:
                raise Invalid(Fault("from", "required", "is needed"))
            stretch = Stretch(since * MINUTE_MS, None, form.one("all") == "yes")
            given = ReplayRequest(
                item_id(request),
                lambda: stretch,
                app.calendar_uids,
                sealing_key(app.purpose_keys),
                request.idempotency_key.replay,
            )
            await self._console.run_once(request, REPLAY_EVENTS, given, lambda _: leads_to.path)

        try:
            return await press(self._console, request, send, leads_to)
        except Invalid as refusal:
            return await self._page.page(request, faults_of(refusal, words), 422)

    def _place(self, request: ConsoleRequest, delivery_id: str) -> DeliveryPlace:
        key = sealing_key(self._console.app.purpose_keys)
        return DeliveryPlace(item_id(request), delivery_id, key, request.idempotency_key.replay)
