"""What stays of messages when people are erased, and what the outbox says of them."""

import pytest

from openslot.delivery import outbox, sandbox, upkeep
from openslot.delivery.messages import sending
from openslot.delivery.messages.sending import MessageSchedule
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.model.sandbox_delivery import SandboxFilter
from openslot.identity import accounts
from openslot.kernel.actor import operator_of
from openslot.kernel.clock import Millis
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy.erasure import erase_person
from openslot.storage.accounts import Account
from openslot.storage.transactions import SystemTx
from scheduling.office import NOW, Office, ms

from .test_lane import Installation, installation
from .test_queue import DELIVERED, RETRIED, SCHEDULE, dispatched, taken

__all__ = ["installation"]

DAY_MS = 86_400_000


def rows(office: Office) -> int:
    with office.town.raw() as raw:
        found = raw.execute("SELECT account_id FROM messages").fetchall()
    return sum(row[0] == office.account_id for row in found)


def due(office: Office) -> set[str]:
    account: Account = office.do(lambda tx: tx.account)

    def read(tx: SystemTx) -> set[str]:
        return upkeep.due(tx, [account])

    return office.town.run(office.town.database.read_system("a test", read))


def sent(office: Office) -> Millis:
    """A message has left; returns when its appointment is over."""
    appointment = office.book("10:00")
    dispatched(office)
    [message] = taken(office)
    office.beside(sending.note, message, DELIVERED, SCHEDULE)
    return ms(appointment.placement.end)


def test_rows_of_a_person_who_was_erased_go_when_the_retention_has_passed(
    acme: Office, globex: Office
) -> None:
    ends_at = sent(acme)
    sent(globex)
    by = operator_of(acme.account_id)
    acme.do(erase_person, by, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY, force=True)
    dispatched(acme)
    days = acme.do(lambda tx: int(tx.account.content["settings"]["retentionDays"]))
    acme.now(ends_at + days * DAY_MS - 60_000)
    assert due(acme) == set()
    assert acme.do(upkeep.delete_expired) == 0
    acme.now(ends_at + days * DAY_MS)
    assert due(acme) == {acme.account_id}
    assert acme.do(upkeep.delete_expired) == 1
    assert (rows(acme), rows(globex)) == (0, 1)
    assert due(acme) == set()


def test_what_a_sandbox_has_recorded_goes_after_30_days(acme: Office) -> None:
    """By its own clock, and although nothing is recorded since."""

    def recorded() -> int:
        wanted = SandboxFilter(after=0, limit=10)
        return len(acme.do(sandbox.page, operator_of(acme.account_id), wanted).items)

    acme.book("10:00")
    dispatched(acme)
    [message] = taken(acme)
    acme.beside(sending.note, message, DELIVERED, SCHEDULE, {"text": "See you"})
    acme.now(NOW + 30 * DAY_MS - 1)
    assert (recorded(), due(acme)) == (1, set())
    acme.now(NOW + 30 * DAY_MS)
    assert (recorded(), due(acme)) == (0, {acme.account_id})
    assert acme.do(upkeep.delete_expired) == 1
    assert due(acme) == set()


@pytest.mark.anyio
async def test_the_metric_counts_what_is_tried_again_and_nothing_that_stays(
    installation: Installation,
) -> None:
    database, acme = installation.database, installation.acme
    await installation.books(acme, 2)
    await installation.books(installation.globex, 1)
    schedule = MessageSchedule(RetrySchedule((600,), repeats_last=True), lease_ms=60_000)

    async def waiting() -> dict[str, int]:
        found = await database.read_system("a test", outbox.waiting)
        return {one.channel: one.rows for one in found}

    assert await waiting() == {"webhook": 0, "email": 2, "sms": 0}
    for outcome, left in ((RETRIED, 2), (DELIVERED, 1)):
        [(message, _)] = await database.write_concurrently(acme, sending.take, EMAIL, 1, schedule)
        await database.write_concurrently(acme, sending.note, message, outcome, schedule)
        assert await waiting() == {"webhook": 0, "email": left, "sms": 0}
    await database.write(acme, accounts.suspend)  # nothing leaves it, and no alarm is due
    assert await waiting() == {"webhook": 0, "email": 0, "sms": 0}
