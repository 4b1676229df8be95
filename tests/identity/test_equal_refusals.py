"""Whatever is wrong with a client, no endpoint tells what: the same bytes after the same work.

Work is counted, not timed: statements, HMACs, comparisons of digests, verified signatures.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from openslot.app import open_app
from openslot.identity import accounts
from openslot.identity.clients import authentication, clients
from openslot.identity.clients.client_assertions import ASSERTION_TYPE
from openslot.identity.clients.secret_uses import SecretUses
from openslot.identity.keys.public_keys import Es256PublicKey, Rs256PublicKey
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.identity.refusals.token_refusals import TokenRefusals
from openslot.kernel import scopes
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import SystemTx

from .signing import es256, rs256
from .test_invalid_client import attempts
from .test_token_endpoint import FORM, GRANT, basic
from .world import PUBLIC_URL, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ENDPOINTS = {"token": GRANT, "revoke": "token=x", "introspect": "token=x"}
ISSUER = f"{PUBLIC_URL}/accounts/acme"
_ids = itertools.count()


class Keyed:
    """Clients that authenticate with keys, and assertions that let nobody in."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def client(self, key: str, *jwks: Any) -> str:
        """A new client's id."""
        document = {
            "grants": ["client_credentials"],
            "scopes": [scopes.BOOK, scopes.INTROSPECT],
            "tokenEndpointAuthMethod": "private_key_jwt",
            "jwks": {"keys": list(jwks)},
        }
        world = self.world
        client, _ = await world.app.database.write(
            world.acme.id, clients.create, world.pepper, key, key, document
        )
        return client.client_id

    def assertion(self, client_id: str, by: Any = None, **changes: Any) -> str:
        """A good assertion but for what is changed."""
        holder = by or es256()
        second = now_ms() // 1000
        claims = {
            "iss": client_id, "sub": client_id, "aud": ISSUER, "exp": second + 60, "iat": second,
            "jti": f"{next(_ids)}", **changes,
        }  # fmt: skip
        made: bytes = holder.signed({"alg": holder.algorithm, "typ": "JWT"}, claims)
        return made.decode()

    async def good(self) -> str:
        """Of a client that may."""
        return self.assertion(await self.client(f"trusted-{next(_ids)}", es256().jwk))

    async def bad(self) -> dict[str, str]:
        """By what is wrong."""
        world, second = self.world, now_ms() // 1000
        one = await self.client("one", es256().jwk)
        other = await self.client("other", rs256().jwk)
        none = await self.client("none")
        disabled = await self.client("disabled-keyed", es256().jwk)
        account = world.acme.id
        client = await world.app.database.read(account, clients.by_key, "disabled-keyed")
        await world.app.database.write(account, clients.disable, client)
        return {
            "unknown client": self.assertion("0" * 26),
            "another key": self.assertion(one, by=es256(1)),
            "another algorithm": self.assertion(one, by=rs256()),
            "another client's key": self.assertion(other),
            "no key registered": self.assertion(none),
            "a client with a secret": self.assertion(world.website.client_id),
            "a public client": self.assertion(world.mobile.client_id),
            "another account's client": self.assertion(world.foreign.client_id),
            "a disabled client": self.assertion(disabled),
            "another issuer": self.assertion(one, iss=other),
            "another audience": self.assertion(one, aud=f"{PUBLIC_URL}/accounts/globex"),
            "over": self.assertion(one, exp=second - 1),
            "too long": self.assertion(one, exp=second + 3600),
            "not yet": self.assertion(one, nbf=second + 120),
        }


def asserted(assertion: str) -> str:
    """The parameters of a form."""
    return urlencode({"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE})


async def send(
    http: httpx.AsyncClient, endpoint: str, account: str, authorization: str | None, body: str
) -> httpx.Response:
    """One request."""
    headers = {"X-ACCOUNT": account, "Content-Type": FORM}
    if authorization is not None:
        headers["Authorization"] = authorization
    return await http.post(f"/oauth2/{endpoint}", content=body, headers=headers)


async def test_no_endpoint_tells_what_was_wrong(http: httpx.AsyncClient, world: World) -> None:
    """Status, headers and body are the same, of secrets and assertions, at all three."""
    keyed = Keyed(world)
    tried = [
        (name, account, authorization, body.removeprefix(GRANT).lstrip("&"))
        for name, (account, authorization, body) in (await attempts(world)).items()
    ]
    tried += [(name, "acme", None, asserted(text)) for name, text in (await keyed.bad()).items()]
    tried += [
        ("not a JWT", "acme", None, asserted("x")),
        ("without a signature", "acme", None, asserted("e30.e30.")),
        ("the account does not fit", "globex", None, asserted(await keyed.good())),
    ]
    used = asserted(await keyed.good())
    assert (await send(http, "token", "acme", None, f"{GRANT}&{used}")).status_code == 200
    tried.append(("used before", "acme", None, used))
    seen: dict[Any, list[str]] = {}
    for endpoint, own in ENDPOINTS.items():
        for name, account, authorization, body in tried:
            # RFC 7009 §2.1: a public client revokes by its id alone, whatever its name.
            answer = await send(http, endpoint, account, authorization, f"{own}&{body}")
            said = (answer.status_code, answer.content, tuple(answer.headers.multi_items()))
            seen.setdefault(said, []).append(f"{endpoint}: {name}")
    assert len(seen) == 1, {status: names for (status, *_), names in seen.items()}
    ((status, content, _),) = seen
    assert status == 401
    assert b"invalid_client" in content


_asking: ContextVar[object] = ContextVar("asking", default=None)


class Work:
    """What is done for one request, counted.

    Nothing else is: while the request waits for the database, what others have left running in
    this process (a server that follows its keys, counts that are written later) asks as well.
    """

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self._request: object = None

    @contextmanager
    def of_a_request(self) -> Iterator[None]:
        """Begins to count anew, for what is asked inside the block."""
        self.done, self._request = Counter(), object()
        before = _asking.set(self._request)
        try:
            yield
        finally:
            _asking.reset(before)
            self._request = None

    def counting(self, function: Callable[..., Any], kind: str) -> Callable[..., Any]:
        """The same function, which is counted."""

        def counted(*arguments: Any, **named: Any) -> Any:
            if self._request is not None and _asking.get() is self._request:
                self.done[kind] += 1
            return function(*arguments, **named)

        return counted


def carrying(transaction: Callable[..., Any]) -> Callable[..., Any]:
    """The same way to a transaction; its operation knows who asked, wherever it is run."""

    def carried(about: str, operation: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        request = _asking.get()

        def run(*inner: Any, **inner_named: Any) -> Any:
            before = _asking.set(request)
            try:
                return operation(*inner, **inner_named)
            finally:
                _asking.reset(before)

        return transaction(about, run, *arguments, **named)

    return carried


@pytest.fixture
def work(world: World, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts what is done for requests to this world's application."""
    work, database = Work(), world.app.database
    for name in ("read", "write", "read_system", "write_system"):
        monkeypatch.setattr(database, name, carrying(getattr(database, name)))
    counted = [
        *((SystemTx, name, "statements") for name in ("one", "all", "run")),
        (authentication, "digest_of", "HMACs"),
        (authentication, "same", "comparisons"),
        *((kind, "verifies", "verified signatures") for kind in (Es256PublicKey, Rs256PublicKey)),
    ]
    for owner, name, kind in counted:
        monkeypatch.setattr(owner, name, work.counting(getattr(owner, name), kind))
    return work


@pytest.mark.parametrize("endpoint", list(ENDPOINTS))
async def test_all_causes_take_the_same_work(
    http: httpx.AsyncClient, world: World, work: Work, endpoint: str
) -> None:
    """Also the cause that there is no such client, nor account."""
    everything = await attempts(world)
    keyed = Keyed(world)
    of_keys = await keyed.bad()
    good = await keyed.good()
    took: dict[str, dict[str, int]] = {}

    async def count(name: str, account: str, authorization: str | None, body: str) -> None:
        own = ENDPOINTS[endpoint]
        with work.of_a_request():
            answer = await send(http, endpoint, account, authorization, f"{own}&{body}")
        assert answer.status_code == 401, name
        took[name] = dict(work.done)

    for name in ("unknown client", "wrong secret", "empty secret", "another client's secret",
                 "unknown account", "another account", "the other account's client",
                 "suspended account", "disabled client", "expired secret", "no secret",
                 "public client with a secret", "client that signs, with a secret",
                 "client id in upper case"):  # fmt: skip
        account, authorization, body = everything[name]
        await count(name, account, authorization, body.removeprefix(GRANT).lstrip("&"))
    each = {"statements": 1, "HMACs": 1, "comparisons": 2}
    assert set(map(str, took.values())) == {str(each)}

    took.clear()
    for name, assertion in of_keys.items():
        await count(name, "acme", None, asserted(assertion))
    await count("unknown account", "nobody", None, asserted(keyed.assertion("0" * 26)))
    await count("another account", "globex", None, asserted(good))
    each["verified signatures"] = 1
    assert set(map(str, took.values())) == {str(each)}


@pytest.mark.parametrize("endpoint", list(ENDPOINTS))
async def test_what_runs_meanwhile_is_not_counted(
    http: httpx.AsyncClient, world: World, work: Work, endpoint: str
) -> None:
    """Keys are followed, uses and refusals written: by a server beside it, or begun by a request.

    Each of the three, without pause, is more than any test run has.
    """
    beside = await open_app(world.app.settings)
    uses = SecretUses(world.app.database, flush_seconds=0)
    refusals = TokenRefusals(world.app.database, first_seconds=0, together_seconds=0)
    rounds = 0

    async def run_beside() -> None:
        nonlocal rounds
        while True:
            note(beside.secret_uses, beside.token_refusals)
            await beside.keys.refresh(beside.database)
            await beside.secret_uses.flush()
            await beside.token_refusals.flush()
            rounds += 1

    def note(uses: SecretUses, refusals: TokenRefusals) -> None:
        uses.note(world.acme.id, world.website.client_id, "none", 1)
        refusals.note(RefusalOrigin("acme", None, None), "wrong_secret", 1, None)

    running = asyncio.create_task(run_beside())
    authorization = basic(world.website.client_id, "osk_wrong")
    took = []
    while rounds < 5 or len(took) < 20:
        with work.of_a_request():
            note(uses, refusals)
            await send(http, endpoint, "acme", authorization, ENDPOINTS[endpoint])
        took.append(dict(work.done))
        await asyncio.sleep(0)  # on SQLite a request that only reads lets nobody else run
        assert not running.done()
    running.cancel()
    for app_part in (uses, refusals, beside):
        await app_part.close()
    each = {"statements": 1, "HMACs": 1, "comparisons": 2}
    assert set(map(str, took)) == {str(each)}


async def test_good_ones_are_let_in(http: httpx.AsyncClient, world: World) -> None:
    """So that what is refused above is refused for its own fault."""
    keyed = Keyed(world)
    body = f"{GRANT}&{asserted(await keyed.good())}"
    assert (await send(http, "token", "acme", None, body)).status_code == 200
    authorization = basic(world.website.client_id, world.secret)
    for endpoint, own in ENDPOINTS.items():
        assert (await send(http, endpoint, "acme", authorization, own)).status_code == 200
    await world.app.database.write(world.acme.id, accounts.suspend)
    assert (await send(http, "token", "acme", authorization, GRANT)).status_code == 401
