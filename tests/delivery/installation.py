"""An installation with two accounts, webhooks and events, that sends for real."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from databases import opened
from openslot.calendars.uids import CalendarUids
from openslot.delivery.dispatch import dispatch
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.model.webhook import Webhook, WebhookContent
from openslot.delivery.model.webhook_delivery import DeliveryFilter, WebhookDelivery
from openslot.delivery.outbound.addresses import Reach
from openslot.delivery.outbound.connections import Resolve
from openslot.delivery.outbound.requests import OutboundClient
from openslot.delivery.store import webhook_deliveries
from openslot.delivery.webhooks import webhooks
from openslot.delivery.webhooks.attempts import WebhookRules
from openslot.delivery.webhooks.lanes import WebhookLanes
from openslot.identity import accounts
from openslot.identity.keys.manage_links import ManageLinks
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.ids import new_id
from openslot.storage.journal import events
from openslot.storage.journal.events import NewEvent
from openslot.storage.transactions import AccountTx, Database

KEY = b"k" * 32
UIDS = CalendarUids([(0, "booking.example.org")])
LINKS = ManageLinks(PurposeKeys({Purpose.MANAGE_LINKS: b"k" * 32}), "https://booking.example.org")
NAMES = AppointmentNames(UIDS, LINKS)
_DOCUMENT = {"title": "Acme", "locales": ["en_US"], "settings": {}}
_QUARTER = 30_000_000  # minutes since 1970, in 2027


def facts(status: str = "CONFIRMED") -> dict[str, Any]:
    """What is stored of an event."""
    id_ = new_id()
    return {
        "status": status, "branch_id": id_, "service_ids": [id_], "resource_ids": [id_],
        "party": 1, "start": _QUARTER, "end": _QUARTER + 30, "time_zone": "Europe/Amsterdam",
        "sequence": 0, "actor": ["client", "abc"], "previous": {}, "changed": [],
    }  # fmt: skip


@dataclass
class Outside:
    """An open database, and what one process sends from it."""

    database: Database
    acme: str
    globex: str
    rules: WebhookRules
    lanes: list[WebhookLanes] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def process(
        self,
        timeout_seconds: float = 5.0,
        *,
        networks: str = "127.0.0.0/8",
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> WebhookLanes:
        """Another process that sends."""

        def client() -> OutboundClient:
            return OutboundClient(Reach.of(networks), timeout_seconds, resolve=resolve, tls=tls)

        made = WebhookLanes(self.database, client, self.rules, KEY)
        self.lanes.append(made)
        return made

    async def hook(self, url: str, account_id: str = "", **content: Any) -> Webhook:
        """A new webhook."""
        wanted = WebhookContent(f"hook-{len(self.secrets)}", url, **content)
        webhook, secret = await self.database.write(
            account_id or self.acme, webhooks.create, KEY, wanted
        )
        self.secrets[webhook.id] = secret
        return webhook

    async def happens(
        self, booking_id: str = "", version: int = 1, account_id: str = "", kind: str = "booked"
    ) -> str:
        """Something happens to a booking, and is dispatched; returns the booking."""
        of = booking_id or new_id()
        account = account_id or self.acme

        def append(tx: AccountTx) -> None:
            who = {"firstName": "Ada", "email": f"v{version}@example.org", "notes": "secret"}
            events.append(tx, NewEvent(f"appointment.{kind}", of, version, facts(), who))

        await self.database.write(account, append)
        await self.database.write_concurrently(account, dispatch, UIDS, KEY)
        return of

    async def deliveries(self, webhook: Webhook, account_id: str = "") -> list[WebhookDelivery]:
        """What was sent there or shall be, the oldest first."""
        found = await self.database.read(
            account_id or self.acme, webhook_deliveries.page, webhook.id, DeliveryFilter(), 10_000
        )
        return found[::-1]

    async def webhook(self, webhook: Webhook) -> Webhook:
        """As it is now."""
        return await self.database.read(self.acme, webhooks.by_id, webhook.id)

    async def until(
        self, webhook: Webhook, *statuses: str, seconds: float = 10.0, account_id: str = ""
    ) -> None:
        """Sends until the deliveries of a webhook have these statuses."""
        wanted, ends = sorted(statuses), time.monotonic() + seconds
        while sorted(d.status for d in await self.deliveries(webhook, account_id)) != wanted:
            assert time.monotonic() < ends, await self.deliveries(webhook, account_id)
            for lanes in self.lanes or [self.process()]:
                await lanes.look()
            await asyncio.sleep(0.02)


@asynccontextmanager
async def outside(
    url: str,
    pauses: tuple[int, ...] = (0, 0),
    *,
    lease_ms: int = 60_000,
    disable_after_ms: int = 10**9,
) -> AsyncIterator[Outside]:
    """One on an empty database."""
    database = opened(url)
    await database.migrate()

    def make(tx: Any) -> tuple[str, str]:
        made = [accounts.create(tx, name, _DOCUMENT, sandbox=False) for name in ("acme", "globex")]
        return made[0].id, made[1].id

    acme, globex = await database.write_system("a test", make)
    rules = WebhookRules(RetrySchedule(pauses), lease_ms, disable_after_ms)
    made = Outside(database, acme, globex, rules)
    yield made
    for lanes in made.lanes:
        await lanes.close()
    await database.close()
