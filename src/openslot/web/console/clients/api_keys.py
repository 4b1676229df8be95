"""The API keys of a client: another one, shown once; the end of one."""

from dataclasses import replace

from openslot.account_file.checking import check_api_key
from openslot.identity.api_key_actions import (
    MAKE_API_KEY,
    REVOKE_API_KEY,
    ApiKeyRevocation,
    NewApiKeyRequest,
)
from openslot.identity.clients.api_keys import ApiKeyTaken, TooManyApiKeys
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.api_key import ApiKeyContent
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import Invalid
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.web.console.clients.back_to_client import back_to_client
from openslot.web.console.clients.client_page import ClientPage
from openslot.web.console.frame.account_items.account_times import zone_of_account
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.account_items.item_acts import item_id, press_once, run_showing
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.local_times import typed_time
from openslot.web.http.response import Response


class ClientApiKeys:
    """ "New API key" and "Revoke". Each raises NotFound where there is no such client."""

    def __init__(self, console: Console, page: ClientPage) -> None:
        """`page` is where a refusal is shown."""
        self._console = console
        self._page = page

    async def make(self, request: ConsoleRequest) -> Response:
        """Another API key, whose text is shown this once."""
        id_, say = item_id(request), request.words.say
        pepper = pepper_of(self._console.app.purpose_keys)
        try:
            content = await self._content(request)
            wanted = NewApiKeyRequest(id_, content, pepper, request.idempotency_key.replay)
            made = await run_showing(self._console, request, MAKE_API_KEY, wanted)
        except TooManyApiKeys:
            text = say("The client has two API keys already. Revoke one of them first.")
            return await self._page.page(request, {"": text}, 409)
        except ApiKeyTaken:
            text = say("The client has an API key with this key already")
            return await self._page.page(request, {"key": text}, 422)
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words)
            return await self._page.page(request, faults, 422)
        path = f"/console/clients/{id_}"
        if made is None:
            return shown_before(self._console, request, path)
        shown = ShownOnce(
            say("New API key"),
            say("API key"),
            made.shown_once["api_key"],
            say("The program sends it with every call of the Orchestra interface."),
            path,
            say("Client"),
        )
        return shown_once(self._console, request, shown)

    async def revoke(self, request: ConsoleRequest) -> Response:
        """Ends an API key; the next call with it is refused."""
        api_key_id = request.parameters["apiKeyId"].lower()

        async def revoke() -> None:
            given = ApiKeyRevocation(item_id(request), api_key_id, NO_KEY.replay)
            await self._console.run(request, REVOKE_API_KEY, given)

        leads_to = back_to_client(request, request.words.say("The API key is revoked"))
        return await press_once(self._console, request, revoke, leads_to)

    async def _content(self, request: ConsoleRequest) -> ApiKeyContent:
        form = request.form
        zone = await self._console.read(request, zone_of_account)
        expires = typed_time(form, "expiresAt", zone)
        checked = check_api_key(
            {
                "key": form.one("key").strip(),
                "partyCounting": form.one("partyCounting"),
                "customerLookUp": form.one("customerLookUp") == "yes",
            }
        )
        at = None if expires is None else expires * MINUTE_MS
        return replace(checked, expires_at=at)
