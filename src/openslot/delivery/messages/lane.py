"""The sending of messages by one channel, one after another on each connection.

The outcome of a message is committed, in the transaction that takes the next one, before that one
is begun. While nobody is there to take messages, one at a time is tried, and all follow then.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import structlog

from openslot.delivery.libraries import OF_MESSAGES, loaded
from openslot.delivery.messages.sending import MessageSchedule, give_back, note, take
from openslot.delivery.model.message import Message
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.store import message_queue
from openslot.delivery.texts.rendering import prepare
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx, Database

Facts = TypeVar("Facts")

_MOST_LOOKED_AT = 500
_MOST_IN_A_ROW = 100  # of one account, before others have their turn
_FINISH_SECONDS = 15.0


class Transport(Protocol[Facts]):
    """How a channel makes a message and hands it on."""

    def facts(self, tx: AccountTx, message: Message, appointment: Appointment | None) -> Facts:
        """What the text needs, read in the transaction that takes the message.

        There is no appointment where a code is sent.
        """

    def shown(self, message: Message, facts: Facts) -> Mapping[str, Any]:
        """What would leave: the parts that a sandbox's list shows, without sending."""

    async def send(self, message: Message, facts: Facts) -> SendOutcome:
        """Makes the message and hands it on; whatever goes wrong is an outcome."""

    async def close(self) -> None:
        """Closes connections that are free."""


class TriedMessage(NamedTuple):
    """A message that was tried, and what came of it."""

    message: Message
    outcome: SendOutcome
    recorded: Mapping[str, Any] | None  # in a sandbox: what would have left


class TakenMessage(NamedTuple, Generic[Facts]):
    """A message to send now."""

    message: Message
    facts: Facts
    sandbox: bool


class MessageLane(Generic[Facts]):
    """What one process sends by one channel."""

    def __init__(
        self,
        database: Database,
        channel: str,
        transport: Transport[Facts],
        schedule: MessageSchedule,
        connections: int = 4,
    ) -> None:
        """At most `connections` messages are under way at a time."""
        self._database = database
        self.channel = channel
        self._transport = transport
        self._schedule = schedule
        self._connections = connections
        self._round: asyncio.Task[None] | None = None
        self._stopping = False
        self._languages: set[str] = set()  # whose words are loaded
        self._log = structlog.get_logger("openslot.delivery")
        self._unreachable = 0  # attempts in a row that reached nobody
        self._probe_at = 0.0  # of the monotonic clock
        self.counts: Counter[str] = Counter()  # attempts of this process, by what followed

    async def look(self) -> None:
        """Begins a round over all accounts with something due, unless one is under way."""
        if self._stopping or (self._round is not None and not self._round.done()):
            return
        due = await self._database.read_system(
            "messages of all", message_queue.accounts_with_due, self.channel, _MOST_LOOKED_AT
        )
        if due:
            self._round = asyncio.create_task(self._send_to(due))

    async def close(self) -> None:
        """Finishes what is under way and takes up nothing more."""
        self._stopping = True
        if self._round is not None:
            await asyncio.wait([self._round], timeout=_FINISH_SECONDS)
            self._round.cancel()
        await self._transport.close()

    async def _send_to(self, accounts: Sequence[str]) -> None:
        await loaded(OF_MESSAGES)
        if self._unreachable and time.monotonic() < self._probe_at:
            return
        if self._unreachable:
            await self._connection(accounts, most=1)
            if self._unreachable:
                return
        turns = [[*accounts[n:], *accounts[:n]] for n in range(self._connections)]
        await asyncio.gather(*(self._connection(turn, _MOST_IN_A_ROW) for turn in turns))

    async def _connection(self, accounts: Sequence[str], most: int) -> None:
        """One message after another, of one account after another."""
        is_probe = most == 1
        for account_id in accounts:
            if self._stopping or (self._unreachable and not is_probe):
                return
            try:
                with contextlib.suppress(NotFound):  # the account was deleted since
                    tried = await self._drain(account_id, most)
                    if is_probe and tried:
                        return
            except OpenslotError as error:
                self._log.warning("messages are taken up again later", code=error.code)
            except Exception as error:  # a fault of ours: the other messages go on anyway
                self._log.error("a message is taken up again later", exc_info=error)

    async def _drain(self, account_id: str, most: int) -> int:
        """Sends of one account until nothing is due; returns how many."""
        tried: TriedMessage | None = None
        for number in range(most + 1):
            goes_on = number < most and not self._stopping and not (number and self._unreachable)
            taken, result = await self._database.write_concurrently(
                account_id, self._exchange, tried, goes_on=goes_on
            )
            if result is not None:
                self.counts[result] += 1
            if taken is None:
                return number
            if self._stopping:
                await self._database.write_concurrently(account_id, give_back, [taken.message])
                return number
            tried = await self._tried(taken)
        return most

    def _exchange(
        self, tx: AccountTx, tried: TriedMessage | None, *, goes_on: bool
    ) -> tuple[TakenMessage[Facts] | None, Result | None]:
        """Writes down what came of the last message, and takes the next one."""
        result = None
        if tried is not None:
            result = note(tx, tried.message, tried.outcome, self._schedule, tried.recorded)
        for message, appointment in take(tx, self.channel, 1, self._schedule) if goes_on else ():
            facts = self._transport.facts(tx, message, appointment)
            return TakenMessage(message, facts, tx.account.sandbox), result
        return None, result

    async def _tried(self, taken: TakenMessage[Facts]) -> TriedMessage:
        message = taken.message
        await self._prepare(message.language)
        if taken.sandbox:
            recorded = self._transport.shown(message, taken.facts)
            return TriedMessage(message, SendOutcome(Result.DELIVERED), recorded)
        outcome = await self._transport.send(message, taken.facts)
        if outcome.unreachable:
            self._unreachable += 1
            pause = self._schedule.retries.pause_seconds(self._unreachable) or 0.0
            self._probe_at = time.monotonic() + pause
        else:
            self._unreachable = 0
        return TriedMessage(message, outcome, None)

    async def _prepare(self, language: str) -> None:
        if language not in self._languages:
            await asyncio.to_thread(prepare, language)
            self._languages.add(language)
