"""What the steps share, wired once per process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from openslot.app import App
from openslot.kernel.actor import Actor
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.client import client_of
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.signing.form_signatures import FormSignatures
from openslot.web.booking_page.signing.sealed_tokens import SealedTokens
from openslot.web.http.slices import computed
from openslot.web.page_kit.field_pairs import Pairs

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class BookingPages:
    """The app, the keys of the page, and how its steps reach the database."""

    app: App
    signatures: FormSignatures
    tokens: SealedTokens
    computing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def read(
        self,
        request: PublicRequest,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a reading operation in the account of a request."""
        return await self.app.database.read(request.account.id, operation, *args, **kwargs)

    async def write(
        self,
        request: PublicRequest,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a writing operation that locks what it decides by."""
        database = self.app.database
        return await database.write_concurrently(request.account.id, operation, *args, **kwargs)

    async def computed(self, steps: Steps[T]) -> T:
        """Computes something in slices; one computation of the page at a time."""
        async with self.computing:
            return await computed(steps)

    def actor(self, request: PublicRequest) -> Actor:
        """Who acts here: the account's built-in client."""
        return client_of(request.account.id, request.address, request.request_id)

    def hidden(self, request: PublicRequest, kind: str, pairs: Pairs) -> Pairs:
        """The hidden fields of a form, with what goes along and the signature."""
        return self.signatures.signed(request.account.id, kind, [*pairs, *request.travelling])


def booking_pages(app: App) -> BookingPages:
    """Wires them."""
    return BookingPages(app, FormSignatures(app.purpose_keys), SealedTokens(app.purpose_keys))
