"""API keys of clients: made, changed, revoked, listed in a file; always with an account beside."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from openslot.identity import upkeep
from openslot.identity.clients import api_keys, clients
from openslot.identity.clients.api_keys import ApiKeyTaken, TooManyApiKeys
from openslot.identity.clients.apply_api_keys import IssuedApiKey, apply_api_keys
from openslot.identity.clients.secrets import digest_of
from openslot.identity.model.api_key import ApiKey, ApiKeyContent
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.kernel.actor import Actor, InsufficientScope
from openslot.kernel.changes import Change
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_READ, CLIENTS_MANAGE, PRIVACY_MANAGE
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditFilter
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

from .secret_form import looks_like_secret
from .world import World, confidential

pytestmark = pytest.mark.anyio

PAST, FUTURE = 1, 1 << 46
DIGESTS = SystemStatement("SELECT account_id, client_id, digest FROM api_keys")
AGED = SystemStatement("UPDATE api_keys SET revoked_at = revoked_at - :age")


async def do(world: World, operation: Callable[[AccountTx], Any]) -> Any:
    """Something in a transaction of acme."""
    return await world.app.database.write(world.acme.id, operation)


async def make(world: World, key: str, **fields: Any) -> api_keys.NewApiKey:
    """An API key of acme's website."""
    content = ApiKeyContent(key, **fields)
    made: api_keys.NewApiKey = await do(
        world, lambda tx: api_keys.make(tx, world.pepper, world.website, content)
    )
    return made


async def listed(world: World) -> list[ApiKey]:
    """Those of acme's website."""
    found: list[ApiKey] = await do(world, lambda tx: api_keys.api_keys_of(tx, world.website))
    return found


async def test_only_a_digest_is_kept(world: World) -> None:
    """Of a text that a scanner knows for what it is; another account's client has none of it."""
    made = await make(world, "main")
    assert looks_like_secret(made.text, "oak")
    assert await listed(world) == [made.item]
    rows = await world.app.database.read_system("a test", SystemTx.all, DIGESTS)
    found = [(row[0], row[1], bytes(row[2])) for row in rows]
    digest = digest_of(world.pepper, made.text)
    assert found == [(world.acme.id, world.website.client_id, digest)]
    with pytest.raises(NotFound):
        await world.app.database.write(
            world.globex.id, lambda tx: api_keys.by_id(tx, world.foreign, made.item.id)
        )


async def test_two_live_and_a_name_each(world: World) -> None:
    """An expired one leaves room, and keeps its name until it is revoked."""
    await make(world, "old", expires_at=PAST)
    first = await make(world, "main", expires_at=FUTURE)
    await make(world, "portal")
    with pytest.raises(TooManyApiKeys):
        await make(world, "third")
    with pytest.raises(ApiKeyTaken):
        await make(world, "old")
    await do(world, lambda tx: api_keys.revoke(tx, first.item))
    again = await make(world, "main")
    assert again.text != first.text
    with pytest.raises(NotFound):
        await do(world, lambda tx: api_keys.revoke(tx, first.item))


async def test_an_expired_one_lives_again_only_where_there_is_room(world: World) -> None:
    old = (await make(world, "old", expires_at=PAST)).item
    await make(world, "main")
    await make(world, "portal")
    lasting = ApiKeyContent("old", expires_at=FUTURE)
    with pytest.raises(TooManyApiKeys):
        await do(world, lambda tx: api_keys.change(tx, world.website, old, lasting))
    assert old in await listed(world)


async def test_nobody_gives_what_they_do_not_hold(world: World) -> None:
    """An API key does what its client may; one that finds people gives their data out."""
    manager = Actor(world.acme.id, "client", "manager", frozenset({CLIENTS_MANAGE}))
    privacy = Actor(world.acme.id, "client", "officer", frozenset({CLIENTS_MANAGE, PRIVACY_MANAGE}))
    powerful, _ = await do(
        world, lambda tx: clients.create(tx, world.pepper, "p", "P", confidential(ADMIN_READ))
    )

    def made(client: Any, by: Actor, content: ApiKeyContent) -> Callable[[AccountTx], Any]:
        return lambda tx: api_keys.make(tx, world.pepper, client, content, by=by).item

    with pytest.raises(ScopeNotHeld):
        await do(world, made(powerful, manager, ApiKeyContent("main")))
    looking = ApiKeyContent("main", customer_look_up=True)
    with pytest.raises(InsufficientScope) as refused:
        await do(world, made(world.website, manager, looking))
    assert refused.value.data == {"scopes": [PRIVACY_MANAGE]}
    plain = await do(world, made(world.website, manager, ApiKeyContent("main")))
    with pytest.raises(InsufficientScope):
        await do(world, lambda tx: api_keys.change(tx, world.website, plain, looking, by=manager))
    seeing = await do(
        world, lambda tx: api_keys.change(tx, world.website, plain, looking, by=privacy)
    )
    assert seeing.content.customer_look_up
    # Less is nobody's gift; a longer life of one that finds people is.
    longer = ApiKeyContent("main", customer_look_up=True, expires_at=FUTURE)
    with pytest.raises(InsufficientScope):
        await do(world, lambda tx: api_keys.change(tx, world.website, seeing, longer, by=manager))
    less = ApiKeyContent("main")
    await do(world, lambda tx: api_keys.change(tx, world.website, seeing, less, by=manager))


async def apply(
    world: World, wanted: Mapping[str, Sequence[ApiKeyContent]]
) -> tuple[list[Change], list[IssuedApiKey]]:
    """Applies to acme."""
    applied: tuple[list[Change], list[IssuedApiKey]] = await do(
        world, lambda tx: apply_api_keys(tx, world.pepper, wanted)
    )
    return applied


async def test_a_file_makes_changes_and_revokes(world: World) -> None:
    main, portal = ApiKeyContent("main"), ApiKeyContent("portal", "additional")
    changes, issued = await apply(world, {"website": [main, portal]})
    assert [(c.kind, c.key, c.action) for c in changes] == [
        ("api-key", "website/main", "created"),
        ("api-key", "website/portal", "created"),
    ]
    assert [(made.account, made.client, made.key) for made in issued] == [
        ("acme", "website", "main"), ("acme", "website", "portal"),
    ]  # fmt: skip
    assert await apply(world, {"website": [main, portal]}) == ([], [])
    before = await listed(world)
    changed = ApiKeyContent("main", "additional")
    third = ApiKeyContent("third")
    changes, issued = await apply(world, {"website": [changed, third]})
    assert {(c.key, c.action) for c in changes} == {
        ("website/portal", "deleted"), ("website/main", "changed"), ("website/third", "created"),
    }  # fmt: skip
    assert len(issued) == 1
    now = await listed(world)
    assert [each.content for each in now] == [changed, third]
    assert now[0].id == before[0].id
    _, again = await apply(world, {"website": [changed, portal]})
    assert looks_like_secret(again[0].api_key, "oak")
    assert await apply(world, {"mobile": []}) == ([], [])
    assert len(await listed(world)) == 2


async def test_a_file_may_not_have_three_live_ones(world: World) -> None:
    """Those that expire count while they live."""
    await apply(world, {"website": [ApiKeyContent("main")]})
    wanted = [ApiKeyContent(name, expires_at=FUTURE) for name in ("a", "b", "main")]
    with pytest.raises(TooManyApiKeys):
        await apply(world, {"website": wanted})
    assert [each.content for each in await listed(world)] == [ApiKeyContent("main")]


async def test_the_trail_names_it_and_not_its_text(world: World) -> None:
    made = await make(world, "main")
    content = ApiKeyContent("main", "additional")
    await do(world, lambda tx: api_keys.change(tx, world.website, made.item, content))
    await do(world, lambda tx: api_keys.revoke(tx, made.item))
    events = await do(world, lambda tx: audit.events(tx, AuditFilter(), 10))
    about = [event for event in events if event.type.startswith("api_key.")][::-1]
    assert [e.type for e in about] == ["api_key.made", "api_key.changed", "api_key.revoked"]
    assert {(e.client, e.secret_id) for e in about} == {
        (world.website.client_id, made.item.id)
    }  # fmt: skip
    assert made.text not in repr(about)


async def test_they_go_with_their_client_and_90_days_after_their_end(world: World) -> None:
    made = await make(world, "main")
    await do(world, lambda tx: api_keys.revoke(tx, made.item))
    assert await do(world, upkeep.delete_expired) == 0
    days_91 = 91 * 86_400_000
    database = world.app.database
    await database.write_system("a test", lambda tx: tx.run(AGED, age=days_91))
    due = await database.read_system("a test", upkeep.due, [world.acme, world.globex])
    assert due == {world.acme.id}
    assert await do(world, upkeep.delete_expired) == 1
    await make(world, "main")
    disabled = await do(world, lambda tx: clients.disable(tx, world.website))
    assert len(await listed(world)) == 1  # enabled again, it has those it had
    await do(world, lambda tx: clients.delete(tx, disabled))
    assert await listed(world) == []
