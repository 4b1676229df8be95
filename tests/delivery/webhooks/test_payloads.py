"""What a webhook is told: signed, of the types it wants, of people only where it is to know."""

import asyncio
import json
import time

import pytest
from standardwebhooks import Webhook as Verifier

from openslot.delivery.dispatch import dispatch
from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
)
from openslot.delivery.webhooks import secrets
from openslot.kernel.ids import new_id
from openslot.storage.journal import events
from openslot.storage.journal.events import NewEvent
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import AccountTx

from ..installation import KEY, UIDS, Outside, facts
from ..receivers import Request, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_an_event_comes_signed_and_names_nobody(out: Outside) -> None:
    async with receiving() as receiver:
        hook = await out.hook(receiver.url())
        booking = await out.happens()
        await out.happens(account_id=out.globex)
        await out.until(hook, DELIVERED)
    [request] = receiver.requests
    event = Verifier(out.secrets[hook.id]).verify(request.body, request.headers)
    [delivery] = await out.deliveries(hook)
    assert event["data"]["appointmentId"] == booking
    assert event["data"]["account"] == "acme"
    assert request.headers["webhook-id"] == event["id"] == delivery.event_id
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Openslot/")
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 30
    assert delivery.body.encode() == request.body
    assert "customer" not in event["data"]
    [attempt] = delivery.attempts
    assert (attempt["status"], attempt["error"]) == (204, None)


async def test_the_types_that_it_wants(out: Outside) -> None:
    async with receiving() as receiver:
        hook = await out.hook(receiver.url(), events=("appointment.moved",))
        booking = await out.happens()
        await out.happens(booking, 2, kind="moved")
        await out.until(hook, DELIVERED)
    assert [json.loads(r.body)["type"] for r in receiver.requests] == ["appointment.moved"]


async def test_two_secrets_both_sign(out: Outside) -> None:
    async with receiving() as receiver:
        hook = await out.hook(receiver.url())
        more = await out.database.write(out.acme, secrets.make_secret, KEY, hook.id)
        with pytest.raises(secrets.TooManyWebhookSecrets):
            await out.database.write(out.acme, secrets.make_secret, KEY, hook.id)
        await out.happens()
        await out.until(hook, DELIVERED)
        [request] = receiver.requests
        for secret in (out.secrets[hook.id], more.text):
            assert Verifier(secret).verify(request.body, request.headers)
        newest = request.headers["webhook-signature"].split()[0]
        assert Verifier(more.text).verify(
            request.body, {**request.headers, "webhook-signature": newest}
        )


async def test_who_booked_is_told_as_it_was_and_only_where_that_is_wanted(out: Outside) -> None:
    """Nothing of it stays in the events, and nothing in the deliveries once it is erased."""
    async with receiving() as receiver:
        told = await out.hook(receiver.url(), include_customer=True)
        other = await out.hook(receiver.url())
        booking = await out.happens()
        await out.happens(booking, 2, kind="updated")
        await out.until(told, DELIVERED, DELIVERED)
        await out.until(other, DELIVERED, DELIVERED)
        people = [d.body for d in await out.deliveries(told)]
        assert [json.loads(body)["data"]["customer"]["email"] for body in people] == [
            "v1@example.org",
            "v2@example.org",
        ]
        assert "secret" not in str(people)
        assert "customer" not in str([d.body for d in await out.deliveries(other)])
        named = SystemStatement("SELECT count(*) FROM events WHERE customer IS NOT NULL")
        [[count]] = await out.database.read_system("a test", lambda tx: tx.all(named))
        assert count == 0
        await out.happens(booking, 3, kind="erased")
        await out.until(told, *[DELIVERED] * 3)
        assert "example.org" not in str([d.body for d in await out.deliveries(told)][:2]).replace(
            "booking.example.org", ""
        )


async def test_who_is_erased_before_the_dispatch_is_told_to_nobody(out: Outside) -> None:
    """The booking and the erasing leave the outbox together."""
    hook = await out.hook("https://crm.example", include_customer=True)

    def book_and_erase(tx: AccountTx) -> None:
        booking, who = new_id(), {"firstName": "Ada", "email": "ada@example.org"}
        events.append(tx, NewEvent("appointment.booked", booking, 1, facts(), who))
        events.append(tx, NewEvent("appointment.erased", booking, 2, facts()))

    await out.database.write(out.acme, book_and_erase)
    await out.database.write_concurrently(out.acme, dispatch, UIDS, KEY)
    bodies = [delivery.body for delivery in await out.deliveries(hook)]
    assert [json.loads(body)["data"]["version"] for body in bodies] == [1, 2]
    assert "Ada" not in str(bodies)


async def test_an_answer_that_comes_after_an_erasure_is_not_stored(out: Outside) -> None:
    arrived, erased = asyncio.Event(), asyncio.Event()

    async def echo(request: Request, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await erased.wait()
        await status(200, body=request.body)(request, writer)

    async with receiving(echo) as receiver:
        hook = await out.hook(receiver.url(), include_customer=True, events=("appointment.booked",))
        booking = await out.happens()
        await out.process().look()
        await arrived.wait()
        assert b"Ada" in receiver.requests[0].body
        await out.happens(booking, 2, kind="erased")
        erased.set()
        await out.until(hook, DELIVERED)
    [delivery] = await out.deliveries(hook)
    assert (delivery.attempts[0]["status"], delivery.attempts[0]["body"]) == (200, None)
    assert "Ada" not in delivery.body
