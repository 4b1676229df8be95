"""A user who lets a public client act for them, beside a running server."""

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from databases import opened
from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.model.user import User
from openslot.identity.people import users
from openslot.identity.tokens import authorization_codes
from openslot.kernel.clock import now_ms
from openslot.kernel.scopes import BOOKING
from openslot.storage.transactions import AccountTx, SystemTx

from .serving import Installation
from .wire import request

CALLBACK = "https://app.example.org/callback"
APP = {
    "key": "app",
    "name": "App",
    "grants": ["authorization_code", "refresh_token"],
    "scopes": list(BOOKING),
    "redirectUris": [CALLBACK],
    "tokenEndpointAuthMethod": "none",
}


@dataclass(frozen=True)
class Holder:
    """A user of acme, and the app that acts for them."""

    installation: Installation
    user: User
    verifier: str

    def codes(self, number: int) -> list[str]:
        """New codes of the app, as the authorization endpoint makes them."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")

        def issue(tx: AccountTx) -> list[str]:
            client = clients.by_key(tx, "app")
            return [
                authorization_codes.issue(
                    tx,
                    client=client,
                    user=self.user,
                    signed_in_at=now_ms(),
                    redirect_uri=CALLBACK,
                    code_challenge=challenge,
                    dpop_jkt=None,
                    scopes=BOOKING,
                )
                for _ in range(number)
            ]

        return _beside(self.installation, issue)

    def redemption(self, code: str) -> bytes:
        """A request that sends a code in."""
        return self.asking(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=self.verifier,
        )

    def refreshing(self, refresh_token: str) -> bytes:
        """A request for new tokens."""
        return self.asking(grant_type="refresh_token", refresh_token=refresh_token)

    def asking(self, *, at: str = "token", **form: str) -> bytes:
        """A request of the app at an OAuth endpoint."""
        client_id = self.installation.clients["acme", "app"].client_id
        return request(
            "POST",
            f"/accounts/acme/oauth2/{at}",
            body=urlencode({**form, "client_id": client_id}).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )


def holder(installation: Installation) -> Holder:
    """A new user at the desk of acme, which has the app as a client."""

    def make(tx: AccountTx) -> User:
        email = f"{secrets.token_hex(4)}@acme.example"
        return users.create(tx, email, "At the desk", "desk")[0]

    return Holder(installation, _beside(installation, make), secrets.token_urlsafe(32))


def _beside(installation: Installation, work: Any) -> Any:
    """Writes to acme, as another process."""

    def of_acme(tx: SystemTx) -> Any:
        account = accounts.by_name(tx, "acme")
        assert account is not None
        return work(tx.account(account.id))

    async def run() -> Any:
        database = opened(installation.environment["OPENSLOT_DATABASE_URL"])
        try:
            return await database.write_system("a test", of_acme)
        finally:
            await database.close()

    return asyncio.run(run())
