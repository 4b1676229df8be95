"""Made-up calendars are read as an oracle reads them, which looks at every quarter of an hour."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openslot.kernel.clock import instant_of_minute
from rounds import rounds

from .made_up import MadeUp, made_up_event, made_up_file
from .minute_oracle import spans
from .reading import AMSTERDAM, read_file, window

TODAY, LAST_DAY = date(2027, 3, 20), date(2027, 4, 25)
FIRST = datetime(2027, 3, 20, tzinfo=AMSTERDAM).astimezone(UTC)
LAST = datetime(2027, 4, 26, tzinfo=AMSTERDAM).astimezone(UTC)


def found_in(content: bytes) -> dict[str, list[tuple[datetime, datetime]]]:
    """What a file gives, by UID, in UTC."""
    file = read_file(content, window(LAST_DAY, today=TODAY))
    by_uid: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in file.found.found:
        span = instant_of_minute(one.start), instant_of_minute(one.end)
        by_uid.setdefault(one.uid, []).append(span)
    return {uid: sorted(found) for uid, found in by_uid.items()}


def expected_of(events: list[MadeUp]) -> dict[str, list[tuple[datetime, datetime]]]:
    """The same, by the oracle."""
    by_uid = {event.uid: spans(event, FIRST, LAST) for event in events}
    return {uid: found for uid, found in by_uid.items() if found}


@pytest.mark.slow
@settings(max_examples=rounds(few=30, some=100, many=2000), deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_made_up_calendars_are_read_as_the_oracle_reads_them(random: Random, number: int) -> None:
    events = [made_up_event(random, f"event {n}") for n in range(number)]
    content = made_up_file(random, events)
    found = {uid: one for uid, one in found_in(content).items() if uid.startswith("event")}
    assert found == expected_of(events), content.decode()


@pytest.mark.slow
def test_the_oracle_finds_something() -> None:
    random = Random(1)
    made = [made_up_event(random, "event") for _ in range(40)]
    assert sum(bool(spans(event, FIRST, LAST)) for event in made) > 20
    assert sum(bool(event.changes) for event in made) > 5
