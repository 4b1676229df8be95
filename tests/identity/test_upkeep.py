"""What identity forgets, and when: never before it is past its time."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from openslot.identity import accounts, upkeep
from openslot.identity.store import expired_rows, used_ids
from openslot.kernel.clock import Millis, now_ms
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.worker import upkeep as background

from .world import ACCOUNT_DOCUMENT, World

pytestmark = pytest.mark.anyio

DAY = 86_400_000
SOON = 60_000  # so that the test may take a while

_INSERTS = {
    "used_ids": "(account_id, digest, expires_at) VALUES (:account_id, :id, :at)",
    "revoked_tokens": "(account_id, token_id, expires_at) VALUES (:account_id, :id, :at)",
    "sessions": """(account_id, digest, user_id, signed_in_at, last_used_at, expires_at)
                   VALUES (:account_id, :id, 'u', 1, 1, :at)""",
    "authorization_codes": """(account_id, digest, client_id, user_id, code_challenge, scopes,
                               signed_in_at, expires_at)
                              VALUES (:account_id, :id, 'c', 'u', 'x', 's', 1, :at)""",
    "grants": """(account_id, id, client_id, user_id, scopes, signed_in_at, created_at, seed,
                  generation, rotated_at, ended_at)
                 VALUES (:account_id, :id, 'c', 'u', 's', 1, :at, :seed, 1, :at, :ended)""",
}
_IN_WORDS = {"revoked_tokens": "token_id", "grants": "id"}  # others have a digest
# Table, how long after the instant in its row it is forgotten
KEPT = {"used_ids": 0, "revoked_tokens": 0, "sessions": 0, "authorization_codes": DAY}


def insert(tx: AccountTx, table: str, row_id: Any, at: Millis, ended: Millis | None = None) -> None:
    """Adds a row of a table."""
    values = {"ended": ended, "seed": b"\0"} if table == "grants" else {}
    if table not in _IN_WORDS and isinstance(row_id, str):
        row_id = row_id.encode()
    tx.run(AccountStatement(f"INSERT INTO {table} {_INSERTS[table]}"), id=row_id, at=at, **values)


def ids(tx: AccountTx, table: str) -> set[Any]:
    """What is left in a table."""
    column = _IN_WORDS.get(table, "digest")
    text = f"SELECT {column} FROM {table} WHERE account_id = :account_id"  # noqa: S608
    found = [row[0] for row in tx.all(AccountStatement(text))]
    return {name if table in _IN_WORDS else name.decode() for name in found}


@pytest.mark.parametrize("table", KEPT)
async def test_what_has_expired_is_forgotten_and_nothing_else(world: World, table: str) -> None:
    """And only in the one account."""
    database, limit = world.app.database, now_ms() - KEPT[table]

    def fill(tx: AccountTx) -> None:
        insert(tx, table, "old", limit - 1)
        insert(tx, table, "young", limit + SOON)

    for account in (world.acme, world.globex):
        await database.write(account.id, fill)
    assert await database.write(world.acme.id, upkeep.delete_expired) == 1
    assert await database.read(world.acme.id, ids, table) == {"young"}
    assert await database.read(world.globex.id, ids, table) == {"old", "young"}


@pytest.mark.parametrize("table", [*KEPT, "grants", "ended grants"])
async def test_only_who_has_something_to_forget_is_written_in(world: World, table: str) -> None:
    """What is asked beforehand is what would be forgotten, to the same millisecond."""
    database, now = world.app.database, now_ms()
    everybody = [world.acme, world.globex]
    table, limit, ended = {
        "grants": ("grants", now - 121 * DAY, None),
        "ended grants": ("grants", now - 40 * DAY, now - 31 * DAY),
    }.get(table, (table, now - KEPT.get(table, 0), None))

    def fill(tx: AccountTx, row_id: str, by: Millis) -> None:
        insert(tx, table, row_id, limit + by, None if ended is None else ended + by)

    async def due() -> set[str]:
        return await database.read_system("a test", upkeep.due, everybody)

    await database.write(world.acme.id, fill, "young", SOON)
    await database.write(world.globex.id, fill, "young", SOON)
    assert await due() == set()
    await database.write(world.globex.id, fill, "old", -1)
    assert await due() == {world.globex.id}
    assert await database.write(world.globex.id, upkeep.delete_expired) == 1
    assert await due() == set()


async def test_the_worker_comes_to_every_account(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, with a last one that is full, or empty, or neither."""

    def make(tx: SystemTx) -> None:
        for number in range(4):
            accounts.create(tx, f"a{number}", ACCOUNT_DOCUMENT, sandbox=False)

    def fill(tx: SystemTx) -> None:
        for account in accounts.all_accounts(tx):
            insert(tx.account(account.id), "used_ids", "old", 1)

    database = world.app.database
    await database.write_system("a test", make)
    for most in (2, 3, 4, 6, 7):
        monkeypatch.setattr(background, "_ACCOUNTS_AT_ONCE", most)
        await database.write_system("a test", fill)
        assert await background.delete_expired(world.app) == 6
        assert await background.delete_expired(world.app) == 0


async def test_a_grant_is_kept_for_a_month_after_its_end(world: World) -> None:
    """Its end is its revocation, or the ninetieth day."""
    database, now = world.app.database, now_ms()

    def fill(tx: AccountTx) -> None:
        insert(tx, "grants", "live", now - 89 * DAY)
        insert(tx, "grants", "at an end", now - 91 * DAY)
        insert(tx, "grants", "just kept", now - 121 * DAY + SOON)
        insert(tx, "grants", "over", now - 121 * DAY - 1)
        insert(tx, "grants", "just revoked", now - DAY, now)
        insert(tx, "grants", "revoked, kept", now - 60 * DAY, now - 31 * DAY + SOON)
        insert(tx, "grants", "revoked, over", now - 60 * DAY, now - 31 * DAY - 1)

    await database.write(world.acme.id, fill)
    assert await database.write(world.acme.id, upkeep.delete_expired) == 2
    left = {"live", "at an end", "just kept", "just revoked", "revoked, kept"}
    assert await database.read(world.acme.id, ids, "grants") == left
    assert await database.write(world.acme.id, upkeep.delete_expired) == 0


async def test_much_is_forgotten_in_small_transactions(world: World) -> None:
    """So that nobody waits for the upkeep."""
    database = world.app.database

    def fill(tx: AccountTx) -> None:
        for number in range(1200):
            insert(tx, "used_ids", number.to_bytes(32, "big"), 1)

    await database.write(world.acme.id, fill)
    counts = [await database.write(world.acme.id, upkeep.delete_expired) for _ in range(4)]
    assert counts == [500, 500, 200, 0]


async def test_an_accounts_own_clock_ends_nothing(world: World) -> None:
    """acme is a sandbox: a year ahead on its clock, its sessions and tokens still count."""
    database = world.app.database

    def ahead(tx: AccountTx) -> int:
        insert(tx, "used_ids", "young", tx.real_now + SOON)
        tx.now = tx.real_now + 365 * DAY
        return upkeep.delete_expired(tx)

    assert await database.write(world.acme.id, ahead) == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_nothing_is_read_that_stays(world: World, tmp_path: Path) -> None:
    """Every one of them finds its rows by an index, however many there are."""
    statements = [
        used_ids._DELETE_EXPIRED,
        *(v for v in vars(expired_rows).values() if _is_statement(v)),
    ]
    assert len(statements) == 7
    with sqlite3.connect(tmp_path / "test.db") as raw:
        for statement in statements:
            asked = {"account_id": "a", "now": 1, "before": 1}
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", asked).fetchall()
            inner = [row[3] for row in plan if "_by_age" in row[3] or "grants_ended" in row[3]]
            assert len(inner) == 1, plan
            assert not any(row[3].startswith("SCAN") for row in plan), plan
        asked = dict.fromkeys(_ASKED, 1)
        question = f"EXPLAIN QUERY PLAN {expired_rows._DUE}"
        plan = raw.execute(question, asked | {"account_ids": "[]"}).fetchall()
        assert len([row for row in plan if row[3].startswith("SEARCH")]) == 7, plan
        scans = [row[3] for row in plan if row[3].startswith("SCAN")]
        assert [scan for scan in scans if not scan.startswith("SCAN one VIRTUAL")] == [], plan


_ASKED = ("now", "codes_before", "ended_before", "made_before", "revoked_before")


def _is_statement(value: object) -> bool:
    return isinstance(value, AccountStatement)
