"""Strategies for opening hours, breaks and overrides as an account file holds them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .days import MINUTES_PER_DAY, Focus
from .wall import DAY

Record = dict[str, Any]

NEAR = (0, -1, 1)  # days from the focus, the focus first so that examples shrink to it


def chance(draw: DrawFn, percent: int) -> bool:
    """True in about `percent` of a hundred, at most 79; shrinks to False."""
    # Away from both ends of the range, which are drawn more often than their share.
    return 20 <= draw(st.integers(0, 99)) < 20 + percent


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_name(day: date) -> str:
    return day.strftime("%A").lower()


def wall_minutes(focus: Focus, least: int, most: int) -> SearchStrategy[int]:
    """Minutes of the wall day in [least, most]: quarters, edges of a clock change, any."""
    quarters = st.integers(-(-least // 15), most // 15).map(lambda quarter: quarter * 15)
    choices = [quarters] if least <= most // 15 * 15 else []
    edges = [edge for edge in focus.edges if least <= edge <= most]
    if edges:
        choices += [st.sampled_from(edges)] * 2
    return st.one_of(*choices, st.integers(least, most))


@st.composite
def periods(draw: DrawFn, focus: Focus, near: int | None = None) -> Record:
    """An opening period without its day; `near` is a minute it should touch or overlap."""
    if near is not None and near < MINUTES_PER_DAY:
        begin = min(max(near + draw(st.sampled_from((0, -1, 1))), 0), MINUTES_PER_DAY - 1)
    else:
        begin = draw(wall_minutes(focus, 0, MINUTES_PER_DAY - 1))
    if chance(draw, 25):
        # Past midnight, up to a whole day later; "00:00" of the next day is 24:00 of this one.
        closes = draw(wall_minutes(Focus(focus.day), 0, min(begin, 360)))
        return {"opens": clock(begin), "closes": clock(closes), "closesNextDay": True}
    closes = draw(wall_minutes(focus, begin + 1, MINUTES_PER_DAY))
    return {"opens": clock(begin), "closes": clock(closes)}


@st.composite
def wide_periods(draw: DrawFn, focus: Focus) -> Record:
    """A period long enough that something can be booked in it."""
    opens, closes = draw(
        st.sampled_from([(540, 1020), (0, MINUTES_PER_DAY), (480, 1439), (0, 720), (720, 1440)])
    )
    if focus.edges and chance(draw, 60):
        # Begin or end at the change itself, the other end far from it.
        edge = draw(st.sampled_from(focus.edges))
        if edge < 720:
            opens, closes = draw(st.sampled_from([(edge, edge + 420), (0, edge + 420)]))
        else:
            opens, closes = draw(st.sampled_from([(edge - 420, edge), (edge - 420, 1440)]))
    elif chance(draw, 20):
        return {"opens": clock(opens or 1200), "closes": "03:00", "closesNextDay": True}
    return {"opens": clock(opens), "closes": clock(closes)}


def until(period: Record) -> int | None:
    """The wall minute at which a period ends, if that is on its own date."""
    if period.get("closesNextDay"):
        return None
    hours, minutes = period["closes"].split(":")
    return int(hours) * 60 + int(minutes)


@st.composite
def valid_from_to(draw: DrawFn, focus: Focus) -> Record:
    """Mostly no bounds; else inclusive bounds on or beside the focus."""
    bounds = {}
    if chance(draw, 10):
        bounds["validFrom"] = focus.day + draw(st.integers(-1, 1)) * DAY
    if chance(draw, 10):
        bounds["validTo"] = focus.day + draw(st.integers(0, 1)) * DAY
    return bounds


@st.composite
def weekly_hours(draw: DrawFn, focus: Focus) -> list[Record]:
    """A wide period on and around the focus, and a few awkward ones beside it."""
    main = draw(wide_periods(focus))
    days = [0] if chance(draw, 30) else [0, -1, 1]
    found = [{"day": day_name(focus.day + day * DAY)} | main for day in days]
    for _ in range(draw(st.integers(0, 2))):
        day = focus.day + draw(st.sampled_from(NEAR)) * DAY
        near = until(main) if chance(draw, 50) else None
        found.append({"day": day_name(day)} | draw(periods(focus, near)))
    return [period | draw(valid_from_to(focus)) for period in found]


@st.composite
def breaks(draw: DrawFn, focus: Focus) -> Record:
    """A break without its day, mostly short."""
    starts = draw(wall_minutes(focus, 0, MINUTES_PER_DAY - 1))
    if chance(draw, 30):
        ends = draw(wall_minutes(focus, starts + 1, MINUTES_PER_DAY))
    else:
        ends = min(starts + draw(st.sampled_from([30, 15, 7, 1])), MINUTES_PER_DAY)
    return {"starts": clock(starts), "ends": clock(ends)}


@st.composite
def weekly_breaks(draw: DrawFn, focus: Focus) -> list[Record]:
    found = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        day = focus.day + draw(st.sampled_from(NEAR)) * DAY
        bounds = draw(valid_from_to(focus))
        found.append({"day": day_name(day)} | draw(breaks(focus)) | bounds)
    return found


@st.composite
def overrides(draw: DrawFn, focus: Focus) -> list[Record]:
    """At most one override for each date near the focus: closed, or hours and breaks."""
    found = []
    for near in NEAR:
        if not chance(draw, 12):
            continue
        override: Record = {"date": focus.day + near * DAY}
        if chance(draw, 30):
            override["closed"] = True
        else:
            override["hours"] = [draw(wide_periods(focus))]
            if chance(draw, 40):
                override["hours"].append(draw(periods(focus, until(override["hours"][0]))))
            override["breaks"] = draw(st.lists(breaks(focus), max_size=2))
        found.append(override)
    return found
