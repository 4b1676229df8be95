"""The sending of messages: each one once, one at a time while nobody takes them, none lost."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from databases import opened
from openslot.calendars.uids import CalendarUids
from openslot.delivery.dispatch import dispatch
from openslot.delivery.messages.lane import MessageLane
from openslot.delivery.messages.sending import MessageSchedule
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.model.sandbox_delivery import SandboxFilter
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.store import messages as store
from openslot.delivery.store import sandbox_deliveries
from openslot.identity import accounts
from openslot.kernel.ids import new_id
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.catalogue import changes as catalogue_changes
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx, Database
from scheduling.office import CATALOGUE, details, document, operator

pytestmark = pytest.mark.anyio

SCHEDULE = MessageSchedule(RetrySchedule((0,), repeats_last=True), lease_ms=60_000)
UIDS = CalendarUids([(0, "booking.example.org")])


class MailServer:
    """What stands at the other end; it is down until it is told to be there."""

    def __init__(self) -> None:
        self.is_there = True
        self.tried = 0
        self.closed = 0
        self.at_a_time = 0
        self.most_at_a_time = 0
        self.taken: Counter[str] = Counter()
        self.has_taken_one = asyncio.Event()

    def facts(self, _: AccountTx, __: Message, appointment: Appointment | None) -> int:
        assert appointment is not None
        return appointment.placement.start

    def shown(self, message: Message, facts: int) -> dict[str, Any]:
        return {"subject": f"{message.kind} {facts}"}

    async def send(self, message: Message, _: int) -> SendOutcome:
        self.tried += 1
        self.at_a_time += 1
        self.most_at_a_time = max(self.most_at_a_time, self.at_a_time)
        await asyncio.sleep(0.002)
        self.at_a_time -= 1
        if not self.is_there:
            return SendOutcome(Result.RETRIED, "no connection", unreachable=True)
        self.taken[message.id] += 1
        self.has_taken_one.set()
        return SendOutcome(Result.DELIVERED, "250 OK")

    async def close(self) -> None:
        self.closed += 1


class Installation:
    """Accounts with appointments, whose customers are to be told."""

    def __init__(self, database: Database, acme: str, globex: str) -> None:
        self.database, self.acme, self.globex = database, acme, globex

    async def books(self, account_id: str, count: int) -> None:
        """So many appointments next year, at their own days."""
        begin = (time.time_ns() // 60_000_000_000 // 1440 + 30) * 1440 + 10 * 60

        def book(tx: AccountTx) -> None:
            of_account = current_catalogue(tx)
            branch = of_account.branches_by_key["centre"].id
            service = of_account.services_by_key["passport"].id
            for day in range(count):
                wanted = SlotRequest(branch, (service,), party=1, start=begin + day * 1440)
                booking = (wanted, details(), NO_OVERRIDE, NO_KEY, new_id())
                staff.book(tx, operator(account_id), *booking)

        await self.database.write(account_id, book)
        while await self.database.write_concurrently(account_id, dispatch, UIDS, b"", {EMAIL}):
            pass

    async def statuses(self, account_id: str) -> Counter[str]:
        """How many messages there are of each status."""

        def read(tx: AccountTx) -> Counter[str]:
            bookings = AccountStatement(
                "SELECT booking_id FROM messages WHERE account_id = :account_id"
            )
            ids = [row[0] for row in tx.all(bookings)]
            return Counter(one.status for one in store.of_bookings(tx, ids))

        return await self.database.read(account_id, read)


@pytest.fixture
async def installation(empty: Callable[[], str]) -> AsyncIterator[Installation]:
    """One on an empty database; globex is a sandbox."""
    database = opened(empty())
    await database.migrate()

    def make(tx: Any) -> list[str]:
        ids = []
        for name in ("acme", "globex"):
            account = accounts.create(tx, name, document(), sandbox=name == "globex")
            of_account = tx.account(account.id)
            catalogue_changes.replace_catalogue(of_account, operator(account.id), CATALOGUE)
            ids.append(account.id)
        return ids

    yield Installation(database, *await database.write_system("a test", make))
    await database.close()


async def rounds_until(
    installation: Installation,
    lanes: list[MessageLane[int]],
    account_id: str,
    count: int,
    status: str = "sent",
) -> None:
    """Looks for work until so many messages were sent, or have another status."""
    ends = time.monotonic() + 20
    while (await installation.statuses(account_id))[status] < count:
        assert time.monotonic() < ends, await installation.statuses(account_id)
        for lane in lanes:
            await lane.look()
        await asyncio.sleep(0.005)


async def test_several_processes_send_each_message_once(installation: Installation) -> None:
    await installation.books(installation.acme, 30)
    server = MailServer()
    lanes = [MessageLane(installation.database, EMAIL, server, SCHEDULE) for _ in range(3)]
    await rounds_until(installation, lanes, installation.acme, 30)
    for lane in lanes:
        await lane.close()
    assert sorted(server.taken.values()) == [1] * 30
    assert sum(lane.counts["delivered"] for lane in lanes) == 30


async def test_one_message_at_a_time_is_tried_while_nobody_is_there(
    installation: Installation,
) -> None:
    await installation.books(installation.acme, 20)
    server = MailServer()
    server.is_there = False
    lane = MessageLane(installation.database, EMAIL, server, SCHEDULE, connections=4)
    for _ in range(60):
        await lane.look()
        await asyncio.sleep(0.005)
    assert 4 < server.tried <= 4 + 60  # four at first, and then one in each round
    assert (await installation.statuses(installation.acme))["queued"] > 0
    server.most_at_a_time = 0
    await lane.look()
    await asyncio.sleep(0.05)
    assert server.most_at_a_time <= 1
    server.is_there = True
    await rounds_until(installation, [lane], installation.acme, 20)
    await lane.close()
    assert set(server.taken.values()) == {1}


_GIVE_UP_AT_ONCE = AccountStatement(
    "UPDATE messages SET until = planned_at WHERE account_id = :account_id"
)


async def test_what_waited_until_it_is_of_no_use_is_not_sent(installation: Installation) -> None:
    """No server took mail for three days, or until the appointment was over."""
    await installation.books(installation.acme, 3)
    await installation.database.write(installation.acme, lambda tx: tx.run(_GIVE_UP_AT_ONCE))
    await asyncio.sleep(0.002)  # until is past then
    server = MailServer()
    lane = MessageLane(installation.database, EMAIL, server, SCHEDULE)
    await rounds_until(installation, [lane], installation.acme, 3, "failed")
    await lane.close()
    assert server.tried == 0


async def test_a_sandbox_records_and_sends_nothing(installation: Installation) -> None:
    await installation.books(installation.globex, 3)
    server = MailServer()
    server.is_there = False
    lane = MessageLane(installation.database, EMAIL, server, SCHEDULE)
    await rounds_until(installation, [lane], installation.globex, 3)
    await lane.close()
    assert server.tried == 0
    found = await installation.database.read(
        installation.globex, sandbox_deliveries.page, SandboxFilter(0, 10), 10
    )
    assert [(one.kind, one.channel, one.content["to"]) for one in found] == [
        ("booked", EMAIL, "ada@example.org")
    ] * 3
    assert all(one.content["subject"].startswith("booked ") for one in found)


async def test_who_stops_finishes_what_is_under_way(installation: Installation) -> None:
    await installation.books(installation.acme, 20)
    server = MailServer()
    lane = MessageLane(installation.database, EMAIL, server, SCHEDULE, connections=2)
    await lane.look()
    await asyncio.wait_for(server.has_taken_one.wait(), 20)
    await lane.close()
    assert server.closed == 1
    statuses = await installation.statuses(installation.acme)
    assert statuses["sent"] == sum(server.taken.values()) < 20
    another = MessageLane(installation.database, EMAIL, server, SCHEDULE)
    await rounds_until(installation, [another], installation.acme, 20)
    await another.close()
    assert sorted(server.taken.values()) == [1] * 20
