"""Webhooks are told of what happens: signed, in order, again and again, and nowhere else."""

import asyncio
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import trustme
from standardwebhooks import Webhook as Verifier

from openslot.delivery.dispatch import dispatch
from openslot.delivery.model.webhook_delivery import (
    ADDRESS_NOT_ALLOWED,
    CONNECTION,
    DELIVERED,
    DNS,
    DROPPED,
    FAILED,
    HTTPS_REQUIRED,
    QUEUED,
    TIMEOUT,
    TLS,
)
from openslot.delivery.outbound.addresses import Address
from openslot.delivery.webhooks import deliveries, lanes, secrets, webhooks
from openslot.delivery.webhooks.apply import apply_webhooks
from openslot.delivery.webhooks.deliveries import Stretch
from openslot.identity import accounts
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit, events
from openslot.storage.journal.audit import AuditFilter
from openslot.storage.journal.events import NewEvent
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import AccountTx

from .installation import KEY, UIDS, Outside, facts, outside
from .receivers import Answer, Request, hang, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
async def out(empty: Callable[[], str]) -> AsyncIterator[Outside]:
    """An installation on each kind of database."""
    async with outside(empty()) as made:
        yield made


def in_turn(*answers: Answer) -> Answer:
    """One after another; the last one repeats."""
    left = list(answers)

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(request, writer)

    return answer


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


@pytest.mark.parametrize("code", [300, 301, 302, 307, 400, 401, 404, 500, 503])
async def test_anything_but_2xx_is_tried_again_with_the_same_body(out: Outside, code: int) -> None:
    elsewhere = f"location: http://127.0.0.1:1/{code}"
    async with receiving(in_turn(status(code, elsewhere), status(200))) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    [delivery] = await out.deliveries(hook)
    assert [a["status"] for a in delivery.attempts] == [code, 200]
    assert [a["error"] for a in delivery.attempts] == ["status", None]


async def test_after_the_last_pause_it_has_failed(out: Outside) -> None:
    async with receiving(status(500, body=b"no" * 2000)) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert len(receiver.requests) == len(delivery.attempts) == 3
    assert delivery.attempts[0]["body"] == ("no" * 2000)[:1024]
    assert delivery.due_at is None


async def test_a_receiver_may_ask_for_more_time(out: Outside) -> None:
    answer = status(503, "retry-after: 3600")
    async with receiving(answer) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        lanes = out.process()
        await lanes.look()
        await receiver.has(1)
        await asyncio.sleep(0.3)
    [delivery] = await out.deliveries(hook)
    assert delivery.due_at is not None
    assert 3500 < delivery.due_at / 1000 - time.time() < 3700


async def test_410_ends_it_at_once(out: Outside) -> None:
    async with receiving(status(410)) as receiver:
        hook = await out.hook(receiver.url())
        other = await out.hook("http://127.0.0.1:1/")
        for _ in range(20):
            await out.happens()
        lanes = out.process()
        await lanes.look()
        await receiver.has(1)
        await asyncio.sleep(0.5)
        assert len(receiver.requests) <= 8
    after = await out.webhook(hook)
    assert (after.content.active, after.disabled_reason) == (False, "gone")
    assert (await out.webhook(other)).content.active
    statuses = {d.status for d in await out.deliveries(hook)}
    assert DROPPED in statuses
    assert QUEUED not in statuses
    [noted] = await out.database.read(
        out.acme, audit.events, AuditFilter(type="webhook.disabled"), 5
    )
    assert noted.detail == {"webhook": hook.id, "reason": "gone"}
    # The account file that made it does not enable it, unless it says something else of it.
    others = [hook.content, other.content]
    assert await out.database.write(out.acme, apply_webhooks, KEY, others) == ([], [])
    moved = [replace(hook.content, url="https://new.example"), other.content]
    await out.database.write(out.acme, apply_webhooks, KEY, moved)
    after = await out.webhook(hook)
    assert (after.content.active, after.disabled_reason) == (True, None)


async def test_nothing_but_failures_for_long_ends_it(empty: Callable[[], str]) -> None:
    async def refuse(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        await status(500)(request, writer)

    schedule = (0,) * 500
    async with outside(empty(), schedule, disable_after_ms=300) as out, receiving(refuse) as r:
        hook = await out.hook(r.url())
        await out.happens()
        await out.until(hook, DROPPED)
        after = await out.webhook(hook)
        assert (after.content.active, after.disabled_reason) == (False, "failing")


async def test_a_success_begins_a_new_time(empty: Callable[[], str]) -> None:
    answer = in_turn(status(500), status(200), status(500), status(200))
    async with outside(empty(), (0,) * 5, disable_after_ms=400) as out, receiving(answer) as r:
        hook = await out.hook(r.url())
        await out.happens()
        await out.until(hook, DELIVERED)
        await asyncio.sleep(0.5)
        await out.happens()
        await out.until(hook, DELIVERED, DELIVERED)
        after = await out.webhook(hook)
        assert (after.content.active, after.failures, after.failing_since) == (True, 0, None)
        assert after.last_success_at is not None


async def test_one_that_hangs_holds_up_nobody_else(out: Outside) -> None:
    async with receiving(hang) as slow, receiving() as quick:
        out.process(timeout_seconds=1)
        hanging, other = await out.hook(slow.url()), await out.hook(quick.url())
        for _ in range(30):
            await out.happens()
        began = time.monotonic()
        await out.until(other, *[DELIVERED] * 30)
        assert time.monotonic() - began < 8
        assert slow.most_at_a_time <= 8
        found = await out.deliveries(hanging)
        attempts = [a for d in found for a in d.attempts]
        assert {a["error"] for a in attempts} <= {TIMEOUT}
        assert other.id != hanging.id


async def test_after_failures_one_attempt_at_a_time(out: Outside) -> None:
    async with receiving(status(500)) as receiver:
        hook = await out.hook(receiver.url())
        for _ in range(12):
            await out.happens()
        await out.until(hook, *[FAILED] * 12)
        receiver.most_at_a_time = 0
        before = len(receiver.requests)
        for _ in range(5):
            await out.happens()
        await out.until(hook, *[FAILED] * 17)
        assert len(receiver.requests) > before
        assert receiver.most_at_a_time == 1


async def test_an_endless_answer_is_cut_and_its_status_decides(out: Outside) -> None:
    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)

    async with receiving(endless) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
    [delivery] = await out.deliveries(hook)
    assert delivery.attempts[0]["body"] == "x" * 1024


async def test_an_answer_that_trickles_is_over_in_time(out: Outside) -> None:
    async def trickle(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with receiving(trickle) as receiver:
        out.process(timeout_seconds=0.5)
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert {a["error"] for a in delivery.attempts} == {TIMEOUT}
    assert all(a["milliseconds"] < 3000 for a in delivery.attempts)


async def test_the_first_attempts_of_an_appointment_keep_its_order(out: Outside) -> None:
    async with receiving(in_turn(status(500), status(204))) as receiver:
        hook = await out.hook(receiver.url())
        bookings = [new_id() for _ in range(3)]
        for version in range(1, 7):
            for booking in bookings:
                await out.happens(booking, version)
        await out.until(hook, *[DELIVERED] * 18)
    seen: dict[str, list[int]] = {booking: [] for booking in bookings}
    for request in receiver.requests:
        data = json.loads(request.body)["data"]
        if data["version"] not in seen[data["appointmentId"]]:
            seen[data["appointmentId"]].append(data["version"])
    assert all(versions == list(range(1, 7)) for versions in seen.values()), seen


@pytest.mark.parametrize(
    ("networks", "host", "addresses", "error"),
    [
        ("", "inner.example", ["127.0.0.1"], HTTPS_REQUIRED),
        ("10.0.0.0/8", "inner.example", ["127.0.0.1"], HTTPS_REQUIRED),
        ("127.0.0.0/8", "mixed.example", ["127.0.0.1", "8.8.8.8"], HTTPS_REQUIRED),
        ("127.0.0.0/8", "nowhere.example", [], DNS),
    ],
)
async def test_a_name_is_judged_when_it_is_connected_to(
    out: Outside, networks: str, host: str, addresses: list[str], error: str
) -> None:
    async def resolve(name: str, _: int) -> list[Address]:
        assert name == host
        return [ipaddress.ip_address(text) for text in addresses]

    async with receiving() as receiver:
        out.process(networks=networks, resolve=resolve)
        hook = await out.hook(receiver.url(host))
        await out.happens()
        await out.until(hook, FAILED)
        assert receiver.requests == []
    [delivery] = await out.deliveries(hook)
    assert {a["error"] for a in delivery.attempts} == {error}


async def test_a_name_that_points_elsewhere_a_moment_later_gains_nothing(out: Outside) -> None:
    """The connection goes to what was judged; the next one is judged again."""
    given = [["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]]
    asked = 0

    async def resolve(_: str, __: int) -> list[Address]:
        nonlocal asked
        asked += 1
        return [ipaddress.ip_address(t) for t in given[min(asked, len(given)) - 1]]

    closing = status(500, "connection: close")

    async def close(request: Request, writer: asyncio.StreamWriter) -> None:
        await closing(request, writer)
        await writer.drain()
        writer.close()

    async with receiving(close) as receiver:
        out.process(resolve=resolve)
        hook = await out.hook(receiver.url("rebinding.example"))
        await out.happens()
        await out.until(hook, FAILED)
        assert len(receiver.requests) == 2
    [delivery] = await out.deliveries(hook)
    assert [a["error"] for a in delivery.attempts] == ["status", "status", HTTPS_REQUIRED]


@pytest.mark.parametrize(
    ("host", "trusted", "networks", "error"),
    [
        ("crm.example", True, "127.0.0.0/8", None),
        ("crm.example", False, "127.0.0.0/8", TLS),
        ("other.example", True, "127.0.0.0/8", TLS),
        ("crm.example", True, "", ADDRESS_NOT_ALLOWED),
    ],
)
async def test_certificates_are_verified(
    out: Outside, host: str, trusted: bool, networks: str, error: str | None
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("crm.example").configure_cert(serving)
    (authority if trusted else stranger).configure_trust(trusting)

    async def resolve(_: str, __: int) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.1")]

    async with receiving(tls=serving) as receiver:
        out.process(resolve=resolve, tls=trusting, networks=networks)
        hook = await out.hook(receiver.url(host))
        await out.happens()
        await out.until(hook, FAILED if error else DELIVERED)
        assert len(receiver.requests) == (0 if error else 1)
    [delivery] = await out.deliveries(hook)
    assert {attempt["error"] for attempt in delivery.attempts} == {error}


async def test_an_address_that_is_dead_leaves_time_for_the_next_one(out: Outside) -> None:
    async def resolve(_: str, __: int) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.9"), ipaddress.ip_address("127.0.0.1")]

    async with receiving() as receiver:
        # Nobody accepts, and its queue is full: to the next one it does not answer.
        with (
            socket.create_server(("127.0.0.9", receiver.port), backlog=0) as dead,
            socket.create_connection(dead.getsockname()),
        ):
            out.process(resolve=resolve)
            hook = await out.hook(receiver.url("two.example"))
            await out.happens()
            await out.until(hook, DELIVERED)
    assert len((await out.deliveries(hook))[0].attempts) == 1


async def test_nobody_listens(out: Outside) -> None:
    async with receiving() as receiver:
        url = receiver.url()
    hook = await out.hook(url)
    await out.happens()
    await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert {attempt["error"] for attempt in delivery.attempts} == {CONNECTION}


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


async def test_resend_and_replay(out: Outside) -> None:
    async with receiving(in_turn(status(400), status(400), status(400), status(204))) as receiver:
        hook = await out.hook(receiver.url())
        failed = await out.happens()
        await out.until(hook, FAILED)
        [first] = await out.deliveries(hook)
        await out.database.write(out.acme, deliveries.resend, hook.id, first.id, KEY)
        await out.until(hook, DELIVERED)
        later = await out.hook(receiver.url())
        await out.happens(failed, 2)
        await out.until(hook, DELIVERED, DELIVERED)
        await out.until(later, DELIVERED)
        everything = Stretch(0, None, delivered_too=False)
        actor = None
        missed = await out.database.write(
            out.acme, deliveries.replay, actor, later.id, everything, UIDS, KEY
        )
        assert missed == 1  # that from before it existed
        await out.until(later, DELIVERED, DELIVERED)
        whole = Stretch(0, None, delivered_too=True)
        before = len(receiver.requests)
        again = await out.database.write(
            out.acme, deliveries.replay, actor, later.id, whole, UIDS, KEY
        )
        assert again == 2
        await out.until(later, DELIVERED, DELIVERED)
        assert len(await receiver.has(before + 2)) == before + 2


async def test_eight_processes_send_each_event_once(out: Outside) -> None:
    async with receiving() as receiver:
        hook = await out.hook(receiver.url())
        for _ in range(40):
            await out.happens()
        for _ in range(8):
            out.process()
        await asyncio.gather(*(lanes.look() for lanes in out.lanes))
        await out.until(hook, *[DELIVERED] * 40)
        assert receiver.most_at_a_time <= 8
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(ids) == len(set(ids)) == 40


async def test_what_a_dead_process_had_in_hand_is_taken_up(empty: Callable[[], str]) -> None:
    async with outside(empty(), lease_ms=700) as out, receiving(hang) as slow:
        hook = await out.hook(slow.url())
        await out.happens()
        dead = out.process()
        await dead.look()
        await slow.has(1)
        for lane in dead._lanes.values():  # it ends in the middle, and writes nothing down
            lane.cancel()
        async with receiving() as receiver:
            moved = await out.database.read(out.acme, webhooks.by_id, hook.id)
            content = type(moved.content)(moved.content.key, receiver.url())
            await out.database.write(out.acme, webhooks.change, moved, content)
            out.lanes.remove(dead)
            await out.until(hook, DELIVERED)
            [request] = receiver.requests
        assert request.headers["webhook-id"] == slow.requests[0].headers["webhook-id"]
        await dead.close()


async def test_an_attempt_that_takes_longer_than_a_lease_is_not_made_twice(
    empty: Callable[[], str],
) -> None:
    async def answer_late(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.5)
        await status(204)(request, writer)

    async with outside(empty(), lease_ms=500) as out, receiving(answer_late) as receiver:
        out.process()
        out.process()
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
        assert len(receiver.requests) == 1


async def test_a_crowd_that_hangs_holds_up_nobody_else(
    out: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_MOST_LANES", 4)
    monkeypatch.setattr(lanes, "_TURN_SECONDS", 0.2)
    async with receiving(hang) as slow, receiving() as quick:
        out.process(timeout_seconds=0.3)
        for _ in range(8):
            await out.hook(slow.url())
        for _ in range(40):
            await out.happens()
        while len(slow.requests) < 40:
            await out.lanes[0].look()
            await asyncio.sleep(0.02)
        other = await out.hook(quick.url(), account_id=out.globex)
        for _ in range(3):
            await out.happens(account_id=out.globex)
        await out.until(other, *[DELIVERED] * 3, seconds=3.0, account_id=out.globex)


async def test_nobody_is_sent_to_by_a_suspended_account(out: Outside) -> None:
    async with receiving() as receiver:
        await out.hook(receiver.url())
        await out.happens()
        await out.database.write(out.acme, accounts.suspend)
        lanes = out.process()
        await lanes.look()
        await asyncio.sleep(0.3)
        assert receiver.requests == []
