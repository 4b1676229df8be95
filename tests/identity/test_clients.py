"""Clients and their secrets, always with another account beside."""

import pytest

from openslot.identity.clients import clients, secret_rotation
from openslot.identity.clients.clients import ClientKeyTaken
from openslot.identity.clients.secret_rotation import ClientHasNoSecret, TooManySecrets
from openslot.identity.clients.secrets import digest_of
from openslot.identity.model.client import Client
from openslot.identity.model.client_secret import SecretUse
from openslot.identity.store import client_secrets, last_uses
from openslot.identity.store import clients as client_rows
from openslot.kernel import scopes
from openslot.kernel.errors import NotFound
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

from .secret_form import looks_like_secret
from .world import PUBLIC_DOCUMENT, World, confidential

pytestmark = pytest.mark.anyio

DIGESTS = SystemStatement("SELECT account_id, client_id, digest FROM client_secrets")


async def read(world: World, client: Client) -> Client:
    """The client as it is now; of the account that has its id."""
    account = world.globex if client.id == world.foreign.id else world.acme
    return await world.app.database.read(account.id, clients.by_key, client.key)


async def test_a_client_is_kept_as_it_was_made(world: World) -> None:
    """With every member of its document, defaults filled in."""
    website = await read(world, world.website)
    assert website == world.website
    assert website.scopes == scopes.BOOKING
    assert website.grants == ("client_credentials",)
    assert (website.auth_method, website.redirect_uris, website.jwks) == (
        "client_secret_basic", (), None,
    )  # fmt: skip
    assert (website.version, website.active, website.revoked_before) == (1, True, 0)
    mobile = await read(world, world.mobile)
    assert mobile.document == {**PUBLIC_DOCUMENT, "jwks": None}
    assert not mobile.holds_secret


async def test_only_a_digest_is_kept_of_a_secret(world: World) -> None:
    """HMAC with the pepper; a public client has none."""
    assert looks_like_secret(world.secret)
    rows = await world.app.database.read_system("a test", SystemTx.all, DIGESTS)
    assert sorted(rows) == sorted(
        [
            (world.acme.id, world.website.client_id, digest_of(world.pepper, world.secret)),
            (
                world.globex.id,
                world.foreign.client_id,
                digest_of(world.pepper, world.foreign_secret),
            ),
        ]
    )


async def test_a_key_is_an_accounts_own(world: World) -> None:
    """Both accounts have a website; each finds its own, and a taken key is refused."""
    database = world.app.database
    assert (await database.read(world.globex.id, clients.by_key, "website")) == world.foreign
    with pytest.raises(ClientKeyTaken):
        await database.write(
            world.acme.id, clients.create, world.pepper, "website", "W", confidential()
        )
    with pytest.raises(NotFound):
        await database.read(world.globex.id, clients.by_key, "mobile")
    listed = await database.read(world.acme.id, clients.all_clients)
    assert listed == [world.mobile, world.website]


async def test_nothing_reaches_a_foreign_client(world: World) -> None:
    """Every store function with acme's ids in globex's transaction changes and finds nothing."""
    database, website = world.app.database, world.website
    (secret,) = await database.read(world.acme.id, secret_rotation.secrets_of, website)

    def intrude(tx: AccountTx) -> None:
        assert client_rows.by_key(tx, "mobile") is None
        assert client_rows.by_id(tx, website.id) is None
        assert [row.id for row in client_rows.page(tx, "", 10)] == [world.foreign.id]
        client_rows.delete(tx, website.id)
        client_rows.update(tx, website.id, "Taken over", website.document)
        client_rows.set_active(tx, website.id, active=False, revoked_before=10**15)
        assert client_secrets.of_client(tx, website.client_id) == []
        assert not client_secrets.delete(tx, website.client_id, secret.id)
        client_secrets.delete_all(tx, website.client_id)
        client_secrets.delete_expired(tx, website.client_id)
        with pytest.raises(NotFound):
            secret_rotation.revoke_secret(tx, website, secret.id)

    await database.write(world.globex.id, intrude)
    await database.write_system(
        "a test",
        last_uses.mark_used,
        last_uses.CLIENT_SECRETS,
        [SecretUse(world.globex.id, website.client_id, secret.id, 5),
         SecretUse(world.acme.id, world.foreign.client_id, secret.id, 5)],
    )  # fmt: skip
    assert await read(world, website) == website
    assert await database.read(world.acme.id, secret_rotation.secrets_of, website) == [secret]


async def test_a_change_raises_the_version(world: World) -> None:
    """Name and document change, the rest stays, the other account's client too."""
    document = {**confidential(scopes.BOOK), "tokenEndpointAuthMethod": "client_secret_post"}
    changed = await world.app.database.write(
        world.acme.id, clients.change, world.website, "New name", document
    )
    assert changed == await read(world, world.website)
    assert (changed.name, changed.version) == ("New name", 2)
    assert changed.scopes == (scopes.BOOK,)
    assert (changed.id, changed.client_id) == (world.website.id, world.website.client_id)
    assert (
        len(await world.app.database.read(world.acme.id, secret_rotation.secrets_of, changed)) == 1
    )
    assert await read(world, world.foreign) == world.foreign


async def test_a_client_that_turns_public_loses_its_secrets(world: World) -> None:
    """They would come to life again when it is changed back."""
    database = world.app.database
    changed = await database.write(
        world.acme.id, clients.change, world.website, "Website", PUBLIC_DOCUMENT
    )
    assert await database.read(world.acme.id, secret_rotation.secrets_of, changed) == []
    for client in (changed, world.mobile):
        with pytest.raises(ClientHasNoSecret):
            await database.write(world.acme.id, secret_rotation.make_secret, world.pepper, client)


async def test_disabled_and_enabled(world: World) -> None:
    """Each raises `revoked_before`; a second time does nothing."""
    database = world.app.database
    disabled = await database.write(world.acme.id, clients.disable, world.website)
    assert not disabled.active
    assert disabled.revoked_before > 0
    assert await database.write(world.acme.id, clients.disable, disabled) == disabled
    enabled = await database.write(world.acme.id, clients.enable, disabled)
    assert enabled.active
    assert enabled.revoked_before > disabled.revoked_before
    assert await database.write(world.acme.id, clients.enable, enabled) == enabled
    assert await read(world, world.foreign) == world.foreign


async def test_two_live_secrets_and_no_third(world: World) -> None:
    """One can be replaced without a gap; an expired one does not count, and goes."""
    database, website = world.app.database, world.website
    second = await database.write(world.acme.id, secret_rotation.make_secret, world.pepper, website)
    assert second.text != world.secret
    with pytest.raises(TooManySecrets) as refused:
        await database.write(world.acme.id, secret_rotation.make_secret, world.pepper, website)
    assert refused.value.code == "too_many_secrets"
    held = await database.read(world.acme.id, secret_rotation.secrets_of, website)
    assert [secret.last_used_at for secret in held] == [None, None]
    await database.write(world.acme.id, secret_rotation.revoke_secret, website, held[0].id)
    with pytest.raises(NotFound):
        await database.write(world.acme.id, secret_rotation.revoke_secret, website, held[0].id)
    await database.write(
        world.acme.id, secret_rotation.make_secret, world.pepper, website, expires_at=1
    )
    third = await database.write(world.acme.id, secret_rotation.make_secret, world.pepper, website)
    assert looks_like_secret(third.text)
    now_held = await database.read(world.acme.id, secret_rotation.secrets_of, website)
    assert len(now_held) == 2
    assert held[1] in now_held
