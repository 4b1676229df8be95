"""Hands things over to the outside from a thread, so that nobody waits for the outside."""

import atexit
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_STOP_SECONDS = 1.0  # how long the end of a process waits for what is not sent yet


class BackgroundSender(Generic[T]):
    """A bounded queue and the thread that empties it in batches.

    Adding neither waits nor raises: what has no room, and what could not be sent, is dropped and
    counted.
    """

    def __init__(
        self, name: str, send: Callable[[list[T]], int], *, most: int, pause_seconds: float
    ) -> None:
        """`send` may block for as long as it likes; it returns how many it has lost.

        `name` says in the metrics what is sent; `most` is the sum of the weights that may wait;
        what is added is gathered for `pause_seconds`.
        """
        self.name = name
        self.dropped = 0
        self._send = send
        self._most = most
        self._pause_seconds = pause_seconds
        # A signal's handler may add something while its own thread is adding.
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._awake = threading.Event()
        self._hurry = threading.Event()
        self._waiting: list[T] = []
        self._weight = 0
        self._sending = False
        threading.Thread(target=self._run, name=name, daemon=True).start()
        atexit.register(self.flush)

    def add(self, item: T, weight: int = 1) -> None:
        """Sends it soon."""
        with self._lock:
            if self._weight + weight > self._most:
                self.dropped += 1
                return
            self._weight += weight
            self._waiting.append(item)
        if not self._awake.is_set():
            self._awake.set()

    def flush(self, seconds: float = _STOP_SECONDS) -> None:
        """Returns when everything is sent, or after so many seconds."""
        self._hurry.set()
        with self._lock:
            self._settled.wait_for(lambda: not self._waiting and not self._sending, seconds)
        self._hurry.clear()

    def _run(self) -> None:
        while True:
            self._awake.wait()
            self._hurry.wait(self._pause_seconds)
            self._awake.clear()
            with self._lock:
                batch, self._waiting, self._weight = self._waiting, [], 0
                self._sending = True
            try:
                lost = self._send(batch)
            except Exception:  # whatever it is, the program goes on
                lost = len(batch)
            with self._lock:
                self.dropped += lost
                self._sending = False
                self._settled.notify_all()
