"""Hostile files end soon, within little memory, are told, and cost the other events nothing."""

import time
import tracemalloc

import pytest

from openslot.calendars.calendar_files import (
    MOST_BYTES,
    MOST_COMPONENTS,
    CalendarFile,
    UnreadableCalendar,
)
from rounds import rounds

from .reading import at, event, read, read_whole, window

LONG = rounds(some=MOST_BYTES // 8, many=MOST_BYTES)
OTHERS = event("UID:b", at("0706", "1000", "1100")), event("UID:c", at("0707", "1000", "1100"))
AT_NINE = "DTSTART:20200101T090000", "DURATION:PT30M"
TOO_OFTEN = "takes place too often to be worked out"
DATES = [f"2027{1 + n % 12:02}{1 + n % 28:02}T090000" for n in range(10_000)]

NEVER = "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"

HOSTILE = {
    "every hour for centuries": ([event("DTSTART:16000101T000000", "DURATION:PT5M",
                                        "RRULE:FREQ=HOURLY")], TOO_OFTEN),
    "every minute": ([event(*AT_NINE, "RRULE:FREQ=MINUTELY")], TOO_OFTEN),
    "never": ([event(*AT_NINE, "RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30")], TOO_OFTEN),
    "a rule of every second": ([event(*AT_NINE, "RRULE:FREQ=SECONDLY")], "once a minute"),
    "rules without number": ([event(f"UID:{n}", *AT_NINE, NEVER) for n in range(200)], TOO_OFTEN),
    "each day for years": ([event(f"UID:{n}", "DTSTART:20200101T090000", "DURATION:P3000D",
                                  "RRULE:FREQ=DAILY") for n in range(20)], TOO_OFTEN),
    "dates on one line": ([event(*AT_NINE, "RRULE:FREQ=YEARLY;COUNT=2",
                                 f"EXDATE:{','.join(DATES)}")], "does not take place"),
    "dates on many lines": ([event(*AT_NINE, "RRULE:FREQ=YEARLY;COUNT=2",
                                   *(f"EXDATE:{one}" for one in DATES))], "does not take place"),
    "a day of nothing but events": ([event(f"UID:{n}", at("0705", "1000", "1100"))
                                     for n in range(2000)], "more than 300 occurrences"),
    "nested components": ([event(*["BEGIN:X-A"] * 1000, *AT_NINE)], "DTSTART: must be present"),
    "nested events": (["BEGIN:VEVENT\n" * 1000], "END: is missing"),
    "a line of 15 MiB": ([event("DTSTART:" + "2" * (15 * 1024 * 1024))], "is too long to be read"),
    "lines without end": ([event(*AT_NINE, *["X:"] * 200_000)], "has more than 100000 lines"),
    "zones without number": (["BEGIN:VTIMEZONE\nTZID:X\n", "BEGIN:STANDARD\nDTSTART:16010101T000000"
                              "\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=HOURLY\n"
                              "END:STANDARD\n" * 3, "END:VTIMEZONE\n",
                              event(at("0705", "1000", "1100", ";TZID=X"))], "cannot be read"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_event_is_told_and_the_others_are_taken(kind: str) -> None:
    parts, says = HOSTILE[kind]
    began = time.process_time()
    reading = read(OTHERS[0], *parts, OTHERS[1])
    assert time.process_time() - began < 20  # of a slow machine
    assert reading.spans[-2:] == [f"07-0{d} 10:00 - 07-0{d} 11:00" for d in (6, 7)]
    assert any(says in told for told in reading.not_taken)


@pytest.mark.slow
@pytest.mark.parametrize("fill", [b"\n", b"\r\n ", b"a\n", b"X:y\r\n", b"BEGIN:X\n", b"\x00"])
def test_a_long_file_of_anything_needs_little_memory(fill: bytes) -> None:
    """Less than four times its size."""
    text = event(at("0705", "1000", "1100")).encode()
    rest = LONG - len(text) - 100
    content = b"BEGIN:VCALENDAR\n" + text + fill * (rest // len(fill)) + b"\nEND:VCALENDAR\n"
    tracemalloc.start()
    try:
        assert len(CalendarFile(content, "a.ics", window()).found.found) == 1
        assert tracemalloc.get_traced_memory()[1] < 3.75 * LONG
    finally:
        tracemalloc.stop()


def test_a_longer_file_is_refused() -> None:
    with pytest.raises(UnreadableCalendar, match="larger than 16 MiB"):
        read_whole(b"BEGIN:VCALENDAR\n" + b" " * MOST_BYTES)


@pytest.mark.slow
def test_what_follows_too_many_events_is_told() -> None:
    events = "".join(f"BEGIN:VEVENT\nUID:{n}\nEND:VEVENT\n" for n in range(MOST_COMPONENTS))
    content = f"BEGIN:VCALENDAR\n{events}X:y\nEND:VCALENDAR\n".encode()
    found = CalendarFile(content, "a.ics", window()).found
    line = 3 * MOST_COMPONENTS + 3
    [told] = [str(remark) for remark in found.not_taken if remark.line == line]
    assert told.endswith("this and what follows was not read: split the file after 40000 parts")
