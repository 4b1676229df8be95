"""What a calendar gives in a window of a branch, in wall time, and what is told of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from openslot.calendars.calendar_files import CalendarFile
from openslot.calendars.occurrences import ImportWindow
from openslot.kernel.clock import instant_of_minute, minute_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY, LAST_DAY = date(2027, 1, 4), date(2027, 12, 31)


@dataclass(frozen=True)
class Reading:
    """What became of a file."""

    spans: list[str]  # "07-05 10:00 - 07-05 11:00"
    not_taken: list[str]  # "4: DTEND: lies before DTSTART"
    remarks: list[str]


def window(until: date = LAST_DAY, zone: ZoneInfo = AMSTERDAM, today: date = TODAY) -> ImportWindow:
    """From a day's midnight, which is now, to the end of another day."""
    first, last = (
        minute_of(datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC))
        for d in (today, date.fromordinal(until.toordinal() + 1))
    )
    return ImportWindow(first, first, last, zone)


def read_file(content: bytes, within: ImportWindow | None = None) -> CalendarFile:
    """Reads a file, and checks what holds of every file.

    What it holds is taken or told, each by the line that it begins on, and names are unique.
    """
    file = CalendarFile(content, "a.ics", within or window())
    found = file.found
    held = {
        number
        for number, line in enumerate(content.split(b"\n"), 1)
        if line.strip().upper() in (b"BEGIN:VEVENT", b"BEGIN:VFREEBUSY")
    }
    taken = {one.line for one in found.found}
    told = {remark.line for remark in (*found.not_taken, *found.remarks)}
    assert held <= taken | told, f"passed over: {held - taken - told}"
    assert not any("fault of this program" in remark.says for remark in found.not_taken)
    names = [one.name for one in found.found]
    assert len(names) == len(set(names))
    lines = content.count(b"\n") + 1
    assert all(1 <= line <= lines for line in told)
    return file


def read(*parts: str, within: ImportWindow | None = None) -> Reading:
    """What becomes of a calendar with these parts; its first part begins on line 4."""
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//EN\n"
    return read_whole(f"{head}{''.join(parts)}END:VCALENDAR\n".encode(), within)


def read_whole(content: bytes, within: ImportWindow | None = None) -> Reading:
    """What becomes of a file."""
    within = within or window()
    found = read_file(content, within).found
    spans = sorted((one.start, one.end) for one in found.found)
    return Reading(
        [" - ".join(_shown(minute, within.zone) for minute in span) for span in spans],
        [str(remark).removeprefix("a.ics:") for remark in found.not_taken],
        [str(remark).removeprefix("a.ics:") for remark in found.remarks],
    )


def event(*lines: str) -> str:
    """One event; `UID:a` for one without."""
    uid = () if any(line.startswith("UID") for line in lines) else ("UID:a",)
    return "\n".join(["BEGIN:VEVENT", *uid, *lines, "END:VEVENT", ""])


def at(day: str, begins: str, ends: str, zone: str = ";TZID=Europe/Amsterdam") -> str:
    """Start and end of an event on a day of 2027: `0705`, `1000`, `1100`."""
    return f"DTSTART{zone}:2027{day}T{begins}00\nDTEND{zone}:2027{day}T{ends}00"


def hours(*days: str, clock: str = "10:00 11:00") -> list[str]:
    """The same hours on some days: `07-05`."""
    begins, ends = clock.split()
    return [f"{day} {begins} - {day} {ends}" for day in days]


def days(*whole: str) -> list[str]:
    """Whole days, each as its date and the next one's: `07-05`."""
    following = [date.fromisoformat(f"2027-{day}").toordinal() + 1 for day in whole]
    ends = [date.fromordinal(number).strftime("%m-%d") for number in following]
    return [f"{day} 00:00 - {end} 00:00" for day, end in zip(whole, ends, strict=True)]


def _shown(minute: int, zone: ZoneInfo) -> str:
    return instant_of_minute(minute).astimezone(zone).strftime("%m-%d %H:%M")
