"""What is handed to a thread: nobody waits, nothing is raised, and what is lost is counted."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from openslot.observability.background_sender import BackgroundSender


class Outside:
    """What is sent to; it can be made to hang."""

    def __init__(self) -> None:
        self.goes = threading.Event()
        self.goes.set()
        self.received: list[str] = []
        self.batches = 0

    def send(self, batch: list[str]) -> int:
        """Hangs until it goes."""
        self.goes.wait(20)
        self.batches += 1
        if "boom" in batch:
            raise RuntimeError("boom")
        self.received += [item for item in batch if item != "lost"]
        return batch.count("lost")


@pytest.fixture
def outside() -> Iterator[Outside]:
    """One that goes again in the end."""
    made = Outside()
    yield made
    made.goes.set()


@pytest.fixture
def sender(outside: Outside) -> BackgroundSender[str]:
    """One with room for ten."""
    return BackgroundSender("things", outside.send, most=10, pause_seconds=0.005)


def test_everything_is_sent_in_its_order(sender: BackgroundSender[str], outside: Outside) -> None:
    for n in range(8):
        sender.add(str(n))
    sender.flush()
    assert outside.received == [str(n) for n in range(8)]
    assert outside.batches <= 2
    assert sender.dropped == 0


def test_who_adds_never_waits_and_what_has_no_room_is_counted(
    sender: BackgroundSender[str], outside: Outside
) -> None:
    outside.goes.clear()
    sender.add("first")
    eventually(lambda: not sender._waiting)
    began = time.monotonic()
    for n in range(100):
        sender.add(str(n))
    assert time.monotonic() - began < 5  # what is outside never ends
    assert sender.dropped == 90
    outside.goes.set()
    sender.flush()
    assert outside.received == ["first", *(str(n) for n in range(10))]
    sender.add("later")
    sender.flush()
    assert outside.received[-1] == "later"


def test_weights_are_what_fills_it(sender: BackgroundSender[str], outside: Outside) -> None:
    outside.goes.clear()
    sender.add("first")
    eventually(lambda: not sender._waiting)
    sender.add("heavy", 8)
    sender.add("too heavy", 3)
    sender.add("light", 2)
    outside.goes.set()
    sender.flush()
    assert outside.received == ["first", "heavy", "light"]
    assert sender.dropped == 1


def test_what_is_lost_or_fails_is_counted(sender: BackgroundSender[str], outside: Outside) -> None:
    sender.add("lost")
    sender.flush()
    sender.add("boom")
    sender.add("with it")
    sender.flush()
    sender.add("good")
    sender.flush()
    assert outside.received == ["good"]
    assert sender.dropped == 3


def test_a_stop_does_not_wait_for_what_hangs(
    sender: BackgroundSender[str], outside: Outside
) -> None:
    outside.goes.clear()
    sender.add("first")
    began = time.monotonic()
    sender.flush(0.2)
    assert 0.1 < time.monotonic() - began < 2


def test_many_threads_add(outside: Outside) -> None:
    sender = BackgroundSender("things", outside.send, most=100_000, pause_seconds=0.001)

    def add() -> None:
        for _ in range(1000):
            sender.add("x")

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.flush(10)
    assert len(outside.received) == 8000
    assert sender.dropped == 0


def eventually(holds: Callable[[], bool]) -> None:
    """Waits until something holds."""
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.005)
    raise AssertionError("it did not come")
