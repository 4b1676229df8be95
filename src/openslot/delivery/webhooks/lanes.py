"""The requests to webhooks: a lane for each that has something to hear, beside all others.

One that hangs holds up nobody but itself.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING

import structlog

from openslot.delivery.libraries import OF_REQUESTS, loaded
from openslot.delivery.model.webhook_delivery import WebhookDelivery
from openslot.delivery.store import webhooks
from openslot.delivery.webhooks import attempts
from openslot.delivery.webhooks.attempts import Attempt, Taken, WebhookRules
from openslot.delivery.webhooks.requests import headers_of
from openslot.kernel.clock import now_ms
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.delivery.outbound.requests import OutboundClient

_MOST_LANES = 200
_MOST_DUE = 10_000
_TURN_SECONDS = 5.0  # of a lane, while others wait for one
_FINISH_SECONDS = 15.0
_MOMENT_SECONDS = 0.005  # that an answer waits for the next, to be written down with it


class WebhookLanes:
    """What one process sends to webhooks."""

    def __init__(
        self,
        database: Database,
        client: "Callable[[], OutboundClient]",
        rules: WebhookRules,
        webhook_key: bytes,
    ) -> None:
        """`client` is made for the first request; `webhook_key` opens the secrets of webhooks."""
        self._database = database
        self._new_client = client
        self._rules = rules
        self._key = webhook_key
        self._lanes: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._ended_at: dict[tuple[str, str], float] = {}  # when lanes of those that are due ended
        self._crowded = False  # some that are due have no lane
        self._stopping = False
        self.counts: Counter[str] = Counter()  # attempts of this process, by what followed

    async def look(self) -> None:
        """Begins a lane for every webhook that has something to hear and none yet.

        Where there are too few, those that answer come before those that fail, and then whoever
        has waited longest: a crowd that hangs holds up nobody else.
        """
        if self._stopping:
            return
        due = await self._database.read_system("webhooks of all", webhooks.due, _MOST_DUE)
        places = [(one.account_id, one.webhook_id) for one in due]
        self._ended_at = {p: self._ended_at[p] for p in places if p in self._ended_at}
        waiting = sorted(
            (one.failures >= attempts.FAILURES_IN_A_ROW, self._ended_at.get(place, 0.0), place)
            for one, place in zip(due, places, strict=True)
            if place not in self._lanes
        )
        room = max(0, _MOST_LANES - len(self._lanes))
        self._crowded = len(waiting) > room
        for _, _, place in waiting[:room]:
            lane = asyncio.create_task(self._run(*place))
            self._lanes[place] = lane
            lane.add_done_callback(partial(self._end, place))

    def _end(self, place: tuple[str, str], _: asyncio.Task[None]) -> None:
        self._lanes.pop(place, None)
        self._ended_at[place] = time.monotonic()

    async def close(self) -> None:
        """Finishes the requests under way, takes up none, and closes the connections."""
        self._stopping = True
        if self._lanes:
            await asyncio.wait([*self._lanes.values()], timeout=_FINISH_SECONDS)
        for lane in self._lanes.values():
            lane.cancel()
        if "_client" in vars(self):
            await self._client.close()

    @cached_property
    def _client(self) -> "OutboundClient":
        return self._new_client()

    async def _run(self, account_id: str, webhook_id: str) -> None:
        under_way: set[asyncio.Task[Attempt]] = set()
        try:
            await loaded(OF_REQUESTS)
            with contextlib.suppress(NotFound):  # the account was deleted since
                await self._lane(account_id, webhook_id, under_way)
        except OpenslotError as error:
            structlog.get_logger("openslot.delivery").warning(
                "a webhook's deliveries are taken up again later", code=error.code
            )
        finally:
            for attempt in under_way:
                attempt.cancel()

    async def _lane(
        self, account_id: str, webhook_id: str, under_way: set[asyncio.Task[Attempt]]
    ) -> None:
        made: list[Attempt] = []
        began = time.monotonic()
        while True:
            taken, results = await self._database.write_concurrently(
                account_id, attempts.exchange, webhook_id, made, self._rules, self._key
            )
            self.counts.update(results)
            its_turn_is_over = self._crowded and time.monotonic() - began > _TURN_SECONDS
            if taken is not None and (self._stopping or its_turn_is_over):
                await self._database.write_concurrently(
                    account_id, attempts.give_back, taken.deliveries
                )
                taken = None
            under_way |= self._begun(account_id, taken)
            if not under_way:
                return
            done = await _ended(under_way)
            under_way -= done
            made = sorted((task.result() for task in done), key=attrgetter("at"))

    def _begun(self, account_id: str, taken: Taken | None) -> set[asyncio.Task[Attempt]]:
        if taken is None:
            return set()
        return {
            asyncio.create_task(self._attempt(account_id, taken, delivery))
            for delivery in taken.deliveries
        }

    async def _attempt(self, account_id: str, taken: Taken, delivery: WebhookDelivery) -> Attempt:
        body, at = delivery.body.encode(), now_ms()
        headers = headers_of(delivery.event_id, taken.keys, body, at)
        request = asyncio.create_task(self._client.post(taken.url, headers, body))
        try:
            while not (await asyncio.wait({request}, timeout=self._renewal_seconds))[0]:
                with contextlib.suppress(OpenslotError):
                    await self._database.write_concurrently(
                        account_id, attempts.renew, delivery, self._rules
                    )
            return Attempt(delivery, taken.url, at, headers, request.result())
        finally:
            request.cancel()

    @property
    def _renewal_seconds(self) -> float:
        """An attempt may take longer than a lease, which is renewed before it ends."""
        return self._rules.lease_ms / 3000


async def _ended(under_way: set[asyncio.Task[Attempt]]) -> set[asyncio.Task[Attempt]]:
    """What has ended: the next attempt, and most others if they end a moment after it.

    So a quick receiver costs a transaction for several attempts. The rest is under way during it.
    """
    wanted, left, seconds = max(1, len(under_way) * 3 // 4), under_way, None
    while len(under_way) - len(left) < wanted:
        ended, left = await asyncio.wait(left, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not ended:
            break
        seconds = _MOMENT_SECONDS
    return under_way - left
