"""What can be done with a client by one press."""

from openslot.identity.actions import CLIENTS, REVOKE_TOKENS, ClientContent
from openslot.identity.model.client import Client
from openslot.storage.transactions import AccountTx
from openslot.web.console.clients.back_to_client import back_to_client
from openslot.web.console.frame.account_items.item_acts import press_for, write_of
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response


class ClientActs:
    """The buttons of a client's page. Each raises NotFound where there is no such client."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def revoke_tokens(self, request: ConsoleRequest) -> Response:
        """Ends every token, and what users let the client do; its secrets stay."""
        back = back_to_client(request, request.words.say("All tokens are revoked"))
        return await press_for(self._console, request, REVOKE_TOKENS, write_of(request), back)

    async def disable(self, request: ConsoleRequest) -> Response:
        """Refuses the client from now on; its tokens end permanently."""
        done = request.words.say("The client is disabled")
        return await self._set_active(request, done, active=False)

    async def enable(self, request: ConsoleRequest) -> Response:
        """Lets the client get tokens again."""
        done = request.words.say("The client is enabled")
        return await self._set_active(request, done, active=True)

    async def delete(self, request: ConsoleRequest) -> Response:
        """Removes a disabled client with its secrets permanently."""
        done = request.words.say("The client is deleted")
        back = back_to_client(request, done, "/console/clients")
        return await press_for(self._console, request, CLIENTS.delete, write_of(request), back)

    async def _set_active(self, request: ConsoleRequest, done: str, *, active: bool) -> Response:
        def content(_: AccountTx, client: Client) -> ClientContent:
            return ClientContent(client.key, client.name, client.document, active)

        back = back_to_client(request, done)
        write = write_of(request, content)
        return await press_for(self._console, request, CLIENTS.change, write, back)
