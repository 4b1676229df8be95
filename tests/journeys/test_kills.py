"""A server that is killed in the middle of its work loses nothing that it has acknowledged."""

import contextlib
import itertools
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rounds import rounds

from .ledger import CONFIRMED, Booking, Customer, check
from .serving import Server, installed
from .town import Desk, account_file

pytestmark = [pytest.mark.slow, pytest.mark.prove]

KILLS = rounds(some=2, many=100)
CUSTOMERS = 8
ACKNOWLEDGED_BEFORE_A_KILL = rounds(some=300, many=1000)
STARTS = 150 * KILLS  # with four counters each


@pytest.mark.parametrize(("workers", "dialect"), [(1, "sqlite"), (2, "sqlite"), (2, "postgresql")])
def test_what_is_acknowledged_outlives_a_kill(
    tmp_path: Path, workers: int, empty: Callable[[], str]
) -> None:
    installation = installed(tmp_path, account_file(), database_url=empty())
    credentials = installation.clients["acme", "website"]
    with installation.serving() as server, server.wire() as wire:
        desk = Desk.at(wire, credentials)
        free = list(itertools.islice(desk.starts(wire, "four"), STARTS))
        port = server.port
    starts = (start for start in free for _ in range(4))
    luck = random.Random(workers)
    bookings: list[Booking] = []
    latest: list[Booking] = []
    for _ in range(KILLS):
        # A server comes back where it was.
        server = installation.start(workers=workers, port=port)
        try:
            check_all(server, desk, latest)
            customers = work(server, desk, starts, luck)
        finally:
            server.kill()
        assert sum(c.acknowledged for c in customers) >= ACKNOWLEDGED_BEFORE_A_KILL
        latest = [booking for customer in customers for booking in customer.bookings]
        bookings += latest
    with installation.serving(workers=workers, port=port) as server:
        check_all(server, desk, bookings)
    (report,) = installation.verify()
    assert report["counts"]["appointments"] == sum(b.state == CONFIRMED for b in bookings)


def check_all(server: Server, desk: Desk, bookings: list[Booking]) -> None:
    with server.wire() as wire:
        for booking in bookings:
            check(desk, wire, booking)


def work(server: Server, desk: Desk, starts: Iterator[str], luck: random.Random) -> list[Customer]:
    """Customers work until the server is killed, at any instant after enough was acknowledged."""
    customers = [Customer(desk, server.wire(), starts) for _ in range(CUSTOMERS)]
    killer = threading.Timer(luck.uniform(0, 0.03), server.kill)
    with contextlib.suppress(ConnectionError):
        for customer in customers:
            customer.send()
        for customer in itertools.cycle(customers):
            customer.receive()
            customer.send()
            if not killer.ident and sum(c.acknowledged for c in customers) >= (
                ACKNOWLEDGED_BEFORE_A_KILL
            ):
                killer.start()
    killer.join()
    for customer in customers:
        # What has arrived was acknowledged, even if nobody has read it yet.
        with contextlib.suppress(ConnectionError):
            customer.receive()
        customer.wire.close()
    return customers
