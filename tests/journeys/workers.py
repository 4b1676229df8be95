"""The worker processes of one server, each asked by itself."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .serving import Server
from .wire import Wire


def wire_to(server: Server, worker: int) -> Wire:
    """A connection to one of the workers: the others stand still while it is made."""
    others = [pid for pid in server.pids() if pid != worker]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        wire = server.wire()
        assert wire.get("/health/live").status == 200
        return wire
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def wires_to_all(server: Server, each: int = 1) -> Iterator[list[Wire]]:
    """So many connections to each of the workers."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(wire_to(server, pid)) for _ in range(each) for pid in server.pids()
        ]
