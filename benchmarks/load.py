"""Load from wrk, which two cores can spare: a client in Python would be the slower side."""

import json
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from journeys.wire import Answer

_SCRIPT = Path(__file__).with_name("requests.lua")
BLANK = "~"  # a run of these in a request is where a value of the list goes


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    failed: int
    conflicts: int = 0  # answers 409, counted where a load is to have some

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def one_by_one(milliseconds: Sequence[float]) -> Load:
    """What somebody saw who asked himself, one request after the other."""
    times = sorted(milliseconds)
    p99 = times[len(times) * 99 // 100]
    return Load(len(times), sum(times) / 1000, statistics.median(times), p99, times[-1], 0)


class Failed(Exception):
    """Some requests were refused or not answered, so the figures mean nothing."""


def expect(answer: Answer, status: int) -> Answer:
    """An answer that has this status.

    Raises:
        Failed: it has another.
    """
    if answer.status != status:
        raise Failed(f"{answer.status} instead of {status}: {answer.body!r}")
    return answer


class Run:
    """One run that has been started; several may go on at a time."""

    def __init__(
        self,
        port: int,
        connections: int,
        seconds: int,
        request: bytes,
        values: Sequence[str] = (),
        *,
        conflicts: bool = False,
    ) -> None:
        """Starts `connections` clients of one request, or of one request for each value.

        `conflicts`: some may be answered 409, which is counted and no failure.
        """
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        before, blank, after = request, b"", b""
        if values:
            blank = BLANK.encode() * len(values[0])
            before, found, after = request.partition(blank)
            if not found:
                raise Failed("the request has no blank for the values")
        (folder / "before").write_bytes(before)
        (folder / "after").write_bytes(after)
        (folder / "values").write_text("\n".join(values))
        program = shutil.which("wrk") or "wrk"
        self._process = subprocess.Popen(
            [
                *(program, "--threads", "1", "--connections", str(connections)),
                *("--duration", f"{seconds}s", "--timeout", "10s", "--script", str(_SCRIPT)),
                *(f"http://127.0.0.1:{port}/", "--", str(folder)),
                *(["conflicts"] if conflicts else []),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )

    def result(self, *, refused: bool = False) -> Load:
        """Waits for the end; `refused` is for requests that are to be refused, all of them.

        Raises:
            Failed: there were refusals, or answers that were to be refusals.
        """
        output, _ = self._process.communicate()
        self._folder.cleanup()
        lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
        if not lines:
            raise Failed(f"wrk said: {output}")
        load = Load(**json.loads(lines[0].removeprefix("RESULT ")))
        failed = load.failed - load.conflicts
        if failed != (load.requests if refused else 0) or not load.requests:
            raise Failed(f"{failed} of {load.requests} requests failed")
        return load


def run(
    port: int, connections: int, seconds: int, request: bytes, values: Sequence[str] = ()
) -> Load:
    """Runs to its end."""
    return Run(port, connections, seconds, request, values).result()


def interleaved(contenders: Mapping[str, Callable[[], Load]], times: int) -> dict[str, list[Load]]:
    """Runs all contenders in turn, `times` over, so that noise hits all of them alike."""
    loads: dict[str, list[Load]] = {name: [] for name in contenders}
    for turn in range(times):
        order = list(contenders)
        for name in order if turn % 2 == 0 else reversed(order):
            loads[name].append(contenders[name]())
    return loads


def p50(loads: Sequence[Load]) -> float:
    """The median run's median, in milliseconds."""
    return statistics.median(load.p50_ms for load in loads)


def p99(loads: Sequence[Load]) -> float:
    """The median run's 99th percentile, in milliseconds."""
    return statistics.median(load.p99_ms for load in loads)


def rate(loads: Sequence[Load]) -> float:
    """The median run's answers per second."""
    return statistics.median(load.per_second for load in loads)
