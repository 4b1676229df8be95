"""The stream of a day: what it tells, to whom, within two seconds, and when it ends."""

import asyncio
import contextlib
import http.client
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openslot.app import open_app
from openslot.identity.people import sessions, users
from openslot.identity.people.users import by_email
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx
from openslot.web.console.today.live import follower
from openslot.web.page_kit.cookies import SESSION, Cookies

from ...running import running
from ...site import Site
from ...world import PUBLIC_URL, World
from ..clerk import signed_in
from ..conftest import Staff
from .listening import listening

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def day(site: Site, booked: dict[str, Any]) -> str:
    """The query of an appointment's day."""
    date = booked["timeSlot"]["startTime"][:10]
    return f"branch={site.id('branch', 'centre')}&date={date}"


async def test_what_another_process_does_is_told_to_whoever_looks_at_its_day(
    staff: Staff, shared: Site
) -> None:
    eva, viewer = await staff("desk"), await staff("viewer")
    booked = await shared.book()
    elsewhere = f"branch={shared.id('branch', 'centre')}&date=2027-12-01"
    async with (
        listening(shared, eva, day(shared, booked)) as desk,
        listening(shared, viewer, day(shared, booked)) as other,
        listening(shared, eva, elsewhere) as nobody,
    ):
        assert (desk.status, desk.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        assert desk.headers["cache-control"] == "no-store"
        while await desk.silent(1.0) is False:  # what was booked just before
            pass
        await shared.call("DELETE", f"/appointments/{booked['appointmentId']}")
        assert await desk.changed() == booked["appointmentId"]
        assert await other.changed() is not None
        assert await nobody.silent()


async def test_only_whoever_looks_on_follows(staff: Staff, shared: Site) -> None:
    eva, query = await staff("viewer"), f"branch={shared.id('branch', 'centre')}"
    head = await eva.http.head(f"/console/events?{query}")
    assert (head.status_code, head.content) == (200, b"")
    assert (await eva.http.head("/console/events")).status_code == 200
    for wrong in ("branch=unknown", f"{query}&date=tomorrow"):
        assert (await eva.get(f"events?{wrong}")).status_code == 404
    anonymous = await shared.http.get(f"/console/events?{query}")
    assert anonymous.status_code == 303


async def test_a_page_goes_on_from_what_it_has_shown(staff: Staff, shared: Site) -> None:
    eva, first = await staff("desk"), await shared.book()
    await asyncio.sleep(1)
    page = await eva.open(f"today?{day(shared, first)}")
    position = page.id("day").attributes["data-position"]
    await shared.call("DELETE", f"/appointments/{first['appointmentId']}")
    await asyncio.sleep(1)
    async with listening(shared, eva, f"{day(shared, first)}&after={position}") as desk:
        assert await desk.changed() == first["appointmentId"]


async def test_it_ends_with_the_session_and_with_the_role(shared: Site) -> None:
    booked = await shared.book()
    account_id = shared.tenant().account.id

    def end(tx: AccountTx, email: str) -> None:
        users.end_sessions(tx, by_email(tx, email))

    def demote(tx: AccountTx, email: str) -> None:
        users.change(tx, by_email(tx, email), "Eva", "viewer")

    def disable(tx: AccountTx, email: str) -> None:
        users.disable(tx, by_email(tx, email))

    for loses in (end, demote, disable):
        eva = await signed_in(shared, "desk")
        async with listening(shared, eva, day(shared, booked)) as desk:
            await desk.silent(0.7)
            await shared.app.database.write(account_id, loses, eva.email)
            heard = await desk.changed()
            while heard is not None:
                heard = await desk.changed()


async def test_heartbeats_come_in_between(
    staff: Staff, shared: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert follower.HEARTBEAT_SECONDS == 10
    monkeypatch.setattr(follower, "HEARTBEAT_SECONDS", 0.2)
    query = f"branch={shared.id('branch', 'centre')}&date=2027-11-01"
    async with listening(shared, await staff("desk"), query) as desk:
        async with asyncio.timeout(2):
            heard = [await desk.events.get() for _ in range(3)]
    assert heard == ["event: heartbeat\ndata: {}"] * 3


async def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    shared: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_USE_NOTED_LATE_MS", -1)
    eva, account_id = await signed_in(shared, "desk"), shared.tenant().account.id

    def last_used(tx: AccountTx) -> int:
        ((_, _, used_at),) = sessions.of_user(tx, by_email(tx, eva.email).id)
        return used_at

    query = f"branch={shared.id('branch', 'centre')}&date=2027-11-01"
    before = await shared.app.database.read(account_id, last_used)
    await asyncio.sleep(0.01)
    assert (await eva.get(f"today/rows?{query}")).status_code == 200
    async with listening(shared, eva, query):
        assert await shared.app.database.read(account_id, last_used) == before
    assert (await eva.get(f"today?{query}")).status_code == 200
    assert await shared.app.database.read(account_id, last_used) > before


@pytest.fixture
def live_server(
    settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> Iterator[tuple[Any, str]]:
    """A server that gives requests one second, and the cookie of somebody who is signed in."""
    on = replace(settings, database_url=f"sqlite:///{tmp_path}/running.db")

    async def cookie(world: World) -> str:
        app = await open_app(on)

        def sign_in(tx: AccountTx) -> str:
            user, _ = users.create(tx, "eva@acme.example", "Eva", "desk")
            return sessions.start(tx, user)

        text = await app.database.write(world.acme.account.id, sign_in)
        await app.close()
        return Cookies(PUBLIC_URL).write(SESSION, "acme", text).partition(";")[0]

    with running(settings, peopled, tmp_path, request_seconds=1) as server:
        yield server, asyncio.run(cookie(server.world))


def test_it_outlives_the_limit_of_requests_and_ends_with_the_server(
    live_server: tuple[Any, str],
) -> None:
    server, cookie = live_server
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    branch = server.world.acme.ids["branch", "centre"]
    asked = time.monotonic()
    connection.request("GET", f"/console/events?branch={branch}", headers={"Cookie": cookie})
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.readline() == b"event: heartbeat\n"
    until_it_began = time.monotonic() - asked
    time.sleep(2)
    began = time.monotonic()
    assert server.stop() == -signal.SIGTERM
    assert time.monotonic() - began < 5
    with contextlib.suppress(http.client.IncompleteRead):
        assert b"appointmentId" not in answer.read()
    connection.close()
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line[:1] == "{"]
    (told,) = [line for line in lines if line.get("route") == "/console/events"]
    assert told["ms"] <= 1000 * until_it_began, "not how long somebody listened"
