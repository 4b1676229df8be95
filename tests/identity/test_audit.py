"""The audit trail: one event for each change, who did it, and nothing that is secret."""

from typing import Any

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients, secret_rotation
from openslot.identity.clients.apply import apply_clients
from openslot.kernel import scopes
from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.scheduling import sandbox
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter, LateAuditEntry

from .test_token_endpoint import post
from .world import ACCOUNT_DOCUMENT, PUBLIC_DOCUMENT, World, confidential

pytestmark = pytest.mark.anyio


def by(world: World) -> Actor:
    """Somebody who may do everything."""
    return Actor(
        world.acme.id,
        "client",
        "manager",
        frozenset(scopes.ALL),
        address="192.0.2.7",
        request_id="request",
    )


async def trail(world: World, account_id: str | None = None, **asked: Any) -> list[AuditEntry]:
    """The account's events, the oldest first."""
    question = AuditFilter(**asked)
    found = await world.app.database.read(account_id or world.acme.id, audit.events, question, 1000)
    return found[::-1]


async def after(world: World, start: int) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Type, client and detail of acme's events from one on; all by the same actor."""
    found = (await trail(world))[start:]
    for event in found:
        assert (event.actor_type, event.actor_id) == ("client", "manager")
        assert (event.address, event.request_id) == ("192.0.2.7", "request")
    return [(event.type, event.client, dict(event.detail)) for event in found]


async def test_what_the_operator_makes(world: World) -> None:
    """Without a name he is the operator, at no address."""
    found = await trail(world)
    assert [(event.type, event.client) for event in found] == [
        ("account.created", None),
        ("client.created", world.website.client_id),
        ("secret.made", world.website.client_id),
        ("client.created", world.mobile.client_id),
    ]
    for event in found:
        assert (event.actor_type, event.actor_id) == ("operator", "operator")
        assert (event.address, event.request_id) == (None, None)
    assert found[1].detail == {"key": "website", "scopes": list(scopes.BOOKING)}
    (secret,) = await world.app.database.read(
        world.acme.id, secret_rotation.secrets_of, world.website
    )
    assert found[2].secret_id == secret.id
    assert world.secret not in repr(found)


async def test_changes_of_a_client(world: World) -> None:
    """Scopes with old and new; of other fields their names. What changes nothing is no event."""
    write, acme, website = world.app.database.write, world.acme.id, world.website
    start = len(await trail(world))
    document = {**confidential(scopes.BOOK), "grants": ["authorization_code"]}
    changed = await write(acme, clients.change, website, "New", document, by=by(world))
    disabled = await write(acme, clients.disable, changed, by=by(world))
    await write(acme, clients.disable, disabled, by=by(world))
    enabled = await write(acme, clients.enable, disabled, by=by(world))
    await write(acme, clients.enable, enabled, by=by(world))
    await write(acme, clients.change, enabled, "New", document, by=by(world))
    assert await after(world, start) == [
        (
            "client.scopes_changed",
            website.client_id,
            {"old": list(scopes.BOOKING), "new": [scopes.BOOK]},
        ),
        ("client.changed", website.client_id, {"fields": ["name", "grants"]}),
        ("client.disabled", website.client_id, {}),
        ("client.enabled", website.client_id, {}),
    ]


async def test_secrets_of_a_client(world: World) -> None:
    """Made, rotated, revoked, each with its id; all of them when none is used any more."""
    write, acme, website = world.app.database.write, world.acme.id, world.website
    start = len(await trail(world))
    (first,) = await world.app.database.read(acme, secret_rotation.secrets_of, website)
    second = await write(acme, secret_rotation.make_secret, world.pepper, website, by=by(world))
    await write(acme, secret_rotation.revoke_secret, website, first.id, by=by(world))
    with pytest.raises(NotFound):
        await write(acme, secret_rotation.revoke_secret, website, first.id, by=by(world))
    await write(acme, clients.change, website, "Website", PUBLIC_DOCUMENT, by=by(world))
    found = (await trail(world))[start:]
    assert [(event.type, event.secret_id) for event in found if event.secret_id] == [
        ("secret.rotated", second.id),
        ("secret.revoked", first.id),
        ("secret.revoked", second.id),
    ]
    assert second.text not in repr(found)
    await after(world, start)


async def test_the_expiry_of_a_secret(world: World) -> None:
    """Is told, since it says how long it was meant to live."""
    write = world.app.database.write
    await write(
        world.acme.id,
        secret_rotation.make_secret,
        world.pepper,
        world.website,
        expires_at=10**12 * 2,
    )
    assert (await trail(world))[-1].detail == {"expiresAt": "2033-05-18T03:33:20.000+00:00"}


async def test_a_deleted_client(world: World) -> None:
    """Its trail stays."""
    write, acme, website = world.app.database.write, world.acme.id, world.website
    with pytest.raises(clients.ClientStillActive):
        await write(acme, clients.delete, website, by=by(world))
    disabled = await write(acme, clients.disable, website, by=by(world))
    start = len(await trail(world))
    await write(acme, clients.delete, disabled, by=by(world))
    assert await after(world, start) == [("client.deleted", website.client_id, {"key": "website"})]
    assert len(await trail(world, client=website.client_id)) == 4
    assert await world.app.database.read(acme, clients.all_clients) == [world.mobile]
    assert await world.app.database.read(world.globex.id, clients.all_clients) == [world.foreign]


async def test_the_account(world: World) -> None:
    """Suspended and resumed once each, changed with the names of its fields."""
    write, acme = world.app.database.write, world.acme.id
    start = len(await trail(world))
    for operation in (accounts.suspend, accounts.suspend, accounts.resume, accounts.resume):
        await write(acme, operation, by=by(world))
    document = {**ACCOUNT_DOCUMENT, "title": "Another"}
    await write(acme, accounts.change, document, sandbox=False, by=by(world))
    await write(acme, accounts.change, document, sandbox=False, by=by(world))
    assert await after(world, start) == [
        ("account.suspended", None, {}),
        ("account.resumed", None, {}),
        ("account.changed", None, {"fields": ["title", "sandbox"]}),
    ]


async def test_a_sandbox_clock(world: World) -> None:
    """Set, and given back."""
    write, acme = world.app.database.write, world.acme.id
    start = len(await trail(world))
    await write(acme, sandbox.set_clock, by(world), 1_800_000_000_000, frozen=True)
    await write(acme, sandbox.set_clock, by(world), None, frozen=True)
    assert await after(world, start) == [
        ("sandbox.clock_set", None, {"now": "2027-01-15T08:00:00.000+00:00", "frozen": True}),
        ("sandbox.clock_set", None, {"now": None, "frozen": False}),
    ]


async def test_an_account_file(world: World) -> None:
    """Whoever applies it."""
    start = len(await trail(world))
    wanted = [{"key": "kiosk", **confidential(scopes.BOOK)}]
    await world.app.database.write(world.acme.id, apply_clients, world.pepper, wanted, by=by(world))
    types = [event_type for event_type, *_ in await after(world, start)]
    assert types == ["client.created", "secret.made", "client.disabled", "client.disabled"]


async def test_the_first_use_of_a_secret(http: httpx.AsyncClient, world: World) -> None:
    """Once, by the client, when last uses are written; told with where it came from."""
    for _ in range(3):
        await post(http, world)
    start = len(await trail(world))
    await world.app.secret_uses.flush()
    await post(http, world)
    await world.app.secret_uses.flush()
    (event,) = (await trail(world))[start:]
    (secret,) = await world.app.database.read(
        world.acme.id, secret_rotation.secrets_of, world.website
    )
    assert (event.type, event.secret_id) == ("secret.first_used", secret.id)
    assert (event.actor_type, event.actor_id) == ("client", world.website.client_id)
    assert (event.client, event.address) == (world.website.client_id, "127.0.0.1")
    assert event.detail.keys() == {"usedAt"}


async def test_a_change_that_is_taken_back_leaves_no_event(world: World) -> None:
    """Event and change are one transaction."""
    start = len(await trail(world))
    with pytest.raises(clients.ClientKeyTaken):
        await world.app.database.write(
            world.acme.id, clients.create, world.pepper, "website", "W", confidential(scopes.BOOK)
        )
    assert len(await trail(world)) == start


async def test_a_trail_is_its_accounts_own(world: World) -> None:
    """Of two accounts with the same client key; a deleted one takes no late event."""
    globex = await trail(world, world.globex.id)
    assert {event.client for event in globex} == {None, world.foreign.client_id}
    assert await trail(world, world.globex.id, client=world.website.client_id) == []
    late = [
        LateAuditEntry(a, "token.refused", address="x") for a in (world.acme.id, world.globex.id)
    ]
    await world.app.database.write_system("a test", accounts.delete, world.globex.id)
    await world.app.database.write_system("a test", audit.record_late, late)
    assert [event.type for event in await trail(world)][-1] == "token.refused"


async def test_questions(world: World) -> None:
    """Type, client, from and to, a place in the list, and all of them at once."""
    found = await trail(world)
    made = await trail(world, type="client.created")
    assert made == [event for event in found if event.type == "client.created"]
    mobile = world.mobile.client_id
    assert await trail(world, client=mobile) == [e for e in found if e.client == mobile]
    assert await trail(world, client=mobile, type="secret.made") == []
    for event in found:
        since = await trail(world, from_at=event.at)
        assert since == [other for other in found if other.at >= event.at]
        assert await trail(world, to_at=event.at) == [o for o in found if o.at < event.at]
    assert await trail(world, before_at=found[2].at, before_id=found[2].id) == found[:2]
