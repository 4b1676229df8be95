"""Where things stand in the calendar: hours that come twice or not at all, and lanes."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from openslot.scheduling.model.zones import day_bounds, instant_at
from openslot.web.console.calendar.hour_axis import HourAxis
from openslot.web.console.calendar.lanes import lanes

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_a_doubled_hour_has_two_rows() -> None:
    day = date(2027, 10, 31)
    bounds = day_bounds(day, AMSTERDAM)
    axis = HourAxis([bounds], AMSTERDAM)
    assert [tuple(row) for row in axis.rows[1:5]] == [(1, 0), (2, 0), (2, 1), (3, 0)]
    assert len(axis.rows) == 25
    first = instant_at(day, 150, AMSTERDAM, ends=False)
    assert axis.span(first, first + 60, bounds) == (150, 210)
    axis.show([(150, 210)])
    assert axis.shown((150, 210)) == (30, 90)
    assert axis.offsets(bounds) == ["+02:00", "+01:00"]


def test_an_hour_that_is_skipped_stays_empty_beside_other_dates() -> None:
    skipping, usual = date(2027, 3, 28), date(2027, 3, 27)
    bounds = [day_bounds(day, AMSTERDAM) for day in (usual, skipping)]
    assert len(HourAxis(bounds[1:], AMSTERDAM).rows) == 23
    axis = HourAxis(bounds, AMSTERDAM)
    assert len(axis.rows) == 24
    at = instant_at(skipping, 4 * 60, AMSTERDAM, ends=False)
    assert axis.span(at, at + 30, bounds[1]) == (240, 270)
    assert axis.span(bounds[1][0], bounds[1][1], bounds[1]) == (0, 24 * 60)


def test_what_goes_on_past_midnight_is_cut() -> None:
    bounds = day_bounds(date(2027, 1, 12), AMSTERDAM)
    axis = HourAxis([bounds], AMSTERDAM)
    assert axis.span(bounds[0] - 60, bounds[0] + 60, bounds) == (0, 60)
    assert axis.span(bounds[1] - 60, bounds[1] + 60, bounds) == (23 * 60, 24 * 60)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 30), (30, 60)], [(0, 1), (0, 1)]),
        ([(0, 30), (15, 60), (60, 70)], [(0, 2), (1, 2), (0, 1)]),
        # Short ones are drawn longer, so that they can be hit.
        ([(0, 5), (5, 10), (10, 30)], [(0, 2), (1, 2), (0, 2)]),
        ([(10, 30), (0, 60), (30, 40)], [(1, 2), (0, 2), (1, 2)]),
    ],
)
def test_what_overlaps_stands_side_by_side(
    spans: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert [tuple(lane) for lane in lanes(spans, 10)] == expected
