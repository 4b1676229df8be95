"""Every failed authentication looks the same and takes the same work."""

from base64 import b64encode

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients, secret_rotation
from openslot.identity.clients.secrets import digest_of
from openslot.identity.model.client import Client
from openslot.identity.store import client_secrets
from openslot.kernel import scopes
from openslot.kernel.ids import new_id
from openslot.storage.transactions import AccountTx

from .test_token_endpoint import FORM, GRANT, basic
from .world import World, confidential

pytestmark = pytest.mark.anyio

Attempt = tuple[str, str | None, str]  # account, Authorization, body


async def attempts(world: World) -> dict[str, Attempt]:
    """Everything that is the one 401, each in a way of its own."""
    website, database = world.website, world.app.database

    async def another(key: str, **document: object) -> tuple[Client, str]:
        client, secret = await database.write(
            world.acme.id, clients.create, world.pepper, key, key,
            {**confidential(scopes.BOOK), **document},
        )  # fmt: skip
        return client, secret or ""

    disabled, disabled_secret = await another("disabled")
    await database.write(world.acme.id, clients.disable, disabled)
    expired, _ = await another("expired")
    (one,) = await database.read(world.acme.id, secret_rotation.secrets_of, expired)
    await database.write(world.acme.id, secret_rotation.revoke_secret, expired, one.id)
    expired_secret = await database.write(
        world.acme.id, secret_rotation.make_secret, world.pepper, expired, expires_at=1
    )
    keyed, _ = await another("keyed", tokenEndpointAuthMethod="private_key_jwt", jwks={"keys": []})
    await database.write(world.globex.id, accounts.suspend)
    good = basic(website.client_id, world.secret)

    def raw(data: bytes) -> str:
        return "Basic " + b64encode(data).decode()

    return {
        "unknown client": ("acme", basic("0" * 26, world.secret), GRANT),
        "unknown client in the form": ("acme", None, f"{GRANT}&client_id=x&client_secret=y"),
        "wrong secret": ("acme", basic(website.client_id, world.secret[:-1]), GRANT),
        "empty secret": ("acme", basic(website.client_id, ""), GRANT),
        "secret with a space after it": (
            "acme", basic(website.client_id, world.secret + " "), GRANT,
        ),
        "another client's secret": ("acme", basic(website.client_id, disabled_secret), GRANT),
        "wrong secret in the form": (
            "acme", None, f"{GRANT}&client_id={website.client_id}&client_secret=x",
        ),
        "no secret": ("acme", None, f"{GRANT}&client_id={website.client_id}"),
        "nothing": ("acme", None, GRANT),
        "a secret alone": ("acme", None, f"{GRANT}&client_secret={world.secret}"),
        "unknown account": ("nobody", good, GRANT),
        "another account": ("globex", good, GRANT),
        "the other account's client": (
            "acme", basic(world.foreign.client_id, world.foreign_secret), GRANT,
        ),
        "suspended account": (
            "globex", basic(world.foreign.client_id, world.foreign_secret), GRANT,
        ),
        "disabled client": ("acme", basic(disabled.client_id, disabled_secret), GRANT),
        "expired secret": ("acme", basic(expired.client_id, expired_secret.text), GRANT),
        "client id in upper case": ("acme", basic(website.client_id.upper(), world.secret), GRANT),
        "public client with a secret": ("acme", basic(world.mobile.client_id, "x"), GRANT),
        "client that signs, with a secret": ("acme", basic(keyed.client_id, "x"), GRANT),
        "client that signs, without": ("acme", None, f"{GRANT}&client_id={keyed.client_id}"),
        "not base64": ("acme", "Basic !", GRANT),
        "no padding": ("acme", good.rstrip("=") if "=" in good else "Basic YQ", GRANT),
        "no colon": ("acme", raw(website.client_id.encode()), GRANT),
        "not UTF-8": ("acme", raw(b"\xff:\xff"), GRANT),
        "no credentials": ("acme", "Basic", GRANT),
        "another scheme": ("acme", "Bearer x", GRANT),
        "unreadable, with a client_id": ("acme", "Basic !", f"{GRANT}&client_id=x"),
        "NUL": ("acme", raw(b"\0:\0"), GRANT),
    }  # fmt: skip


async def test_all_are_the_same_bytes(http: httpx.AsyncClient, world: World) -> None:
    """Status, header and body."""
    seen = set()
    for name, (account, authorization, body) in (await attempts(world)).items():
        headers = {"X-ACCOUNT": account, "Content-Type": FORM}
        if authorization is not None:
            headers["Authorization"] = authorization
        answer = await http.post("/oauth2/token", content=body, headers=headers)
        assert answer.status_code == 401, name
        seen.add((answer.content, tuple(answer.headers.multi_items())))
    ((content, answered),) = seen
    assert content == (
        b'{"error": "invalid_client", "error_description": "Client authentication failed"}'
    )
    assert ("www-authenticate", 'Basic realm="openslot"') in answered
    assert ("cache-control", "no-store") in answered


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_all_that_can_be_read_run_the_same_statements(
    http: httpx.AsyncClient, world: World
) -> None:
    """The database is asked the same once, whether there is such a client or not."""
    tried = await attempts(world)
    traced: list[str] = []
    world.app.database._reader.set_trace_callback(traced.append)  # type: ignore[attr-defined]
    counts = {}
    for name in ("unknown client", "wrong secret", "another account", "disabled client",
                 "unknown account", "suspended account", "expired secret"):  # fmt: skip
        account, authorization, body = tried[name]
        traced.clear()
        headers = {"X-ACCOUNT": account, "Content-Type": FORM, "Authorization": str(authorization)}
        await http.post("/oauth2/token", content=body, headers=headers)
        counts[name] = len([text for text in traced if text.lstrip().startswith("SELECT")])
    assert set(counts.values()) == {1}, counts


async def test_a_secret_of_a_client_that_holds_none_lets_nobody_in(
    http: httpx.AsyncClient, world: World
) -> None:
    """Were one left over from before it turned public."""
    digest = digest_of(world.pepper, "left over")

    def leave(tx: AccountTx) -> None:
        client_secrets.insert(tx, world.mobile.client_id, new_id(), digest, None)

    await world.app.database.write(world.acme.id, leave)
    headers = {
        "X-ACCOUNT": "acme",
        "Content-Type": FORM,
        "Authorization": basic(world.mobile.client_id, "left over"),
    }
    answer = await http.post("/oauth2/token", content=GRANT, headers=headers)
    assert answer.status_code == 401
