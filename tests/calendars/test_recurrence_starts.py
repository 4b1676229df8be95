"""Rules are worked out as `dateutil` does, which is what many calendars in Python use."""

# ruff: noqa: DTZ001  (rules are worked out in wall time)

from datetime import datetime
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from openslot.calendars.format.recurrence_rule import rule_of
from openslot.calendars.format.recurrence_starts import Effort, TooMuchWork, starts
from openslot.calendars.format.time_values import UnreadableValue

FIRST, LAST = datetime(2027, 1, 1), datetime(2027, 6, 30, 23)
RULES = (
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,WE;BYHOUR=8,20",
    "FREQ=DAILY;BYMONTH=2,5;BYMONTHDAY=1,-1",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO",
    "FREQ=WEEKLY;BYDAY=TU,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=29,-1",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=3,6;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO,-10TU",
    "FREQ=YEARLY;BYYEARDAY=1,100,-200",
    "FREQ=YEARLY;BYWEEKNO=1,20,53;BYDAY=MO",
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SA",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=HOURLY;BYHOUR=9,10,11;BYDAY=MO",
    "FREQ=MINUTELY;INTERVAL=90",
)
STARTS = (datetime(2026, 1, 31, 9), datetime(2026, 6, 15, 0), datetime(2026, 12, 29, 23))


@pytest.mark.parametrize("count", [None, 1, 7, 40, 400])
@pytest.mark.parametrize("text", RULES)
def test_rules_give_what_dateutil_gives(text: str, count: int | None) -> None:
    for start in STARTS:
        after = rrulestr(text, dtstart=start).xafter(start)
        expected = [start, *takewhile(lambda found: found <= LAST, after)][:count]
        rule = rule_of(f"{text};COUNT={count}" if count else text)
        found = [one for one in starts(rule, start, FIRST, LAST, Effort(10**6)) if one <= LAST]
        assert [one for one in found if one >= FIRST] == [one for one in expected if one >= FIRST]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("FREQ=YEARLY;BYWEEKNO=20", datetime(2027, 5, 20, 9)),  # the weekday of the start
        ("FREQ=MINUTELY;INTERVAL=90", datetime(2027, 1, 1)),
        ("FREQ=HOURLY;INTERVAL=5;COUNT=100000", datetime(2027, 1, 1)),
    ],
)
def test_what_is_far_from_the_start_is_found_without_going_there(
    text: str, first: datetime
) -> None:
    begin = datetime(2020, 1, 2, 9)  # a Thursday
    found = starts(rule_of(text), begin, FIRST, LAST, Effort(5_000))
    assert next(one for one in found if one >= FIRST) == first


@pytest.mark.slow
def test_the_work_is_bounded() -> None:
    rule = rule_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3")
    with pytest.raises(TooMuchWork):
        list(starts(rule, datetime(1700, 1, 1), FIRST, LAST, Effort(100_000)))


@pytest.mark.parametrize(
    "text",
    ["", "X", "FREQ=", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=1;COUNT=2",
     "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYMONTHDAY=0", "FREQ=SECONDLY",
     "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;BYHOUR=", "FREQ=DAILY;RSCALE=CHINESE"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(UnreadableValue) as refusal:
        rule_of(text)
    assert not text or text not in str(refusal.value)
