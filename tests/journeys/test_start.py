"""A server starts, says what hinders it, ends when it is told to, and stays as small as it was."""

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rounds import rounds
from warm.program import COLD

from .ledger import Customer
from .serving import Installation, installed
from .town import Desk, account_file, made, token_request
from .wire import Wire

pytestmark = pytest.mark.slow

ENDED = (0, -signal.SIGTERM)  # one process ends by the signal, once everything is done
WARM_UP = 5_000
MORE = rounds(some=5_000, many=25_000)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return replace(installed(tmp_path, account_file()), program=COLD)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_answer_comes(installation: Installation, workers: int) -> None:
    with installation.serving(workers=workers) as server, server.wire() as wire:
        assert wire.get("/health/live").json() == {"status": "ok"}
        assert len(server.pids()) == workers
        assert server.stop() in ENDED


def test_a_port_that_is_taken_is_said_so(installation: Installation) -> None:
    with installation.serving() as server, server.wire() as wire:
        with pytest.raises(AssertionError, match=f"127.0.0.1:{server.port} cannot be listened on"):
            installation.run("serve", "--port", str(server.port))
        assert wire.get("/health/ready").status == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_what_runs_is_finished_when_it_is_told_to_stop(
    installation: Installation, workers: int
) -> None:
    """Half of a request is there when SIGTERM comes; the other half follows, and is answered."""
    with installation.serving(workers=workers) as server, server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        whole = desk.reserve("single", next(desk.starts(wire, "single")))
        wire.send(whole[:-10])
        time.sleep(0.1)  # it is being read now
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        time.sleep(0.3)
        assert server.process.poll() is None, "it did not wait for the request"
        if workers == 1:
            with pytest.raises(OSError, match="refused"):
                server.wire()
        wire.send(whole[-10:])
        made(wire.answer())
        stopping.join()
        assert server.process.returncode in ENDED
    (report,) = installation.verify()
    assert report["counts"]["live reservations"] == 1


@pytest.mark.prove
def test_memory_stays(installation: Installation) -> None:
    """Tokens, listings and bookings by the thousand leave nothing behind in memory."""
    credentials = installation.clients["acme", "website"]
    with installation.serving() as server, ExitStack() as stack:
        wire, *wires = [stack.enter_context(server.wire()) for _ in range(9)]
        desk = Desk.at(wire, credentials)
        free = list(itertools.islice(desk.starts(wire, "four"), 500))
        customer = Customer(desk, wire, (start for start in free for _ in range(4)))
        asked_often = [token_request(credentials), desk.call("GET", "/services")]
        others = itertools.cycle([*asked_often * 3, *listings(desk)])
        send(WARM_UP, customer, wires, others)
        before = server.resident_kib()
        send(MORE, customer, wires, others)
        assert server.resident_kib() <= before * 1.05


def listings(desk: Desk) -> list[bytes]:
    of_service = f"/branches/{desk.branch}/services/{desk.services['four']}"
    return [desk.call("GET", f"{of_service}/{what}") for what in ("dates", "timeslots")]


def send(count: int, customer: Customer, wires: list[Wire], others: Iterator[bytes]) -> None:
    """One customer books, moves and cancels; beside him eight get tokens and listings."""
    for _ in range(count // (len(wires) + 1)):
        customer.send()
        for wire in wires:
            wire.send(next(others))
        for wire in wires:
            assert wire.answer().status == 200
        customer.receive()
        customer.bookings.clear()  # nobody looks at them again
