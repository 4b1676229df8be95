"""The requests to webhooks: a lane for each that has something to hear, beside all others.

One that hangs holds up nobody but itself.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import structlog

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
_FINISH_SECONDS = 15.0


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
        self._stopping = False
        self.counts: Counter[str] = Counter()  # attempts of this process, by what followed

    async def look(self) -> None:
        """Begins a lane for every webhook that has something to hear and none yet."""
        room = _MOST_LANES - len(self._lanes)
        if self._stopping or room <= 0:
            return
        due = await self._database.read_system("webhooks of all", webhooks.due, _MOST_LANES)
        for place in [place for place in due if place not in self._lanes][:room]:
            lane = asyncio.create_task(self._run(*place))
            self._lanes[place] = lane
            lane.add_done_callback(partial(self._end, place))

    def _end(self, place: tuple[str, str], _: asyncio.Task[None]) -> None:
        self._lanes.pop(place, None)

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
        try:
            with contextlib.suppress(NotFound):  # the account was deleted since
                await self._lane(account_id, webhook_id)
        except OpenslotError as error:
            structlog.get_logger("openslot.delivery").warning(
                "a webhook's deliveries are taken up again later", code=error.code
            )

    async def _lane(self, account_id: str, webhook_id: str) -> None:
        under_way: set[asyncio.Task[Attempt]] = set()
        made: list[Attempt] = []
        while True:
            taken, results = await self._database.write_concurrently(
                account_id, attempts.exchange, webhook_id, made, self._rules, self._key
            )
            self.counts.update(results)
            if taken is not None and self._stopping:
                await self._database.write_concurrently(
                    account_id, attempts.give_back, taken.deliveries
                )
                taken = None
            under_way |= self._begun(taken)
            if not under_way:
                return
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            made = [task.result() for task in done]

    def _begun(self, taken: Taken | None) -> set[asyncio.Task[Attempt]]:
        if taken is None:
            return set()
        return {
            asyncio.create_task(self._attempt(taken.url, taken.keys, delivery))
            for delivery in taken.deliveries
        }

    async def _attempt(self, url: str, keys: Sequence[bytes], delivery: WebhookDelivery) -> Attempt:
        body, at = delivery.body.encode(), now_ms()
        headers: Mapping[str, str] = headers_of(delivery.event_id, keys, body, at)
        answer = await self._client.post(url, headers, body)
        return Attempt(delivery, at, dict(headers), answer)
