"""Two servers that know of each other through one PostgreSQL alone, as on two machines."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from openslot.kernel.ids import new_id
from postgresql import Server as PostgresqlServer
from rounds import rounds

from .keys import kid_of, published, within
from .serving import Installation, Server, installed
from .town import API, Desk, account_file, made, token, token_request
from .wire import Wire, request

pytestmark = [pytest.mark.slow, pytest.mark.prove]

ROUNDS = rounds(some=5, many=200)


@dataclass
class Pair:
    """Two servers, and a connection to each."""

    installation: Installation
    servers: list[Server]
    wires: list[Wire]

    def statuses(self, bearer: str) -> list[int]:
        """What each says to a token."""
        return [wire.get(f"{API}/services", bearer).status for wire in self.wires]

    def token(self, at: int = 0, account: str = "acme") -> str:
        """A token of the website that one of them has issued."""
        return token(self.wires[at], self.installation.clients[account, "website"])


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[[], PostgresqlServer]
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    documents = account_file(), account_file("sand", sandbox=True)
    with ExitStack() as stack:
        url = stack.enter_context(postgresql().database())
        installation = installed(folder, *documents, database_url=url)
        servers = [stack.enter_context(installation.serving()) for _ in range(2)]
        yield Pair(installation, servers, [stack.enter_context(s.wire()) for s in servers])
        installation.verify()


def test_a_sandbox_clock_is_known_at_once(pair: Pair) -> None:
    """A reservation made at one is over at that one as soon as the other has moved the clock."""
    desk = Desk.at(pair.wires[0], pair.installation.clients["sand", "website"])
    starts = desk.starts(pair.wires[0], "single")
    now = datetime.fromisoformat(next(starts)) - timedelta(days=1)
    for turn in range(ROUNDS):
        one, other = pair.wires[turn % 2], pair.wires[1 - turn % 2]
        assert one.ask(clock(desk, now)).status == 200
        start = next(starts)
        held = made(one.ask(desk.reserve("single", start)))
        assert other.ask(desk.reserve("single", start)).status == 409
        now += timedelta(minutes=15)
        assert other.ask(clock(desk, now)).status == 200
        refused = one.ask(desk.confirm(held))
        assert (refused.status, refused.json()["code"]) == (410, "reservation_expired")
        made(one.ask(desk.reserve("single", start)))


def clock(desk: Desk, now: datetime) -> bytes:
    body = {"now": now.isoformat(), "frozen": True}
    return request("PUT", "/admin/v1/sandbox/clock", token=desk.token, body=body)


def test_a_suspension_is_known_at_once(pair: Pair) -> None:
    tokens = [pair.token(0), pair.token(1)]
    for _ in range(2):
        for bearer in tokens:
            assert pair.statuses(bearer) == [200, 200]
        pair.installation.run("account", "suspend", "acme")
        for bearer in tokens:
            assert pair.statuses(bearer) == [401, 401]
        for wire in pair.wires:
            refused = wire.ask(token_request(pair.installation.clients["acme", "website"]))
            assert refused.status in (400, 401)
        assert pair.statuses(pair.token(1, "sand")) == [200, 200]
        pair.installation.run("account", "resume", "acme")


def test_a_revoked_token_ends_at_both(pair: Pair) -> None:
    """RFC 7009, at one of them; the other had believed the token."""
    client = pair.installation.clients["acme", "website"]
    for turn in range(4):
        bearer, kept = pair.token(turn % 2), pair.token(turn % 2)
        assert pair.statuses(bearer) == [200, 200]
        revoked = pair.wires[turn % 2].ask(
            request(
                "POST",
                "/oauth2/revoke",
                body=f"token={bearer}".encode(),
                headers={
                    "Authorization": client.basic,
                    "X-ACCOUNT": "acme",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
        )
        assert revoked.status == 200, revoked
        within(1, lambda bearer=bearer: pair.statuses(bearer) == [401, 401])
        assert pair.statuses(kept) == [200, 200]


def test_a_disabled_client_is_refused_at_both(pair: Pair) -> None:
    client = pair.installation.clients["acme", "website"]
    bearer = pair.token()
    assert pair.statuses(bearer) == [200, 200]
    pair.installation.run("client", "disable", "acme", "website")
    within(1, lambda: pair.statuses(bearer) == [401, 401])
    within(1, lambda: [w.ask(token_request(client)).status for w in pair.wires] == [401, 401])
    pair.installation.run("client", "enable", "acme", "website")
    within(1, lambda: [w.ask(token_request(client)).status for w in pair.wires] == [200, 200])


def test_an_emergency_reaches_both_within_a_second(pair: Pair) -> None:
    old = [pair.token(0), pair.token(1)]
    before = published(pair.servers[0])
    assert published(pair.servers[1]) == before
    for bearer in old:
        assert pair.statuses(bearer) == [200, 200]
    pair.installation.run("keys", "rotate", "--emergency", "--yes")
    within(1, lambda: [pair.statuses(bearer) for bearer in old] == [[401, 401]] * 2)
    after = published(pair.servers[0])
    assert published(pair.servers[1]) == after
    assert not after & before
    for at in range(2):
        new = pair.token(at)
        assert kid_of(new) in after
        assert pair.statuses(new) == [200, 200]


def test_an_answer_is_replayed_by_the_other(pair: Pair) -> None:
    """One server fell before its answer was read; the client asks the next."""
    with pair.installation.serving() as falls, falls.wire() as wire:
        desk = Desk.at(wire, pair.installation.clients["acme", "website"])
        start = next(desk.starts(wire, "single"))
        asked = desk.reserve("single", start, {"Idempotency-Key": new_id()})
        wire.send(asked)
        until = str(datetime.fromisoformat(start).date() + timedelta(days=1))
        within(5, lambda: start not in desk.slots(pair.wires[0], "single", start[:10], until))
        falls.kill()
    replayed = pair.wires[1].ask(asked)
    assert replayed.header("Idempotency-Replayed") == "true"
    made(pair.wires[1].ask(desk.confirm(made(replayed))))
