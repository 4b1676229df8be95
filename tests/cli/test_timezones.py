"""`openslot timezones` with two sets of zone data: each as it was and as it became."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import raw
from openslot.kernel.clock import instant_of_minute
from ports import free_port
from postgresql import Server

from .processes import Terminal, running, wait_for
from .zone_data import ZONE, make_zone_data

pytestmark = pytest.mark.slow

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILE = {
    "account": "acme",
    "name": "Acme",
    "branches": [
        {
            "key": "medina",
            "name": "Medina",
            "timeZone": ZONE,
            "openingHours": [{"day": day, "opens": "00:00", "closes": "24:00"} for day in DAYS],
        }
    ],
    "services": [
        {
            "key": "passport",
            "name": "Passport",
            "durationMinutes": 30,
            "slotStepMinutes": 30,
            "resourceTypes": ["desk"],
            "branches": ["medina"],
            "horizonDays": 365,
        }
    ],
    "resources": [
        {
            "key": "desk",
            "branch": "medina",
            "name": "Desk",
            "type": "desk",
            "services": ["passport"],
        }
    ],
}
HEAD = "externalReference,branch,service,start,firstName,lastName,email"


def day() -> date:
    """A date to come."""
    return datetime.now(UTC).date() + timedelta(days=40)


@dataclass
class Installation:
    """A database, and the program under one set of zone data or the other."""

    folder: Path
    url: str
    terminals: dict[int, Terminal] = field(default_factory=dict)

    def runs(self, hours: int, *words: str, code: int = 0) -> str:
        """What a command prints where the branch is so many hours ahead of UTC."""
        if hours not in self.terminals:
            self.terminals[hours] = Terminal(self.folder, self.environment(hours))
        return self.terminals[hours].runs(*words, code=code)

    def environment(self, hours: int) -> dict[str, str]:
        """Of a process under one set of zone data."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.folder / f"ahead-{hours}"),
            "OPENSLOT_DATABASE_URL": self.url,
            "OPENSLOT_MASTER_KEY": "A" * 43 + "=",
        }

    def asks(self, hours: int, *words: str, code: int = 0) -> Any:
        """The JSON that it prints."""
        return json.loads(self.runs(hours, *words, "--json", code=code))

    def books(self, hours: int, *times: str) -> None:
        """Appointments at wall times of the day, each named by its time."""
        rows = [
            f"{hours}-{time},medina,passport,{day()} {time},Ada,Lovelace,ada@example.org"
            for time in times
        ]
        (self.folder / "rows.csv").write_text("\n".join([HEAD, *rows]))
        self.runs(hours, "import", "appointments", "acme", "rows.csv")

    def blocks(self, hours: int, begin: str, end: str) -> None:
        """A block between two wall times of the day after."""
        after = f"{day() + timedelta(days=1):%Y%m%d}"
        lines = (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "BEGIN:VEVENT", "UID:leave"),
            *("DTSTAMP:20200101T000000Z", f"DTSTART:{after}T{begin}00", f"DTEND:{after}T{end}00"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
        (self.folder / "leave.ics").write_text("\r\n".join(lines))
        self.runs(hours, "import", "blocks", "acme", "leave.ics", "--resource", "desk")

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with raw(self.url) as connection:
            return [tuple(row) for row in connection.execute(text).fetchall()]

    def starts(self) -> list[tuple[str, str]]:
        """Of each appointment the time in UTC, and its wall time."""
        found = self.rows("SELECT start_minute, wall_start FROM appointments ORDER BY 1")
        return [(instant_of_minute(start).strftime("%H:%M"), wall[11:]) for start, wall in found]


@pytest.fixture
def installation(
    dialect: str, postgresql: Callable[[], Server], tmp_path: Path
) -> Iterator[Installation]:
    """One with a branch, under zone data in which it is an hour ahead of UTC or not."""
    for hours in (0, 1):
        make_zone_data(tmp_path / f"ahead-{hours}", f"202{hours}a", hours)
    (tmp_path / "acme.json").write_text(json.dumps(FILE))
    if dialect == "postgresql":
        with postgresql().database() as url:
            yield from made(Installation(tmp_path, url))
    else:
        yield from made(Installation(tmp_path, f"sqlite:///{tmp_path / 'openslot.db'}"))


def made(installation: Installation) -> Iterator[Installation]:
    """With its tables and its account."""
    installation.runs(0, "migrate")
    installation.runs(0, "apply", "acme.json")
    yield installation
    for terminal in installation.terminals.values():
        terminal.close()


@pytest.mark.parametrize("choice", ["keep-wall-time", "keep-instant"])
@pytest.mark.parametrize(("before", "after"), [(1, 0), (0, 1)])
def test_a_branch_full_of_neighbours(
    installation: Installation, before: int, after: int, choice: str
) -> None:
    """All of them move together, so that neighbours still touch; a second run changes nothing."""
    times = [f"{9 + half // 2:02}:{half % 2 * 30:02}" for half in range(16)]
    installation.books(before, *times)
    installation.blocks(before, "1000", "1200")
    assert installation.asks(before, "timezones", "check")[0]["disagreeing"] == []

    [report] = installation.asks(after, "timezones", "check", "acme", code=1)
    assert [one["wallTime"][11:] for one in report["disagreeing"]] == [*times, "10:00"]
    assert [one["kind"] for one in report["disagreeing"]] == ["appointment"] * 16 + ["block"]
    dry = installation.asks(after, "timezones", "rebase", "acme", f"--{choice}", "--dry-run")
    assert (len(dry["rebased"]), dry["left"]) == (17, [])
    assert {version for (version,) in installation.rows("SELECT version FROM appointments")} == {1}

    done = installation.asks(after, "timezones", "rebase", "acme", f"--{choice}")
    assert done == {**dry, "dryRun": False}
    hours = {"keep-wall-time": (after, 0), "keep-instant": (before, after - before)}
    ahead, later = hours[choice]
    assert installation.starts() == [
        (f"{9 - ahead + half // 2:02}:{half % 2 * 30:02}", f"{9 + later + half // 2:02}{t[2:]}")
        for half, t in enumerate(times)
    ]
    [(block_start, wall_start, wall_end)] = installation.rows(
        "SELECT start_minute, wall_start, wall_end FROM blocks"
    )
    assert instant_of_minute(block_start).hour == 10 - ahead
    assert (wall_start[11:], wall_end[11:]) == (f"{10 + later:02}:00", f"{12 + later:02}:00")

    assert installation.asks(after, "timezones", "check")[0]["disagreeing"] == []
    again = installation.asks(after, "timezones", "rebase", "acme", f"--{choice}")
    assert (again["rebased"], again["left"]) == ([], [])
    changes = installation.rows(
        "SELECT change, version, count(*) FROM appointment_history GROUP BY 1, 2 ORDER BY 2"
    )
    assert changes == [("booked", 1, 16), ("rebased", 2, 16)]
    told = {"keep-wall-time": "appointment.moved", "keep-instant": "appointment.updated"}
    assert installation.rows("SELECT type, count(*) FROM events WHERE version = 2 GROUP BY 1") == [
        (told[choice], 16)
    ]
    [verified] = installation.asks(after, "verify")
    assert (verified["differences"], verified["excused"]) == ([], [])


def test_what_was_booked_meanwhile_stays_and_the_older_one_is_left(
    installation: Installation,
) -> None:
    """And whoever was to come to the place of one that is left, is left too."""
    installation.books(1, "08:30", "09:00", "09:30", "12:00")
    installation.books(0, "09:30")  # half an hour after the former 09:30 has become 08:30
    report = installation.asks(0, "timezones", "rebase", "acme", code=1)
    assert [one["old"]["wallTime"][11:] for one in report["left"]] == ["08:30", "09:30"]
    assert len(report["rebased"]) == 2
    assert installation.starts() == [
        ("07:30", "08:30"),
        ("08:30", "09:30"),
        ("09:00", "09:00"),
        ("09:30", "09:30"),
        ("12:00", "12:00"),
    ]
    text = installation.runs(0, "timezones", "rebase", "acme", code=1)
    assert "0 appointments and 0 blocks rebased (keep-wall-time), 2 left" in text
    assert report["left"][0]["id"] in text
    [verified] = installation.asks(0, "verify")
    assert verified["differences"] == []


def test_the_account_says_which_time_is_kept(installation: Installation) -> None:
    installation.books(1, "09:00")
    wanted = {**FILE, "settings": {"zoneDataChange": "keep-instant"}}
    (installation.folder / "acme.json").write_text(json.dumps(wanted))
    installation.runs(0, "apply", "acme.json")
    assert "zoneDataChange: keep-instant" in installation.runs(0, "export", "acme")
    assert "(keep-instant)" in installation.runs(0, "timezones", "rebase", "acme")
    assert installation.starts() == [("08:00", "08:00")]


def test_the_first_start_under_other_zone_data_says_so(installation: Installation) -> None:
    """Once, with how many appointments and blocks no longer agree."""
    installation.books(1, "09:00", "09:30")
    installation.blocks(1, "1000", "1200")
    logs = [lines_of_start(installation, hours) for hours in (1, 0, 0)]
    assert [len(lines) for lines in logs] == [0, 1, 0]
    [line] = logs[1]
    assert line["version"] == "2020a"
    assert (line["appointments_that_disagree"], line["blocks_that_disagree"]) == (2, 1)


def lines_of_start(installation: Installation, hours: int) -> list[Any]:
    """What a server logs of zone data when it starts."""
    port = free_port()
    log = installation.folder / "serve.log"
    with running(
        installation.folder,
        "serve",
        "--port",
        str(port),
        environment=installation.environment(hours),
        log=log,
    ):
        wait_for(port)
    lines = [json.loads(text) for text in log.read_text().splitlines() if text.startswith("{")]
    return [line for line in lines if "zone data" in line["event"]]


def test_blocks_of_before_get_their_wall_times_when_the_database_is_migrated(
    installation: Installation,
) -> None:
    """From the zone data in force then, so that the next change of it is found."""
    installation.blocks(1, "1000", "1200")
    with raw(installation.url) as connection:
        connection.execute("UPDATE blocks SET wall_start = '', wall_end = '', time_zone = ''")
    [report] = installation.asks(0, "timezones", "check")
    assert report["disagreeing"] == []
    installation.runs(1, "migrate")
    [(wall_start, wall_end, zone)] = installation.rows(
        "SELECT wall_start, wall_end, time_zone FROM blocks"
    )
    assert (wall_start[11:], wall_end[11:], zone) == ("10:00", "12:00", ZONE)
    [report] = installation.asks(0, "timezones", "check", code=1)
    assert [one["kind"] for one in report["disagreeing"]] == ["block"]
