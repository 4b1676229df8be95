"""Load from Python, where wrk need not be installed: slower, and the same for whoever is compared.

The client's own time, about 20 µs a request, is part of what one client sees.
"""

import time
from collections import deque
from collections.abc import Sequence

from benchmarks.load import expect
from journeys.wire import Answer, Wire


def latencies(wire: Wire, requests: Sequence[bytes], status: int) -> list[float]:
    """Milliseconds that each answer takes one client, who asks for one after the other.

    Raises:
        Failed: an answer has another status.
    """
    taken = []
    for request in requests:
        began = time.perf_counter()
        answer = wire.ask(request)
        taken.append((time.perf_counter() - began) * 1000)
        expect(answer, status)
    return taken


def answers(wires: Sequence[Wire], requests: Sequence[bytes], status: int) -> list[Answer]:
    """The answers in order; each connection always waits for one, so the server is always busy.

    Raises:
        Failed: an answer has another status.
    """
    waiting: deque[Wire] = deque()
    received: list[Answer] = []
    for n, request in enumerate(requests):
        wire = wires[n] if n < len(wires) else waiting.popleft()
        if n >= len(wires):
            received.append(expect(wire.answer(), status))
        wire.send(request)
        waiting.append(wire)
    received.extend(expect(wire.answer(), status) for wire in waiting)
    return received
