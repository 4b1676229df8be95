"""A user who lets clients act for them: codes as the authorization endpoint makes them."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import httpx

from openslot.identity.clients import clients
from openslot.identity.model.client import Client
from openslot.identity.model.user import User
from openslot.identity.people import users
from openslot.identity.tokens import authorization_codes
from openslot.identity.tokens.access_tokens import InvalidToken, actor_of
from openslot.kernel import scopes
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import AccountTx

from .world import World

CALLBACK = "https://app.example.org/callback"
TOKEN = "/accounts/acme/oauth2/token"
VERIFIER = secrets.token_urlsafe(32)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]


@dataclass(frozen=True)
class Desk:
    """A user of acme at a desk, and the clients that they let act."""

    world: World
    user: User
    site: Client  # confidential, with code and refresh
    site_secret: str

    async def code(self, client: Client | None = None, **given: Any) -> str:
        """A code for a client, the public one if none is named."""
        return await self.world.app.database.write(
            self.world.acme.id, lambda tx: self.code_in(tx, client, **given)
        )

    def code_in(self, tx: AccountTx, client: Client | None = None, **given: Any) -> str:
        """The same, in a transaction: client and user are as they are in it."""
        values = {
            "client": clients.by_key(tx, (client or self.world.mobile).key),
            "user": users.by_id(tx, self.user.id),
            "signed_in_at": now_ms() - 5_000,
            "redirect_uri": CALLBACK,
            "code_challenge": CHALLENGE,
            "dpop_jkt": None,
            "scopes": (scopes.BOOK,),
            **given,
        }
        return authorization_codes.issue(tx, **values)

    async def tokens(self, http: httpx.AsyncClient) -> dict[str, Any]:
        """The first tokens of the public client."""
        answer = await redeem(http, self, await self.code())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def make_desk(world: World) -> Desk:
    """The user and the confidential client."""

    def work(tx: AccountTx) -> Desk:
        user, _ = users.create(tx, "desk@acme.example", "At the desk", "desk")
        document = {
            "grants": ["authorization_code", "refresh_token", "client_credentials"],
            "scopes": [
                *scopes.BOOKING,
                scopes.ADMIN_READ,
                scopes.ADMIN_WRITE,
                scopes.APPOINTMENTS_MANAGE,
            ],
            "redirectUris": [CALLBACK],
        }
        site, secret = clients.create(tx, world.pepper, "site", "The site", document)
        assert secret is not None
        return Desk(world, user, site, secret)

    return await world.app.database.write(world.acme.id, work)


async def redeem(http: httpx.AsyncClient, desk: Desk, code: str, **form: Any) -> httpx.Response:
    """Sends a code of the public client; a value None leaves a parameter out."""
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_id": desk.world.mobile.client_id,
        **form,
    }
    auth = sent.pop("auth", None)
    headers = sent.pop("headers", None)
    data = {name: value for name, value in sent.items() if value is not None}
    return await http.post(TOKEN, data=data, auth=auth, headers=headers)


async def refresh(
    http: httpx.AsyncClient, desk: Desk, refresh_token: str, **form: Any
) -> httpx.Response:
    """Sends a refresh token of the public client."""
    sent = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": desk.world.mobile.client_id,
        **form,
    }
    auth = sent.pop("auth", None)
    headers = sent.pop("headers", None)
    data = {name: value for name, value in sent.items() if value is not None}
    return await http.post(TOKEN, data=data, auth=auth, headers=headers)


async def is_live(desk: Desk, access_token: str) -> bool:
    """Whether the API would take an access token now."""
    try:
        await actor(desk, access_token)
    except InvalidToken:
        return False
    return True


async def actor(desk: Desk, access_token: str) -> Actor:
    """Who the API would take the bearer of an access token for."""
    claims = desk.world.reader().read(access_token.encode(), now_ms())
    return await desk.world.app.database.read_system("a test", lambda tx: actor_of(tx, claims))
