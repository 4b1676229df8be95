"""The `clients:` of an account file."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from openslot.identity.clients import clients, secret_rotation
from openslot.identity.clients.apply import IssuedCredentials, apply_clients
from openslot.kernel import scopes
from openslot.kernel.changes import Change

from .secret_form import looks_like_secret
from .world import World

pytestmark = pytest.mark.anyio

WEBSITE: Mapping[str, Any] = {
    "key": "website",
    "name": "Website",
    "grants": ["client_credentials"],
    "scopes": list(scopes.BOOKING),
    "redirectUris": [],
    "tokenEndpointAuthMethod": "client_secret_basic",
    "jwks": None,
}
MOBILE: Mapping[str, Any] = {
    "key": "mobile",
    "name": "Mobile app",
    "grants": ["authorization_code", "refresh_token"],
    "scopes": [scopes.BOOK],
    "redirectUris": ["https://app.example.org/callback"],
    "tokenEndpointAuthMethod": "none",
    "jwks": None,
}


async def apply(
    world: World, *wanted: Mapping[str, Any]
) -> tuple[Sequence[Change], Sequence[IssuedCredentials]]:
    """Applies to acme."""
    return await world.app.database.write(world.acme.id, apply_clients, world.pepper, wanted)


async def test_what_is_so_already_is_left_alone(world: World) -> None:
    """No change, no version, no secret; members that are left out have their defaults."""
    assert await apply(world, WEBSITE, MOBILE) == ([], [])
    sparse = {name: WEBSITE[name] for name in ("key", "name", "grants", "scopes")}
    assert await apply(world, MOBILE, sparse) == ([], [])
    listed = await world.app.database.read(world.acme.id, clients.all_clients)
    assert listed == [world.mobile, world.website]


async def test_a_new_client_is_told_its_secret_once(world: World) -> None:
    """A public one its id alone."""
    kiosk = {**WEBSITE, "key": "kiosk"}
    tablet = {**MOBILE, "key": "tablet"}
    changes, secrets = await apply(world, WEBSITE, MOBILE, kiosk, tablet)
    assert changes == [
        Change("client", "kiosk", "created"),
        Change("client", "tablet", "created"),
    ]
    assert [(one.account, one.key) for one in secrets] == [("acme", "kiosk"), ("acme", "tablet")]
    assert looks_like_secret(secrets[0].client_secret or "")
    assert secrets[1].client_secret is None
    assert await apply(world, WEBSITE, MOBILE, kiosk, tablet) == ([], [])


async def test_what_is_no_longer_listed_is_disabled_not_deleted(world: World) -> None:
    """Listed again it has the id and the secrets it had; its tokens stay dead."""
    assert await apply(world, MOBILE) == ([Change("client", "website", "deactivated")], [])
    assert await apply(world, MOBILE) == ([], [])
    changes, secrets = await apply(world, {**WEBSITE, "name": "Site"}, MOBILE)
    assert changes == [
        Change("client", "website", "changed"),
        Change("client", "website", "activated"),
    ]
    assert secrets == []
    website = await world.app.database.read(world.acme.id, clients.by_key, "website")
    assert website.active
    assert website.client_id == world.website.client_id
    assert website.revoked_before > 0
    assert (
        len(await world.app.database.read(world.acme.id, secret_rotation.secrets_of, website)) == 1
    )


async def test_a_public_client_that_gets_a_secret_is_told_it(world: World) -> None:
    """It has none yet."""
    with_secret = {**WEBSITE, "key": "mobile"}
    changes, secrets = await apply(world, WEBSITE, with_secret)
    assert changes == [Change("client", "mobile", "changed")]
    assert [(one.key, one.client_id) for one in secrets] == [("mobile", world.mobile.client_id)]
    assert looks_like_secret(secrets[0].client_secret or "")


async def test_the_other_account_stays_as_it_is(world: World) -> None:
    """Even with the same keys."""
    await apply(world)
    foreign = await world.app.database.read(world.globex.id, clients.all_clients)
    assert foreign == [world.foreign]
