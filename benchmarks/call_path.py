"""`bin/bench call_path`: which files a reservation and a confirmation walk through.

Runs one of each through the ASGI application on a real SQLite database and traces every Python
call (`sys.setprofile`). Each is the second of its kind in the process, so that what stays in
memory is there already. This is what it counts:

- *The operation*: of all calls into `openslot.scheduling` from outside, the one whose tree of
  calls enters the most files, from this call to its return. The request around it (HTTP, token,
  rendering, commit) is not part of it; storage and kernel below it are.
- *Files*: those in which a function, method, generator or comprehension of theirs runs in this
  tree. What only defines a value counts where its own code runs: the constructor that Python
  generates for a dataclass does not count, a property does.
- *Floors*: a file's floor is the longest path of imports below it (`benchmarks/floors.py`).
- *Climbs*: the files stand in the order in which they are entered for the first time. Where the
  next one stands on a higher floor than the one before, the reader has to climb back up the house;
  a straight operation only goes down. They are marked `↑`.
- *Callbacks*: calls from a file into one on a higher floor. The caller cannot import it, so it was
  handed over: an iterator, a method behind a protocol. They are listed apart, each with how often
  it happens.
"""

import asyncio
import itertools
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType

from benchmarks.floors import PRODUCT, floors
from benchmarks.in_process import ask, started
from benchmarks.load import expect
from benchmarks.town import SERVICE, town
from journeys.town import Desk, made
from journeys.wire import Answer
from openslot import settings
from openslot.observability.logs import configure_logs
from openslot.web.server import Server

_CAPABILITY = f"{PRODUCT}.scheduling"


@dataclass
class Walk:
    """The calls of one operation, in order: the module that calls and the one that is entered."""

    operation: str
    calls: list[tuple[str | None, str]] = field(default_factory=list)

    @property
    def modules(self) -> list[str]:
        """Each module once, in the order of first entry."""
        return list(dict.fromkeys(entered for _, entered in self.calls))

    def climbs(self, floor: Mapping[str, int]) -> list[str]:
        """The modules that stand higher than the one that was entered before them."""
        pairs = itertools.pairwise(self.modules)
        return [module for before, module in pairs if floor[module] > floor[before]]

    def callbacks(self, floor: Mapping[str, int]) -> Counter[tuple[str, str]]:
        """Calls from a module into a higher one, and how often each was made."""
        return Counter((a, b) for a, b in self.calls if a is not None and floor[b] > floor[a])


class Trace:
    """A profile function that collects a walk for every call into the capability from outside."""

    def __init__(self) -> None:
        self.walks: list[Walk] = []
        self._root: FrameType | None = None

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Notes calls between the first frame of an operation and its return."""
        if event == "return" and frame is self._root:
            self._root = None
        if event != "call":
            return
        module = _module(frame)
        if module is None:
            return
        if self._root is None:
            if not module.startswith(f"{_CAPABILITY}."):
                return
            self._root = frame
            self.walks.append(Walk(f"{module}.{frame.f_code.co_qualname}"))
        self.walks[-1].calls.append((_caller(frame), module))

    @property
    def longest(self) -> Walk:
        """The walk through the most files."""
        return max(self.walks, key=lambda walk: len(walk.modules))


def _module(frame: FrameType) -> str | None:
    """The product's module whose text a frame runs; None for anything else."""
    name: str = frame.f_globals.get("__name__", "")
    written = not frame.f_code.co_filename.startswith("<")  # generated code is in no file
    return name if written and name.startswith(f"{PRODUCT}.") else None


def _caller(frame: FrameType) -> str | None:
    """The nearest module of the product that waits for a frame, past other libraries."""
    above = frame.f_back
    while above is not None:
        if (module := _module(above)) is not None:
            return module
        above = above.f_back
    return None


def walks() -> dict[str, Walk]:
    """The walk of one reservation and of one confirmation."""
    with town() as installation:
        with installation.serving() as server, server.wire() as wire:
            desk = Desk.at(wire, installation.clients["acme", "website"])
            starts = desk.starts(wire, SERVICE)
            chosen = [next(starts) for _ in range(2)]
        application = Server(settings.load(installation.environment))
        configure_logs("error")
        return asyncio.run(_walks(application, desk, chosen))


async def _walks(application: Server, desk: Desk, starts: list[str]) -> dict[str, Walk]:
    found = {}
    async with started(application):
        for start in starts:
            found["reserve"], answer = await _traced(application, desk.reserve(SERVICE, start))
            found["confirm"], _ = await _traced(application, desk.confirm(made(answer)))
    return found


async def _traced(application: Server, request: bytes) -> tuple[Walk, Answer]:
    trace = Trace()
    sys.setprofile(trace)
    try:
        answer = await ask(application, request)
    finally:
        sys.setprofile(None)
    return trace.longest, expect(answer, 201)


def _report(name: str, walk: Walk, floor: Mapping[str, int]) -> Iterator[str]:
    climbs = walk.climbs(floor)
    yield f"{name}: {len(walk.modules)} files, {len(climbs)} climbs, from {walk.operation}()"
    for module in walk.modules:
        mark = "↑" if module in climbs else ""
        yield f"  floor {floor[module]:2}  {mark:1}  {_file(module)}"
    callbacks = walk.callbacks(floor)
    yield f"  {callbacks.total()} callbacks"
    for (below, above), times in callbacks.items():
        yield f"    {_file(below)} → {_file(above)}: {times}"
    yield ""


def _file(module: str) -> str:
    return module.removeprefix(f"{PRODUCT}.").replace(".", "/") + ".py"


def main() -> None:
    """Walks and prints."""
    floor = floors()
    for name, walk in walks().items():
        print("\n".join(_report(name, walk, floor)))


if __name__ == "__main__":
    main()
