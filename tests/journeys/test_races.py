"""Many clients want the same thing at the same instant.

Every connection is open before the first byte is sent. Exactly as many win as there are places;
the others are told so, none with a fault of the server's, and none waits for ever.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from postgresql import Server as PostgresqlServer
from postgresql import deadlocks
from rounds import rounds

from .serving import Installation, Server, installed
from .town import Desk, account_file, made
from .wire import Answer, Wire, all_at_once, request

pytestmark = [pytest.mark.slow, pytest.mark.prove]

CLIENTS = 50


@dataclass
class Crowd:
    """Fifty connections to one server, and one more to prepare things on."""

    installation: Installation
    wires: list[Wire]
    wire: Wire
    desk: Desk
    starts: dict[str, Iterator[str]]

    def start(self, service: str) -> str:
        """A start that nobody has asked for yet."""
        return next(self.starts[service])

    def reservation(self, service: str = "four") -> str:
        """A live reservation at a start of its own."""
        return made(self.wire.ask(self.desk.reserve(service, self.start(service))))

    def ask(self, *contents: bytes) -> list[Answer]:
        """Sends the requests at once, one on each connection."""
        return all_at_once(self.wires[: len(contents)], contents)


@pytest.fixture(
    scope="module",
    params=[(1, "sqlite"), (2, "sqlite"), (2, "postgresql")],
    ids=["one worker", "two workers", "two workers on PostgreSQL"],
)
def served(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: Callable[[], PostgresqlServer],
) -> Iterator[tuple[Installation, Server, dict[str, Iterator[str]]]]:
    """A server, and the starts of each service that nobody has asked for yet."""
    workers, dialect = request.param
    folder = tmp_path_factory.mktemp("races")
    url = postgresql().make() if dialect == "postgresql" else None
    documents = account_file(), account_file("sand", sandbox=True)
    installation = installed(folder, *documents, database_url=url)
    with installation.serving(workers=workers) as server, server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        starts = {service: desk.starts(wire, service) for service in desk.services}
        yield installation, server, starts
    installation.verify()
    if url is not None:
        assert deadlocks(url) == 0


@pytest.fixture
def crowd(served: tuple[Installation, Server, dict[str, Iterator[str]]]) -> Iterator[Crowd]:
    installation, server, starts = served
    with ExitStack() as stack:
        wire = stack.enter_context(server.wire())
        wires = [stack.enter_context(server.wire()) for _ in range(CLIENTS)]
        desk = Desk.at(wire, installation.clients["acme", "website"])
        yield Crowd(installation, wires, wire, desk, starts)


def refused(answers: list[Answer]) -> Counter[str]:
    """How often each reason was given; all that do not win are 409 `slot_unavailable`."""
    reasons: Counter[str] = Counter()
    for answer in answers:
        if answer.status == 201:
            continue
        problem = answer.json()
        assert (answer.status, problem["code"]) == (409, "slot_unavailable"), answer
        reasons[problem["reason"]] += 1
    return reasons


def won(answers: list[Answer]) -> list[dict]:
    return [answer.json() for answer in answers if answer.status == 201]


@pytest.mark.parametrize(
    ("service", "places", "resources"),
    [("single", 1, 1), ("three", 3, 1), ("four", 4, 4), ("pair", 1, 2)],
)
def test_as_many_win_as_there_are_places(
    crowd: Crowd, service: str, places: int, resources: int
) -> None:
    """And as many resources are taken: two bookings are never at one counter."""
    for _ in range(rounds(some=15, many=200)):
        asked = crowd.desk.reserve(service, crowd.start(service))
        answers = crowd.ask(*[asked] * CLIENTS)
        winners = won(answers)
        assert len(winners) == places
        assert len({winner["appointmentId"] for winner in winners}) == places
        assert refused(answers).total() == CLIENTS - places
        taken = {r["id"] for winner in winners for r in winner["resources"]}
        assert len(taken) == resources


def test_of_starts_that_overlap_one_wins(crowd: Crowd) -> None:
    """10:00 and 10:15 for half an hour each: they cannot both be had, whoever is first."""
    for _ in range(rounds(some=15, many=200)):
        early = crowd.start("single")
        crowd.start("single")  # left alone: the later one reaches into it when it wins
        late = (datetime.fromisoformat(early) + timedelta(minutes=15)).isoformat()
        starts = itertools.islice(itertools.cycle([early, late]), CLIENTS)
        answers = crowd.ask(*[crowd.desk.reserve("single", start) for start in starts])
        assert len(won(answers)) == 1
        assert refused(answers).total() == CLIENTS - 1


def test_one_confirm_wins(crowd: Crowd) -> None:
    for _ in range(rounds(some=5, many=200)):
        held = crowd.reservation()
        answers = crowd.ask(*[crowd.desk.confirm(held)] * 20)
        assert Counter(answer.status for answer in answers) == {201: 1, 409: 19}
        for answer in answers:
            assert answer.json()["appointmentId"] == held
            assert answer.status == 201 or answer.json()["code"] == "already_confirmed"


def test_confirmed_or_released_but_not_both(crowd: Crowd) -> None:
    ends: Counter[str] = Counter()
    for turn in range(rounds(some=30, many=300)):
        held = crowd.reservation()
        asked = [crowd.desk.confirm(held), crowd.desk.release(held)]
        first, second = crowd.ask(*(asked if turn % 2 else reversed(asked)))
        confirmed, released = (first, second) if turn % 2 else (second, first)
        found = crowd.wire.ask(crowd.desk.call("GET", f"/appointments/{held}"))
        if confirmed.status == 201:
            assert (released.status, released.json()["code"]) == (409, "already_confirmed")
            assert found.json()["status"] == "CONFIRMED"
        else:
            assert (confirmed.status, confirmed.json()["code"]) == (410, "reservation_released")
            assert (released.status, found.status) == (204, 404)
        ends["confirmed" if confirmed.status == 201 else "released"] += 1
    assert len(ends) == 2, f"it was no race: {ends}"


def test_one_move_of_a_version_wins(crowd: Crowd) -> None:
    """Ten people move one appointment, each to a time of their own, all from version 1."""
    for _ in range(rounds(some=3, many=100)):
        booked = made(crowd.wire.ask(crowd.desk.confirm(crowd.reservation())))
        held = [crowd.reservation() for _ in range(10)]
        asked = [crowd.desk.move(booked, to, {"If-Match": '"1"'}) for to in held]
        answers = crowd.ask(*asked)
        assert Counter(answer.status for answer in answers) == {200: 1, 412: 9}
        (moved,) = [answer for answer in answers if answer.status == 200]
        assert moved.header("ETag") == '"2"'
        assert crowd.wire.ask(crowd.desk.call("GET", f"/appointments/{booked}")).body == moved.body
        # What the others hold is still theirs.
        kept = [to for to, answer in zip(held, answers, strict=True) if answer.status == 412]
        assert [a.status for a in crowd.ask(*map(crowd.desk.release, kept))] == [204] * 9


def test_one_reservation_moves_one_appointment(crowd: Crowd) -> None:
    for _ in range(rounds(some=3, many=100)):
        booked = [made(crowd.wire.ask(crowd.desk.confirm(crowd.reservation()))) for _ in range(5)]
        held = crowd.reservation()
        answers = crowd.ask(*[crowd.desk.move(appointment, held) for appointment in booked])
        assert Counter(answer.status for answer in answers) == {200: 1, 409: 4}
        assert {a.json()["code"] for a in answers if a.status == 409} == {"already_used"}


def test_one_idempotency_key_has_one_effect(crowd: Crowd) -> None:
    for turn in range(rounds(some=3, many=100)):
        key = {"Idempotency-Key": f"a-key-of-round-{turn}"}
        start = crowd.start("four")
        answers = crowd.ask(*[crowd.desk.reserve("four", start, key)] * 20)
        assert {answer.status for answer in answers} == {201}
        assert len({answer.body for answer in answers}) == 1
        replayed = Counter(answer.header("Idempotency-Replayed") for answer in answers)
        assert replayed == {None: 1, "true": 19}
        # Three more counters are free, so one alone was taken.
        others = crowd.ask(*[crowd.desk.reserve("four", start)] * 4)
        assert Counter(answer.status for answer in others) == {201: 3, 409: 1}


def test_expired_or_confirmed_but_not_both(crowd: Crowd) -> None:
    """The clock passes a reservation's expiry while it is confirmed and its time is wanted."""
    sand = Desk.at(crowd.wire, crowd.installation.clients["sand", "website"])
    starts = sand.starts(crowd.wire, "single")
    now = datetime.fromisoformat(next(starts)) - timedelta(days=1)
    ends: Counter[str] = Counter()
    for turn in range(rounds(some=30, many=300)):
        set_clock(crowd, sand, now)
        start = next(starts)
        held = made(crowd.wire.ask(sand.reserve("single", start)))
        now += timedelta(minutes=15)
        asked = [sand.confirm(held), clock_request(sand, now), sand.reserve("single", start)]
        order = list(itertools.permutations(range(3)))[turn % 6]
        answers = crowd.ask(*[asked[n] for n in order])
        confirmed, clock, other = (answers[order.index(n)] for n in range(3))
        assert clock.status == 200
        assert confirmed.status in (201, 410)
        assert other.status in (201, 409)
        assert not confirmed.status == other.status == 201, "one time for two"
        if confirmed.status == 410:
            assert confirmed.json()["code"] == "reservation_expired"
            free = sand.slots(crowd.wire, "single", start[:10], start[:10] + "T23:59:00+01:00")
            assert (start in free) == (other.status == 409)
        ends["confirmed" if confirmed.status == 201 else "expired"] += 1
    assert len(ends) == 2, f"it was no race: {ends}"
    set_clock(crowd, sand, None)


def clock_request(sand: Desk, now: datetime | None) -> bytes:
    body = {"now": now.isoformat() if now else None, "frozen": now is not None}
    return request("PUT", "/admin/v1/sandbox/clock", token=sand.token, body=body)


def set_clock(crowd: Crowd, sand: Desk, now: datetime | None) -> None:
    assert crowd.wire.ask(clock_request(sand, now)).status == 200
