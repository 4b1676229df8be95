"""Figures beside their aims, and the page that shows them."""

import os
import platform
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True)
class Figure:
    """One thing that was measured. Without an aim it is there to compare with."""

    what: str
    value: str
    aim: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the aim is met, for people."""
        return "" if self.met is None else "yes" if self.met else "**no**"


@dataclass
class Section:
    """A subject: how it was measured, its figures, and what keeps them from being better."""

    title: str
    how: str
    limits: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, what: str, value: str) -> None:
        """Adds a figure that has no aim."""
        self.figures.append(Figure(what, value))

    def at_most(self, what: str, value: float, aim: float, unit: str) -> None:
        """Adds a figure that should be small."""
        self.figures.append(
            Figure(what, f"{_number(value)} {unit}", f"≤ {aim:g} {unit}", value <= aim)
        )

    def at_least(self, what: str, value: float, aim: float, unit: str) -> None:
        """Adds a figure that should be large."""
        self.figures.append(
            Figure(what, f"{_number(value)} {unit}", f"≥ {aim:g} {unit}", value >= aim)
        )


def table(section: Section) -> str:
    """A section as Markdown."""
    rows = [f"| {f.what} | {f.value} | {f.aim} | {f.verdict} |" for f in section.figures]
    head = ["| what | measured | aim | met |", "| --- | ---: | ---: | --- |"]
    limits = ["", f"What limits it: {section.limits}"] if _misses(section) else []
    return "\n".join([f"## {section.title}", "", section.how, "", *head, *rows, *limits, ""])


def _misses(section: Section) -> bool:
    return any(figure.met is False for figure in section.figures)


def page(sections: Sequence[Section], former: str) -> str:
    """The whole page: the sections in place of those of the same title, the others as they were."""
    texts = {part.partition("\n")[0]: part for part in re.split(r"^## ", former, flags=re.M)[1:]}
    measured = f"Measured on {datetime.now(UTC):%Y-%m-%d} of {commit()}: {machine()}"
    for section in sections:
        how = f"{section.how}\n\n{measured}"
        texts[section.title] = table(replace(section, how=how)).removeprefix("## ")
    return "\n".join([*_head(), *(f"## {text.rstrip()}\n" for text in texts.values())])


def _head() -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Each section is written by `bin/bench SUBJECT`, on the day, of the revision and on the "
        "machine that it names; `bin/bench` alone writes all. It needs `wrk`, `node` and `npm`; "
        "`bin/bench quick` takes a few minutes and prints only.",
        "",
        "Everything is HTTP over loopback, with wrk on the same cores. Contenders take turns "
        "within a repetition; a figure is the median of the repetitions. *Bare* is an "
        "ASGI application on uvicorn (uvloop, httptools) that answers the same bytes and does "
        "nothing else: what Python and the machine allow at best.",
        "",
    ]


def machine() -> str:
    """What this runs on."""
    return (
        f"{os.cpu_count()} cores ({_processor()}), Linux {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"a wait for the disk (4 KiB appended, fdatasync) {_disk_ms():.2f} ms at the median."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((x.partition(": ")[2] for x in lines if x.startswith("model name")), "unknown")


def _disk_ms() -> float:
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(200):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:.2f}"


def commit() -> str:
    """The revision that was measured; `-dirty` when something was changed since."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
