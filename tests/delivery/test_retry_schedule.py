"""When something that could not be delivered is tried again."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.delivery.model.retry_schedule import RetrySchedule, retry_after

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
PAUSES = [5, 30, 120]


@given(st.integers(1, 8), st.floats(0, 1e6), st.integers())
def test_pauses_are_those_of_the_schedule_and_longer_when_asked(
    failed: int, wished: float, seed: int
) -> None:
    luck = random.Random(seed)
    pause = RetrySchedule(PAUSES).pause_seconds(failed, wished, luck.uniform)
    if failed > len(PAUSES):
        assert pause is None
        return
    least, most = 0.8 * PAUSES[failed - 1], 1.2 * PAUSES[failed - 1]
    wished = min(wished, 86_400)
    assert pause is not None
    assert max(least, wished) <= pause <= max(most, wished)
    assert RetrySchedule(PAUSES, repeats_last=True).pause_seconds(failed) is not None


def test_the_last_pause_repeats_where_it_is_to() -> None:
    schedule = RetrySchedule(PAUSES, repeats_last=True)
    assert schedule.pause_seconds(99, luck=lambda least, _: least) == 120 * 0.8


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("9" * 40, 86_400.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=3), usegmt=True), 0.0),
        (f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", None),
        (f"Mon, 01 Jan 2027 {'9' * 20}:00:00 GMT", None),
        (f"Mon, 01 Jan 2027 00:00:00 +{'9' * 20}", None),
    ],
)
def test_what_a_receiver_asks_for(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds
