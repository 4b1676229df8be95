"""Everything works through a PgBouncer in transaction mode, and leaves nothing on a connection."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from postgresql import Server as PostgresqlServer
from postgresql import deadlocks
from rounds import rounds

from .bookers import working
from .pgbouncer import BEHIND, left_behind, pgbouncer
from .serving import Installation, Server, installed
from .town import Desk, account_file, token
from .wire import Wire, all_at_once

pytestmark = [pytest.mark.slow, pytest.mark.prove]

CLIENTS = 8
ROUNDS = rounds(some=5, many=200)
CHANGES = rounds(some=300, many=5000)


@pytest.fixture(scope="module")
def direct(postgresql: Callable[[], PostgresqlServer]) -> str:
    """The address of the database itself."""
    return postgresql().make()


@pytest.fixture(scope="module")
def through(direct: str) -> Iterator[str]:
    """Its address through PgBouncer."""
    with pgbouncer(direct) as url:
        yield url


@pytest.fixture(scope="module")
def served(
    direct: str, through: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, list[Server]]]:
    """Two servers that reach it through PgBouncer alone; `migrate` and `apply` did so too."""
    installation = installed(
        tmp_path_factory.mktemp("behind"), account_file(), database_url=through
    )
    with installation.serving() as one, installation.serving() as other:
        yield installation, [one, other]
    installation.verify()
    assert deadlocks(direct) == 0


@pytest.fixture
def wires(served: tuple[Installation, list[Server]]) -> Iterator[list[Wire]]:
    """Eight connections, every second one to the other server."""
    with ExitStack() as stack:
        yield [stack.enter_context(served[1][n % 2].wire()) for n in range(CLIENTS)]


def test_a_booking_is_made_moved_and_cancelled(
    served: tuple[Installation, list[Server]], wires: list[Wire], direct: str, through: str
) -> None:
    installation, servers = served
    (report,) = installation.verify()
    with working(installation, *servers, each=4) as crowd:
        crowd.await_success()
        while crowd.acknowledged < CHANGES:
            crowd.await_success()
    assert crowd.refused == 0
    crowd.check(installation, servers[1], before=report["counts"].get("appointments", 0))
    assert left_on_each(through) == [left_behind(direct)] * BEHIND


def left_on_each(through: str) -> list[dict[str, object]]:
    """What was left on each of the connections behind PgBouncer, all of them held at once."""
    with ExitStack() as held:
        answers = []
        for _ in range(BEHIND):
            answers.append(left_behind(through))
            connection = held.enter_context(psycopg.connect(through, prepare_threshold=None))
            connection.execute("SELECT pg_backend_pid()")  # opens a transaction, and keeps it
        return answers


def test_one_of_eight_gets_the_place(
    served: tuple[Installation, list[Server]], wires: list[Wire]
) -> None:
    desk = Desk.at(wires[0], served[0].clients["acme", "website"])
    for start in itertools.islice(desk.starts(wires[0], "single"), ROUNDS):
        answers = all_at_once(wires, [desk.reserve("single", start)] * CLIENTS)
        assert Counter(answer.status for answer in answers) == {201: 1, 409: CLIENTS - 1}
        (held,) = [answer.json()["appointmentId"] for answer in answers if answer.status == 201]
        confirmed = all_at_once(wires, [desk.confirm(held)] * CLIENTS)
        assert Counter(answer.status for answer in confirmed) == {201: 1, 409: CLIENTS - 1}


def test_tokens_and_their_end(served: tuple[Installation, list[Server]], wires: list[Wire]) -> None:
    installation, _ = served
    old = [token(wire, installation.clients["acme", "website"]) for wire in wires]
    assert {wire.get("/external/v1/services", each).status for wire in wires for each in old} == {
        200
    }
    installation.run("client", "revoke-tokens", "acme", "website")
    assert {wire.get("/external/v1/services", each).status for wire in wires for each in old} == {
        401
    }


def test_an_account_file_is_applied_again(
    served: tuple[Installation, list[Server]], wires: list[Wire]
) -> None:
    installation, _ = served
    town = account_file()
    town["services"][0]["name"] = "Renamed"
    installation.apply(town)
    bearer = token(wires[0], installation.clients["acme", "website"])
    for wire in wires[:2]:
        (listed,) = wire.get("/external/v1/services", bearer).json()
        assert "Renamed" in {service["name"] for service in listed["services"]}
    installation.apply(account_file())
