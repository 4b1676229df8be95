"""Two servers whose clocks differ by two seconds, at the instant at which a reservation expires."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .keys import within
from .serving import Installation, Server, installed
from .town import API, Desk, account_file, made, token
from .wire import Wire, request

pytestmark = pytest.mark.slow

APART_SECONDS = 2
HELD = 40
# Python runs it before anything else, in each process of the server.
_SHIFT = f"""
import time
_time, _time_ns = time.time, time.time_ns
time.time = lambda: _time() + {APART_SECONDS}
time.time_ns = lambda: _time_ns() + {APART_SECONDS} * 1_000_000_000
"""


@pytest.fixture
def installation(tmp_path: Path, empty: Callable[[], str]) -> Installation:
    documents = account_file(), account_file("sand", sandbox=True)
    return installed(tmp_path, *documents, database_url=empty())


@pytest.fixture
def servers(installation: Installation) -> Iterator[tuple[Server, Server]]:
    """One whose clock is right, and one whose clock is fast."""
    folder = installation.folder / "shifted"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_SHIFT)
    fast = replace(
        installation, environment={**installation.environment, "PYTHONPATH": str(folder)}
    )
    with installation.serving() as right, fast.serving() as other:
        yield right, other


def test_what_one_still_holds_is_never_also_given_away(
    installation: Installation, servers: tuple[Server, Server]
) -> None:
    """The fast one gives the time away, or the other confirms it first: never both."""
    ends: Counter[str] = Counter()
    with servers[0].wire() as right, servers[1].wire() as fast:
        desk = Desk.at(right, installation.clients["sand", "website"])
        before, ahead, after = (told_time(wire, desk) for wire in (right, fast, right))
        assert before <= ahead - timedelta(seconds=APART_SECONDS) <= after
        # One a day: whoever writes to a day drops everything of it that is over.
        days = itertools.groupby(desk.starts(right, "single"), lambda start: start[:10])
        free = [next(starts) for _, starts in itertools.islice(days, HELD)]
        reservations = [hold(right, desk, start) for start in free]
        # From here on they are over for the fast one, and for a while not for the other.
        just_before = reservations[-1].until - timedelta(seconds=APART_SECONDS - 0.2)
        assert right.ask(running_from(desk, just_before)).status == 200
        for turn, reservation in enumerate(reservations):
            sent = [
                (right, desk.confirm(reservation.id)),
                (fast, desk.reserve("single", reservation.start)),
            ]
            for wire, content in sent if turn % 2 else reversed(sent):
                wire.send(content)
            confirmed, given = right.answer(), fast.answer()
            assert confirmed.status in (201, 410), confirmed
            assert given.status in (201, 409), given
            assert not confirmed.status == given.status == 201, "one time for two"
            ends["confirmed" if confirmed.status == 201 else "given"] += 1
        assert len(ends) == 2, f"it was no race: {ends}"
        # Until the last is over for everybody, who looks at the rows may see two that hold a time.
        within(5, lambda: told_time(right, desk) > since(reservations[-1].until))
    installation.verify()


def test_a_token_counts_at_the_server_that_is_behind(
    installation: Installation, servers: tuple[Server, Server]
) -> None:
    """It is from two seconds later (RFC 7519 §4.1.5 allows for some leeway)."""
    with servers[0].wire() as right, servers[1].wire() as fast:
        for issuer in (fast, right):
            bearer = token(issuer, installation.clients["acme", "website"])
            for wire in (right, fast):
                assert wire.get(f"{API}/services", bearer).status == 200


@dataclass(frozen=True)
class Held:
    """A reservation that nobody has confirmed yet."""

    id: str
    start: str
    until: datetime


def hold(wire: Wire, desk: Desk, start: str) -> Held:
    """Reserves a time."""
    answer = wire.ask(desk.reserve("single", start))
    return Held(made(answer), start, datetime.fromisoformat(answer.json()["expiresAt"]))


def told_time(wire: Wire, desk: Desk) -> timedelta:
    """What time it is for a server, since just any instant."""
    told = wire.get("/admin/v1/sandbox/clock", desk.token).json()["now"]
    return since(datetime.fromisoformat(told))


def since(instant: datetime) -> timedelta:
    """From just any instant on."""
    return instant - datetime(2020, 1, 1, tzinfo=UTC)


def running_from(desk: Desk, now: datetime) -> bytes:
    """A request that sets the sandbox clock, which then runs on."""
    body = {"now": now.isoformat(), "frozen": False}
    return request("PUT", "/admin/v1/sandbox/clock", token=desk.token, body=body)
