"""Events leave the outbox in the order of commits, once, each account's for itself."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databases import opened
from openslot.identity import accounts
from openslot.kernel.clock import now_ms
from openslot.storage.journal import events
from openslot.storage.journal.events import NewEvent
from openslot.storage.transactions import AccountTx, Database, SystemTx
from openslot.worker import events as worker_events
from openslot.worker.events import dispatch_events

pytestmark = pytest.mark.anyio

DOCUMENT = {"title": "A town", "locales": ["en_US"], "settings": {}}
DAY_MS = 86_400_000


def step(tx: AccountTx) -> int:
    """How many events one dispatch takes."""
    return len(events.dispatch(tx))


@pytest.fixture
async def database(empty: Callable[[], str]) -> AsyncIterator[Database]:
    """One with the tables of this version."""
    database = opened(empty())
    await database.migrate()
    yield database
    await database.close()


async def account(database: Database, name: str) -> str:
    """A new account's id."""

    def make(tx: SystemTx) -> str:
        return accounts.create(tx, name, DOCUMENT, sandbox=False).id

    return await database.write_system("a test", make)


def append(tx: AccountTx, booking_id: str, *versions: int) -> None:
    """One event per version."""
    for version in versions:
        events.append(
            tx,
            NewEvent("appointment.updated", booking_id, version, {"says": "ünï"}, {"who": "Ada"}),
        )


def listed(tx: AccountTx, position: int = 0) -> list[tuple[int, str, int]]:
    """What the list shows after a position."""
    found = events.after(tx, position, 1000)
    return [(event.position, event.booking_id, event.version) for event in found]


async def test_each_account_has_its_own_list(database: Database) -> None:
    acme, globex = await account(database, "acme"), await account(database, "globex")
    await database.write(acme, append, "a", 1, 2)
    await database.write(globex, append, "g", 1)
    assert await database.read_system("a test", events.waiting, "", 10) == sorted([acme, globex])
    assert await database.read(acme, listed) == []  # nothing is listed before it has a place
    assert await database.write_concurrently(acme, step) == 2
    assert await database.read_system("a test", events.waiting, "", 10) == [globex]
    assert await database.read(acme, listed) == [(1, "a", 1), (2, "a", 2)]
    assert await database.read(globex, listed) == []
    assert await database.write_concurrently(acme, step) == 0
    assert await database.write_concurrently(globex, step) == 1
    assert await database.read(globex, listed) == [(1, "g", 1)]


async def test_a_round_of_the_worker_empties_every_outbox(database: Database) -> None:
    """Whatever lies there when it begins, more than one step takes included."""
    acme, globex = await account(database, "acme"), await account(database, "globex")
    many = 2 * events.MOST_DISPATCHED + 1
    await database.write(acme, append, "a", *range(1, many + 1))
    await database.write(globex, append, "g", 1)
    assert await dispatch_events(database, step) == many + 1
    assert len(await database.read(acme, listed)) == many
    assert await dispatch_events(database, step) == 0


class AlwaysBooking:
    """The database in an account where each dispatch is followed by the next booking."""

    def __init__(self, database: Database) -> None:
        self.read_system = database.read_system
        self._database = database
        self._versions = itertools.count(1)

    async def write_concurrently(self, account_id: str, use: Callable[..., int]) -> int:
        """The dispatch, and then a booking."""
        dispatched = await self._database.write_concurrently(account_id, use)
        await self._database.write(account_id, append, "a", next(self._versions))
        return dispatched


async def test_a_round_of_the_worker_ends_while_bookings_go_on(database: Database) -> None:
    """Each booking would otherwise pay for a dispatch of its own."""
    acme = await account(database, "acme")
    await database.write(acme, append, "b", 1, 2)
    async with asyncio.timeout(20):
        assert await dispatch_events(AlwaysBooking(database), step)  # type: ignore[arg-type] == 2


async def test_busy_accounts_take_no_turn_of_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be more of them than are looked for at once."""
    monkeypatch.setattr(worker_events, "_ACCOUNTS_AT_ONCE", 1)
    busy, other = sorted([await account(database, "acme"), await account(database, "globex")])
    turns: list[str] = []

    def booked_again(tx: AccountTx) -> int:
        turns.append(tx.account.id)
        if tx.account.id == busy and len(turns) < 20:
            append(tx, "a", *range(len(turns) * 100, len(turns) * 100 + events.MOST_DISPATCHED))
        return len(events.dispatch(tx))

    await database.write(busy, append, "b", *range(events.MOST_DISPATCHED))
    await database.write(other, append, "g", 1)
    await dispatch_events(database, booked_again)
    assert turns[1] == other
    assert len(await database.read(other, listed)) == 1


async def test_what_was_rolled_back_is_no_event(database: Database) -> None:
    acme = await account(database, "acme")

    def fail(tx: AccountTx) -> None:
        append(tx, "a", 1)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(acme, fail)
    assert await database.write_concurrently(acme, step) == 0


async def test_data_and_type_come_back(database: Database) -> None:
    acme = await account(database, "acme")
    await database.write(acme, append, "a", 7)
    await database.write_concurrently(acme, events.dispatch)
    (event,) = await database.read(acme, events.after, 0, 10)
    assert (event.type, event.version) == ("appointment.updated", 7)
    assert event.data == {"says": "ünï"}
    assert abs(event.at - now_ms()) < 60_000


async def test_a_reader_beside_writers_misses_nothing_and_sees_nothing_twice(
    database: Database,
) -> None:
    """Each writer changes a booking of its own; two dispatchers and a reader run meanwhile."""
    acme = await account(database, "acme")
    writers, changes = 4, 12
    read: list[tuple[int, str, int]] = []

    async def write(booking_id: str) -> None:
        for version in range(1, changes + 1):
            await database.write_concurrently(acme, append, booking_id, version)

    async def dispatch() -> None:
        while len(read) < writers * changes:
            await database.write_concurrently(acme, events.dispatch)

    async def follow() -> None:
        while len(read) < writers * changes:
            last = read[-1][0] if read else 0
            read.extend(await database.read(acme, listed, last))
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(
            *(write(f"b{n}") for n in range(writers)), dispatch(), dispatch(), follow()
        )
    assert [position for position, _, _ in read] == list(range(1, writers * changes + 1))
    for n in range(writers):
        of_one = [version for _, booking_id, version in read if booking_id == f"b{n}"]
        assert of_one == list(range(1, changes + 1))


async def test_expired_events_are_deleted_and_positions_go_on(database: Database) -> None:
    acme, globex = await account(database, "acme"), await account(database, "globex")
    for account_id in (acme, globex):
        await database.write(account_id, append, "a", 1, 2, 3)
        await database.write_concurrently(account_id, events.dispatch)

    def due(tx: SystemTx, before: int) -> set[str]:
        return events.due(tx, [(acme, before), (globex, 0)])

    def delete(tx: AccountTx) -> int:
        tx.now += 31 * DAY_MS
        return events.delete_expired(tx)

    assert await database.read_system("a test", due, now_ms() - DAY_MS) == set()
    assert await database.read_system("a test", due, now_ms() + DAY_MS) == {acme}
    assert await database.write(acme, events.delete_expired) == 0
    assert await database.write(acme, delete) == 2
    assert await database.read_system("a test", due, now_ms() + DAY_MS) == set()
    assert await database.write(acme, delete) == 0
    assert await database.read(acme, listed) == [(3, "a", 3)]
    assert len(await database.read(globex, listed)) == 3
    await database.write(acme, append, "a", 4)
    await database.write_concurrently(acme, events.dispatch)
    assert await database.read(acme, listed) == [(3, "a", 3), (4, "a", 4)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), unique=True, max_size=20))
def test_order_keeps_versions_and_otherwise_time(changes: list[tuple[str, int]]) -> None:
    outbox = [(f"{n:02}", booking_id, version) for n, (booking_id, version) in enumerate(changes)]
    ordered = events.in_order(outbox)
    assert sorted(ordered) == [id_ for id_, _, _ in outbox]
    of = {id_: (booking_id, version) for id_, booking_id, version in outbox}
    assert [of[id_][0] for id_ in ordered] == [booking_id for booking_id, _ in changes]
    for booking_id in "abc":
        versions = [of[id_][1] for id_ in ordered if of[id_][0] == booking_id]
        assert versions == sorted(versions)
