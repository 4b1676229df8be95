"""Looking at a server's signing keys from outside, and making its time pass."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import jwt

from .serving import Credentials, Installation, Server
from .town import API, token

HOUR_MS = 3_600_000


def change(installation: Installation, statement: str, **parameters: Any) -> None:
    """Changes rows beside the running server."""
    with closing(sqlite3.connect(installation.database, timeout=10)) as connection:
        connection.execute(statement, parameters)
        connection.commit()


def age(installation: Installation, hours: int) -> None:
    """As if all that has happened to the keys had happened so many hours earlier."""
    change(
        installation,
        "UPDATE signing_keys SET created_at = created_at - :by, signs_from = signs_from - :by",
        by=hours * HOUR_MS,
    )


def published(server: Server) -> set[str]:
    """The kids of the JWK Set."""
    with server.wire() as wire:
        return {key["kid"] for key in wire.get("/accounts/acme/oauth2/jwks").json()["keys"]}


def announced(installation: Installation) -> set[str]:
    """The kids that do not sign yet."""
    rows = json.loads(installation.run("keys", "list", "--json"))
    return {row["kid"] for row in rows if row["state"] == "announced"}


def kid_of(text: str) -> str:
    """Which key has signed a token."""
    kid: str = jwt.get_unverified_header(text)["kid"]
    return kid


def within(seconds: float, condition: Callable[[], bool]) -> None:
    """Returns once it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


class Verifier(jwt.PyJWKClient):
    """Another program that verifies tokens: it keeps the keys for a second, as if for an hour.

    `surprises` counts the tokens whose key it did not have, so that it had to ask at once.
    """

    def __init__(self, url: str) -> None:
        """Takes the address of the JWK Set."""
        super().__init__(url, cache_jwk_set=True, lifespan=1)
        self.surprises = -1  # the first fetch is none

    def get_signing_keys(self, refresh: bool = False) -> list[Any]:
        """Counts, and does what it does."""
        self.surprises += refresh or self.jwk_set_cache.jwk_set_with_timestamp is None
        keys: list[Any] = super().get_signing_keys(refresh)
        return keys


class Load(threading.Thread):
    """Gets tokens of a client without a pause, has them verified, and calls the API with them.

    The first token that each key signed is kept, and verified again and again.
    """

    def __init__(self, server: Server, client: Credentials, algorithm: str) -> None:
        """Does nothing before `start`."""
        super().__init__()
        self.failures: list[str] = []
        self.signed: dict[str, int] = {}  # how many tokens of which kid
        self.verified = 0
        self.verifier = Verifier(f"{server.url}/accounts/{client.account}/oauth2/jwks")
        self.kept: dict[str, str] = {}
        self._server, self._client, self._algorithm = server, client, algorithm
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ends it, and waits for the end."""
        self._stopped.set()
        self.join()

    def run(self) -> None:
        """Until `stop`."""
        try:
            with self._server.wire() as wire:
                while not self._stopped.is_set():
                    text = token(wire, self._client)
                    kid = kid_of(text)
                    self.signed[kid] = self.signed.get(kid, 0) + 1
                    self.kept.setdefault(kid, text)
                    for each in {text, *list(self.kept.values())}:
                        self._verify(each)
                        answer = wire.get(f"{API}/services", each)
                        if answer.status != 200:
                            self.failures.append(f"{answer.status} {answer.body!r}")
        except Exception as error:  # told by the test, in its own thread
            self.failures.append(repr(error))

    def _verify(self, text: str) -> None:
        try:
            key = self.verifier.get_signing_key_from_jwt(text).key
            jwt.decode(text, key, [self._algorithm], options={"verify_aud": False})
            self.verified += 1
        except jwt.PyJWTError as error:
            self.failures.append(repr(error))
