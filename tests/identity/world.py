"""Two accounts with their clients, made by the operations that make any account."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.model.client import Client
from openslot.identity.tokens.access_tokens import Issuer, TokenReader, issue
from openslot.kernel import scopes
from openslot.kernel.clock import Millis
from openslot.kernel.errors import OpenslotError
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.problems import problem
from openslot.web.oauth.routes import oauth_routes
from openslot.web.oauth.throttles import Throttles

PUBLIC_URL = "https://booking.example.org"
REQUEST_ID = "00000000-0000-7000-8000-000000000000"
ACCOUNT_DOCUMENT = {
    "title": "A town",
    "locales": ["en_US"],
    "settings": {"accessTokenAlgorithm": "ES256", "retentionDays": 30},
}
PUBLIC_DOCUMENT = {
    "grants": ["authorization_code", "refresh_token"],
    "scopes": [scopes.BOOK],
    "redirectUris": ["https://app.example.org/callback"],
    "tokenEndpointAuthMethod": "none",
}
NOW: Millis = 1_800_000_000_500  # 2027-01-15T08:00:00.5Z, for what takes the time as an argument


@dataclass(frozen=True)
class World:
    """What most tests start from."""

    app: App
    pepper: bytes
    acme: Account
    website: Client  # of acme, with the three booking scopes
    secret: str  # the website's
    mobile: Client  # of acme, public
    globex: Account
    foreign: Client  # of globex, with the same key as acme's website
    foreign_secret: str

    def reader(self, most: int = 100) -> TokenReader:
        """A reader that remembers nothing yet."""
        return TokenReader(self.app.keys, self.app.settings.public_url, most=most)

    def token(self, now: Millis = NOW, algorithm: str = "ES256") -> bytes:
        """A good token of the website."""
        issuer = Issuer(self.app.settings.public_url, self.acme.id, "acme", algorithm)
        return issue(self.app.keys, issuer, self.website, self.website.scopes, now).encode()


def make_world(tx: SystemTx, pepper: bytes) -> Callable[[App], World]:
    """Makes the accounts; returns what makes the world of an application on their database."""
    acme = accounts.create(tx, "acme", ACCOUNT_DOCUMENT, sandbox=True)
    website, secret = clients.create(
        tx.account(acme.id), pepper, "website", "Website", confidential(*scopes.BOOKING)
    )
    mobile, no_secret = clients.create(
        tx.account(acme.id), pepper, "mobile", "Mobile app", PUBLIC_DOCUMENT
    )
    globex = accounts.create(tx, "globex", ACCOUNT_DOCUMENT, sandbox=False)
    foreign, foreign_secret = clients.create(
        tx.account(globex.id), pepper, "website", "Website", confidential(scopes.BOOK)
    )
    assert secret is not None
    assert foreign_secret is not None
    assert no_secret is None
    return lambda app: World(
        app, pepper, acme, website, secret, mobile, globex, foreign, foreign_secret
    )


def confidential(*scope: str) -> dict[str, object]:
    """The document of a client with a secret."""
    return {"grants": ["client_credentials"], "scopes": list(scope)}


def oauth_app(app: App) -> Starlette:
    """A Starlette application of the OAuth routes, its router as strict as the server's."""

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, OpenslotError)
        reply = problem(error, app.settings.public_url, REQUEST_ID)
        return Response(reply.body, reply.status, dict(reply.headers))

    starlette = Starlette(exception_handlers={OpenslotError: refuse})
    reader = TokenReader(app.keys, app.settings.public_url)
    origins = ClientOrigins(app.database)
    starlette.router = Router(
        oauth_routes(app, reader, origins, Throttles(app.settings, app.token_refusals)),
        redirect_slashes=False,
    )
    return starlette


def on(settings: Settings, url: str) -> Settings:
    """The settings, on a database."""
    return replace(settings, database_url=url)
