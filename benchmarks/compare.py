"""`bin/bench compare REV [quick] [postgresql]`: this checkout against another revision.

Needs neither wrk nor Node.js: a client in Python asks both over loopback HTTP. Each side has a
database of its own with the same rows, made through the command line and HTTP alone, so REV may
be a revision in which every module had another name.

One pair is one start of both servers. Within it every figure is measured in slices that
alternate (this, REV, this, REV, …), so that what else the machine does hits both alike. The ratio
of a pair is time of this checkout ÷ time of REV: above 1 is slower. Printed are the median of the
pairs' ratios with the lowest and the highest of them, and the same for the processor time that
the two servers took for a slice. The latter is the steadier one on a busy machine and has nothing
of the client in it; on PostgreSQL it leaves out the database's own processes.

It takes three to four minutes, `quick` about one. The exit code is 0 whatever the ratios are:
this measures and does not judge. To see how far apart two equal sides are on this machine, compare
a clean checkout with HEAD.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.python_client import answers, latencies
from benchmarks.report import commit, machine
from benchmarks.revisions import NoSuchRevision, Tree, checkout, revision
from benchmarks.side import MONTHS, Side
from benchmarks.town import account_file
from journeys.serving import installed
from postgresql import running

_PAIRS, _PAIRS_QUICK = 9, 3
_SHARE_QUICK = 2 / 3  # of the seconds of a figure
_OPTIONS = {"quick", "postgresql"}


@dataclass(frozen=True)
class Figure:
    """Something that is measured, in slices of so many requests."""

    name: str
    requests: Callable[[Side, int], list[bytes]]
    status: int
    of_slice: int
    seconds: float  # for both sides of a pair
    at_once: bool = False  # by all connections, for a rate; otherwise by one, for a p50
    warm_up: int = 2  # slices that do not count
    slices: int = sys.maxsize  # at most

    def samples(self, side: Side, requests: Sequence[bytes]) -> list[float]:
        """Milliseconds per answer: of each, or of all together where they are asked at once."""
        if not self.at_once:
            return latencies(side.wires[0], requests, self.status)
        began = perf_counter()
        answers(side.wires, requests, self.status)
        return [(perf_counter() - began) * 1000 / len(requests)]

    def text(self, milliseconds: float) -> str:
        """A value for people."""
        return f"{1000 / milliseconds:.0f} /s" if self.at_once else f"{milliseconds:.3f} ms"


# The first listings after the start come first.
FIGURES = (
    Figure("slots cold, p50", Side.months_not_listed, 200, 1, 3.0, warm_up=0, slices=MONTHS),
    Figure("slots warm, p50", Side.one_month, 200, 40, 2.5),
    Figure("slots booked since, p50", Side.months_booked_since, 200, MONTHS, 2.5),
    Figure("token, p50", Side.tokens, 200, 50, 2.5),
    Figure("token, rate", Side.tokens, 200, 200, 3.0, at_once=True),
    Figure("reserve, p50", Side.reservations, 201, 20, 4.5),
    Figure("confirm, p50", Side.confirmations, 201, 20, 5.5),
)


@dataclass
class Measured:
    """What a figure was on one side: the median of each pair."""

    milliseconds: list[float] = field(default_factory=list)  # per answer
    cpu_seconds: list[float] = field(default_factory=list)  # per slice, of the server

    def add(self, milliseconds: float, cpu_seconds: float) -> None:
        """Adds a pair."""
        self.milliseconds.append(milliseconds)
        self.cpu_seconds.append(cpu_seconds)


Results = Mapping[Figure, Sequence[Measured]]


def main() -> None:
    """Compares and prints."""
    revisions = [argument for argument in sys.argv[1:] if argument not in _OPTIONS]
    if len(revisions) != 1:
        sys.exit("Usage: bin/bench compare REV [quick] [postgresql]")
    # Whoever ends it early, as timeout(1) does, leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    pairs, share = (_PAIRS_QUICK, _SHARE_QUICK) if "quick" in sys.argv else (_PAIRS, 1.0)
    try:
        with revision(revisions[0]) as other, ExitStack() as stack:
            print(f"This checkout ({commit()}) against {other.name}. {machine()}")
            busy = os.getloadavg()[0]
            print(f"Programs that wanted a core in the last minute: {busy:.1f}.", flush=True)
            make_url = stack.enter_context(_databases("postgresql" in sys.argv))
            sides = [stack.enter_context(_side(tree, make_url)) for tree in (checkout(), other)]
            results = _compared(sides, pairs, share)
            for side in sides:
                side.installation.verify()
    except NoSuchRevision as error:
        sys.exit(str(error))
    print(_table(sides, results))


@contextmanager
def _databases(on_postgresql: bool) -> Iterator[Callable[[], str | None]]:
    """Makes the address of an empty database; None is a file beside the installation."""
    if not on_postgresql:
        yield lambda: None
        return
    with running(durable=True) as postgresql:
        postgresql.begin()
        yield postgresql.make


@contextmanager
def _side(tree: Tree, make_url: Callable[[], str | None]) -> Iterator[Side]:
    _say(f"Preparing {tree.name} …")
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        yield Side(
            tree.name,
            installed(Path(folder), account_file(), database_url=make_url(), program=tree.program),
        )


def _compared(sides: Sequence[Side], pairs: int, share: float) -> Results:
    """Every figure of both sides, in the order of the sides."""
    results = {figure: [Measured() for _ in sides] for figure in FIGURES}
    for pair in range(pairs):
        _say(f"Pair {pair + 1} of {pairs} …")
        order = (0, 1) if pair % 2 == 0 else (1, 0)
        with ExitStack() as stack:
            for which in order:
                stack.enter_context(sides[which].serving())
            for figure, measured in results.items():
                seconds = share * figure.seconds
                for which, of_pair in _measure(figure, sides, order, seconds).items():
                    measured[which].add(*of_pair)
    return results


def _measure(
    figure: Figure, sides: Sequence[Side], order: Sequence[int], seconds: float
) -> dict[int, tuple[float, float]]:
    """One figure of one pair: time of an answer and processor time of a slice, by side."""
    milliseconds: dict[int, list[float]] = {which: [] for which in order}
    cpu_seconds: dict[int, list[float]] = {which: [] for which in order}
    until = perf_counter() + seconds
    for turn in range(figure.slices):
        if turn > figure.warm_up and perf_counter() > until:
            break
        # Always one after the other: a second slice of the same side would find its caches warm.
        for which in order:
            side = sides[which]
            requests = figure.requests(side, figure.of_slice)
            before = side.cpu_seconds()
            taken = figure.samples(side, requests)
            if turn >= figure.warm_up:
                cpu_seconds[which].append(side.cpu_seconds() - before)
                milliseconds[which] += taken
    return {which: (median(milliseconds[which]), median(cpu_seconds[which])) for which in order}


def _table(sides: Sequence[Side], results: Results) -> str:
    pairs = len(results[FIGURES[0]][0].milliseconds)
    other = sides[1].name
    lines = [
        f"Ratios are this checkout ÷ {other}, above 1 is slower: the median of {pairs} pairs, and "
        "the lowest … highest.",
        f"{'':24}{'this':>10}  {other:>10}   {'ratio of time':27}   ratio of processor time",
    ]
    for figure, (this, that) in results.items():
        here, there = (figure.text(median(side.milliseconds)) for side in (this, that))
        time = _ratio(this.milliseconds, that.milliseconds)
        cpu = _ratio(this.cpu_seconds, that.cpu_seconds)
        lines.append(f"{figure.name:24}{here:>10}  {there:>10}   {time:27}   {cpu}")
    return "\n".join(lines)


def _ratio(this: Sequence[float], that: Sequence[float]) -> str:
    ratios = [a / b for a, b in zip(this, that, strict=True)]
    return f"{median(ratios):.3f} × ({min(ratios):.3f} … {max(ratios):.3f})"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
