"""`/console/clients`: every program of the account."""

from openslot.identity.actions import CLIENTS
from openslot.storage.collection import Listing
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_MOST = 200


class ClientList:
    """The page."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """A page of the clients, in the order in which they were made."""
        listing = Listing("", request.query.one("after"), _MOST)
        found = await self._console.run(request, CLIENTS.list, listing)
        values = {
            "clients": found.items,
            "next": found.items[-1].id if found.has_more else "",
        }
        page = ConsolePage(request.words.say("Clients"), "clients/list.html", values)
        return self._console.page(request, page)
