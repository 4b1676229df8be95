"""Whatever is wrong with a client, no endpoint tells what: the same bytes after the same work.

Work is counted, not timed: statements, HMACs, comparisons of digests, verified signatures.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import authentication, clients
from openslot.identity.clients.client_assertions import ASSERTION_TYPE
from openslot.identity.keys.public_keys import Es256PublicKey, Rs256PublicKey
from openslot.kernel import scopes
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import SystemTx

from .signing import es256, rs256
from .test_invalid_client import attempts
from .test_token_endpoint import FORM, GRANT, basic
from .world import PUBLIC_URL, World

pytestmark = pytest.mark.anyio

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


@pytest.fixture
def work(world: World, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is done in transactions of this world's database, counted.

    Other tests may have left a server running in this process, which reads now and then.
    """
    done: Counter[str] = Counter()
    ours: list[bool] = []

    def counted(owner: Any, name: str, kind: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def counting(*arguments: Any, **named: Any) -> Any:
            done[kind] += len(ours)
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)

    def marked(name: str) -> None:
        original: Callable[..., Any] = getattr(world.app.database, name)

        def marking(why: str, operation: Callable[..., Any]) -> Any:
            def run(tx: SystemTx) -> Any:
                ours.append(True)
                try:
                    return operation(tx)
                finally:
                    ours.pop()

            return original(why, run)

        monkeypatch.setattr(world.app.database, name, marking)

    marked("read_system")
    marked("write_system")

    for name in ("one", "all", "run"):
        counted(SystemTx, name, "statements")
    counted(authentication, "digest_of", "HMACs")
    counted(authentication, "same", "comparisons")
    for kind in (Es256PublicKey, Rs256PublicKey):
        counted(kind, "verifies", "verified signatures")
    return done


@pytest.mark.parametrize("endpoint", list(ENDPOINTS))
async def test_all_causes_take_the_same_work(
    http: httpx.AsyncClient, world: World, work: Counter[str], endpoint: str
) -> None:
    """Also the cause that there is no such client, nor account."""
    everything = await attempts(world)
    keyed = Keyed(world)
    of_keys = await keyed.bad()
    good = await keyed.good()
    took: dict[str, dict[str, int]] = {}

    async def count(name: str, account: str, authorization: str | None, body: str) -> None:
        work.clear()
        answer = await send(http, endpoint, account, authorization, f"{ENDPOINTS[endpoint]}&{body}")
        assert answer.status_code == 401, name
        took[name] = dict(work)

    for name in ("unknown client", "wrong secret", "empty secret", "another client's secret",
                 "unknown account", "another account", "the other account's client",
                 "suspended account", "disabled client", "expired secret", "no secret",
                 "public client with a secret", "client that signs, with a secret",
                 "client id in upper case"):  # fmt: skip
        account, authorization, body = everything[name]
        await count(name, account, authorization, body.removeprefix(GRANT).lstrip("&"))
    assert set(map(str, took.values())) == {str({"statements": 1, "HMACs": 1, "comparisons": 2})}

    took.clear()
    for name, assertion in of_keys.items():
        await count(name, "acme", None, asserted(assertion))
    await count("unknown account", "nobody", None, asserted(keyed.assertion("0" * 26)))
    await count("another account", "globex", None, asserted(good))
    each = {"statements": 1, "HMACs": 1, "comparisons": 2, "verified signatures": 1}
    assert all(done == each for done in took.values()), took


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
