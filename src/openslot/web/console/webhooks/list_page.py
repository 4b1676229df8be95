"""`/console/webhooks`: every webhook of the account."""

from openslot.delivery.actions import WEBHOOKS
from openslot.delivery.model.webhook import MOST_OF_AN_ACCOUNT
from openslot.storage.collection import Listing
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


class WebhookList:
    """The page."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """All of them, in the order in which they were made."""
        listing = Listing("", "", MOST_OF_AN_ACCOUNT)
        found, times = await self._console.run_and(
            request, WEBHOOKS.list, listing, lambda tx, page: (page, account_times(tx, request))
        )
        values = {"webhooks": found.items, "times": times}
        page = ConsolePage(request.words.say("Webhooks"), "webhooks/list.html", values)
        return self._console.page(request, page)
