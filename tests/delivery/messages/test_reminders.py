"""When a customer is reminded, beside an oracle that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openslot.delivery.messages.reminders import (
    QuietHours,
    ReminderRule,
    is_too_late,
    reminder_due,
    reminder_rule,
    rules_of,
)
from openslot.kernel.clock import minute_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = [
    AMSTERDAM, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"), ZoneInfo("Africa/Cairo"), ZoneInfo("America/Santiago"),
]  # fmt: skip
ONE_MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wall(minute: int, zone: ZoneInfo) -> datetime:
    local = (EPOCH + minute * ONE_MINUTE).astimezone(zone)
    return local.replace(tzinfo=None, fold=0)


def first_minute_at(wanted: datetime, zone: ZoneInfo) -> int:
    """The first minute with a wall time; in a gap as if the clock had not changed yet."""
    around = int((wanted.replace(tzinfo=UTC) - EPOCH) / ONE_MINUTE)
    last = None
    for minute in range(around - 16 * 60, around + 16 * 60):
        shown = wall(minute, zone)
        if shown == wanted:
            return minute
        if last is not None and last < wanted < shown:
            return minute + int((wanted - last) / ONE_MINUTE) - 1
        last = shown
    raise AssertionError(wanted)


def expected(
    rule: ReminderRule, start: int, zone: ZoneInfo, quiet: QuietHours | None, now: int
) -> int | None:
    if rule.days:
        day = wall(start, zone) - timedelta(days=rule.days)
        if rule.at is not None:
            day = day.replace(hour=rule.at // 60, minute=rule.at % 60)
        due = first_minute_at(day, zone)
    else:
        due = start - rule.minutes
    if due < now:
        return None
    shown = wall(due, zone)
    if quiet is None or quiet.begin == quiet.end:
        return due
    for ago in (0, 1):
        midnight = datetime.combine(shown.date() - timedelta(days=ago), datetime.min.time())
        begins = midnight + quiet.begin * ONE_MINUTE
        ends = midnight + quiet.end * ONE_MINUTE
        ends += timedelta(days=quiet.end < quiet.begin)
        if begins <= shown < ends:
            begin, end = first_minute_at(begins, zone), first_minute_at(ends, zone)
            if begin >= now:
                return begin
            return end if end < start else None
    return due


RULES = st.one_of(
    st.builds(ReminderRule, days=st.integers(1, 60), at=st.none() | st.integers(0, 1439)),
    st.builds(ReminderRule, minutes=st.integers(1, 60 * 1440)),
)
WALLS = st.integers(0, 95).map(lambda quarter: quarter * 15)
QUIET = st.none() | st.builds(QuietHours, WALLS, WALLS)
FIRST = minute_of(datetime(2027, 1, 1, tzinfo=UTC))


@settings(deadline=None)
@given(RULES, st.integers(0, 35_040), st.sampled_from(ZONES), QUIET, st.integers(0, 90 * 1440))
def test_reminders_are_due_when_an_oracle_says(
    rule: ReminderRule, quarter: int, zone: ZoneInfo, quiet: QuietHours | None, earlier: int
) -> None:
    start = FIRST + quarter * 15
    now = start - earlier
    due = reminder_due(rule, start, zone, quiet, now * 60_000)
    assert due == expected(rule, start, zone, quiet, now)


def at(day: date, hour: int, minute: int = 0) -> int:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM)
    return minute_of(local.astimezone(UTC))


SPRING = date(2027, 3, 28)  # 02:00 becomes 03:00


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        (ReminderRule(days=1), at(date(2027, 3, 28), 10), at(date(2027, 3, 27), 10)),
        (ReminderRule(minutes=1440), at(date(2027, 3, 28), 10), at(date(2027, 3, 27), 9)),
        (ReminderRule(days=1), at(date(2027, 3, 29), 2, 30), at(SPRING, 3, 30)),
        (ReminderRule(days=1, at=18 * 60), at(SPRING, 10), at(date(2027, 3, 27), 18)),
    ],
)
def test_days_are_wall_time_and_hours_elapse(rule: ReminderRule, start: int, due: int) -> None:
    assert reminder_due(rule, start, AMSTERDAM, None, 0) == due


NIGHT = QuietHours(21 * 60, 8 * 60)
MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)


@pytest.mark.parametrize(
    ("start", "now", "due"),
    [
        (at(TUESDAY, 9), at(MONDAY, 12), at(MONDAY, 21)),  # 07:00 is quiet: at its begin
        (at(TUESDAY, 9), at(MONDAY, 22), at(TUESDAY, 8)),  # that is past: at its end
        (at(TUESDAY, 8), at(MONDAY, 22), None),  # that is no longer before the start
        (at(TUESDAY, 9), at(TUESDAY, 7, 30), None),  # it was due at 07:00 already
        (at(TUESDAY, 10), at(MONDAY, 12), at(TUESDAY, 8)),  # the end is not quiet
    ],
)
def test_nobody_is_reminded_in_quiet_hours(start: int, now: int, due: int | None) -> None:
    rule = ReminderRule(minutes=120)
    assert reminder_due(rule, start, AMSTERDAM, NIGHT, now * 60_000) == due


def test_late_is_a_reminder_with_less_than_half_of_its_time_left() -> None:
    start, due = 600, 480 * 60_000
    assert not is_too_late(due, start, 540 * 60_000)
    assert is_too_late(due, start, 540 * 60_000 + 1)


def test_several_services_remind_once_by_all_their_channels() -> None:
    first = {"reminders": [{"before": "P1D"}, {"before": "PT60M", "channels": ["sms"]}]}
    second = {"reminders": [{"before": "PT1H"}, {"before": "P1D", "at": "18:00", "channels": []}]}
    assert rules_of([first, second, {}], ["email"]) == {
        ReminderRule(days=1): ("email",),
        ReminderRule(minutes=60): ("sms", "email"),
        ReminderRule(days=1, at=1080): (),
    }


def test_what_is_no_rule_is_none() -> None:
    assert reminder_rule({"before": "P1W"}) is None
    assert reminder_rule({"before": "P1D", "at": "late"}) is None
