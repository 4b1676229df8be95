"""The secrets of a client: another one, shown once; the end of one."""

from openslot.identity.actions import (
    CLIENTS,
    CREATE_SECRET,
    REVOKE_SECRET,
    NewSecretRequest,
    SecretRevocation,
)
from openslot.identity.clients.secret_rotation import ClientHasNoSecret, TooManySecrets
from openslot.identity.clients.secrets import pepper_of
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.storage.collection import ItemPlace
from openslot.web.console.clients.back_to_client import back_to_client
from openslot.web.console.clients.client_page import ClientPage
from openslot.web.console.frame.account_items.item_acts import item_id, press_once, run_showing
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response


class ClientSecrets:
    """ "New secret" and "Revoke". Each raises NotFound where there is no such client."""

    def __init__(self, console: Console, page: ClientPage) -> None:
        """`page` is where a refusal is shown."""
        self._console = console
        self._page = page

    async def make(self, request: ConsoleRequest) -> Response:
        """A second one beside the first; where there are two, 409 says to revoke one."""
        id_, say = item_id(request), request.words.say
        pepper = pepper_of(self._console.app.purpose_keys)
        wanted = NewSecretRequest(id_, None, pepper, request.idempotency_key.replay)
        try:
            made = await run_showing(self._console, request, CREATE_SECRET, wanted)
        except TooManySecrets:
            text = say("The client has two secrets already. Revoke one of them first.")
            return await self._page.page(request, {"": text}, 409)
        except ClientHasNoSecret:
            text = say("This client authenticates without a secret.")
            return await self._page.page(request, {"": text}, 409)
        path = f"/console/clients/{id_}"
        if made is None:
            return shown_before(self._console, request, path)
        client = await self._console.run(request, CLIENTS.get, ItemPlace(item_id=id_))
        shown = ShownOnce(
            say("New secret"),
            say("Secret"),
            made.shown_once["secret"],
            say("Give it to the program, then revoke the secret before. Until then both work."),
            path,
            client.name,
            ((say("Client ID"), client.client_id),),
        )
        return shown_once(self._console, request, shown)

    async def revoke(self, request: ConsoleRequest) -> Response:
        """Ends a secret at once; tokens that it has obtained live until they expire."""
        secret_id = request.parameters["secretId"].lower()

        async def revoke() -> None:
            given = SecretRevocation(item_id(request), secret_id, NO_KEY.replay)
            await self._console.run(request, REVOKE_SECRET, given)

        leads_to = back_to_client(request, request.words.say("The secret is revoked"))
        return await press_once(self._console, request, revoke, leads_to)
