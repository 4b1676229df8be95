"""Accounts: made, found, changed, suspended, removed with everything they have."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databases import opened, raw
from openslot.identity import accounts
from openslot.identity.accounts import AccountExists, InvalidAccountName, is_account_name
from openslot.identity.clients import clients, secret_rotation
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import is_id
from openslot.storage.statements import SystemStatement
from openslot.storage.tables import tables
from openslot.storage.transactions import AccountTx, SystemTx
from storage.filled import fill

from .world import ACCOUNT_DOCUMENT, World

pytestmark = pytest.mark.anyio

SET_CLOCK = SystemStatement(
    "UPDATE accounts SET clock_frozen_at = 5, clock_offset_ms = 7 WHERE id = :id"
)


@pytest.mark.parametrize("name", ["a", "0", "acme", "acme-2", "a" * 63, "0-", "a--b"])
def test_names_that_an_account_can_have(name: str) -> None:
    """`[a-z0-9][a-z0-9-]{0,62}`."""
    assert is_account_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "-a", "Acme", "a b", "a_b", "a/b", "a.b", "a" * 64, "é", "a\n", "\na", "ａ", "a\x00"],
)
def test_names_that_no_account_can_have(name: str) -> None:
    """Also those that only look right."""
    assert not is_account_name(name)


@given(st.text())
def test_any_text_is_judged(name: str) -> None:
    """By ASCII alone."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert is_account_name(name) == (
        0 < len(name) <= 63 and set(name) <= allowed and not name.startswith("-")
    )


async def test_an_account_begins_empty_and_real_time(world: World) -> None:
    """New id, catalogue version 0, no clock of its own, not suspended."""
    acme = await world.app.database.read_system("a test", accounts.by_name, "acme")
    assert acme == world.acme
    assert is_id(acme.id)
    assert acme.id != world.globex.id
    assert (acme.catalogue_version, acme.clock_offset_ms, acme.clock_frozen_at) == (0, 0, None)
    assert (acme.sandbox, acme.suspended_at) == (True, None)
    assert acme.content == ACCOUNT_DOCUMENT
    assert await world.app.database.read_system("a test", accounts.by_name, "nobody") is None
    everybody = await world.app.database.read_system("a test", accounts.all_accounts)
    assert [account.name for account in everybody] == ["acme", "globex"]


async def test_a_name_is_given_once(world: World) -> None:
    """And has to be a name."""

    def create(tx: SystemTx, name: str) -> None:
        accounts.create(tx, name, ACCOUNT_DOCUMENT, sandbox=False)

    with pytest.raises(AccountExists):
        await world.app.database.write_system("a test", create, "acme")
    for name in ("Acme", "a b", ""):
        with pytest.raises(InvalidAccountName):
            await world.app.database.write_system("a test", create, name)
    everybody = await world.app.database.read_system("a test", accounts.all_accounts)
    assert len(everybody) == 2


async def test_a_change_stays_in_its_account(world: World) -> None:
    """A sandbox keeps its clock; what is no sandbox any more gets real time back."""
    database = world.app.database
    await database.write_system("a test", SystemTx.run, SET_CLOCK, id=world.acme.id)
    document = {**ACCOUNT_DOCUMENT, "title": "Another"}
    await database.write(world.acme.id, accounts.change, document, sandbox=True)
    acme = await database.read_system("a test", accounts.by_name, "acme")
    assert acme is not None
    assert acme.content["title"] == "Another"
    assert (acme.clock_frozen_at, acme.clock_offset_ms) == (5, 7)
    await database.write(world.acme.id, accounts.change, document, sandbox=False)
    acme = await database.read_system("a test", accounts.by_name, "acme")
    assert acme is not None
    assert (acme.sandbox, acme.clock_frozen_at, acme.clock_offset_ms) == (False, None, 0)
    assert await database.read_system("a test", accounts.by_name, "globex") == world.globex


async def test_suspended_and_resumed(world: World) -> None:
    """Twice is as good as once, and the other account goes on."""
    database = world.app.database
    await database.write(world.acme.id, accounts.suspend)
    first = await database.read_system("a test", accounts.by_name, "acme")
    await database.write(world.acme.id, accounts.suspend)
    second = await database.read_system("a test", accounts.by_name, "acme")
    assert first is not None
    assert first.suspended_at is not None
    assert second == first
    assert await database.read_system("a test", accounts.by_name, "globex") == world.globex
    await database.write(world.acme.id, accounts.resume)
    assert await database.read_system("a test", accounts.by_name, "acme") == world.acme


async def test_an_account_goes_with_all_it_has(empty: Callable[[], str]) -> None:
    """From every table, and the other account's rows stay."""
    url = empty()
    database = opened(url)
    await database.migrate()
    with raw(url) as connection:
        acme, globex = fill(connection, rows=3)
    owners = {table.name: table.account for table in tables()}

    def left() -> dict[str, Counter[str]]:
        """How many rows each table has of each account."""
        with raw(url) as connection:
            return {
                name: Counter(row[0] for row in connection.execute(f"SELECT {owner} FROM {name}"))  # noqa: S608
                for name, owner in owners.items()
                if owner is not None
            }

    before = left()
    assert {name for name, found in before.items() if found.keys() == {acme, globex}} == {
        name for name, owner in owners.items() if owner is not None
    }
    await database.write_system("a test", accounts.delete, acme)
    assert left() == {name: Counter({globex: found[globex]}) for name, found in before.items()}
    with pytest.raises(NotFound):
        await database.write_system("a test", accounts.delete, acme)
    await database.close()


async def test_a_deleted_account_is_not_found(world: World) -> None:
    """And another one has lost nothing."""
    database = world.app.database
    await database.write_system("a test", accounts.delete, world.acme.id)
    assert await database.read_system("a test", accounts.by_name, "acme") is None
    assert await database.read(world.globex.id, clients.all_clients) == [world.foreign]
    secrets = await database.read(world.globex.id, secret_rotation.secrets_of, world.foreign)
    assert len(secrets) == 1


async def test_an_id_is_never_reused(world: World) -> None:
    """An account of the same name, made later, is another one."""
    database = world.app.database
    await database.write_system("a test", accounts.delete, world.acme.id)
    again = await database.write_system(
        "a test", accounts.create, "acme", ACCOUNT_DOCUMENT, sandbox=True
    )
    assert again.id != world.acme.id
    with pytest.raises(NotFound):
        await database.read(world.acme.id, AccountTx.all, None)  # type: ignore[arg-type]
