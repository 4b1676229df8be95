"""The route of feeds. No log, trace or count has its token: they name the route alone."""

import asyncio
import contextlib
from collections.abc import Generator

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.kernel.errors import NotFound
from openslot.scheduling.feeds import feeds
from openslot.storage.transactions import AccountTx, DatabaseUnavailable
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.feeds.feed_file import feed_file
from openslot.web.http.conditional import unless_known
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.slices import in_slices

_SUFFIX = ".ics"
_Shown = tuple[feeds.FeedReading, Generator[None, None, Response]]


class FeedEndpoint:
    """Answers GET and HEAD of a feed's address. An ASGI application."""

    def __init__(self, app: App) -> None:
        """Takes what it reads from."""
        self._app = app
        # One at a time: a large feed takes a second of the loop, in slices.
        self._computing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the feed, or 304 to a calendar that has it.

        Raises:
            MethodNotAllowed: another method.
            NotFound: the token is of no feed, or of a suspended account.
        """
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        name: str = scope["path_params"]["file"]
        if not name.endswith(_SUFFIX):
            raise NotFound("There is nothing at this address")
        response = await self._response(name.removesuffix(_SUFFIX))
        await unless_known(scope["headers"], response).send(send)

    async def _response(self, token: str) -> Response:
        database = self._app.database
        account_id = await database.read_system(
            "the token says which account", feeds.owner_of, token
        )
        async with self._computing:
            reading, steps = await database.read_in_background(account_id, self._shown, token)
            response = await in_slices(steps)
        if not reading.is_noted:
            # Whoever reads is not held up by a database that takes no writes.
            with contextlib.suppress(DatabaseUnavailable):
                await database.write(account_id, feeds.note_read, reading.feed.id)
        return response

    def _shown(self, tx: AccountTx, token: str) -> _Shown:
        reading = feeds.read(tx, token)
        localized = localized_catalogue(tx, reading.feed.content.language)
        return reading, feed_file(localized, self._app.calendar_uids, reading)


def feed_routes(app: App) -> list[Route]:
    """`/feeds/{token}.ics`."""
    route = Route("/feeds/{file}", FeedEndpoint(app))
    route.methods = None  # the endpoint refuses a method itself, as a problem
    return [route]
