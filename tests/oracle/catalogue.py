"""Strategies for one account: branches, services, resources and combinations."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .days import HOLIDAY_CALENDARS, Focus
from .hours import chance, overrides, weekly_breaks, weekly_hours

Record = dict[str, Any]

DURATIONS = st.one_of(
    st.sampled_from([30, 15, 5, 1, 7, 45, 60, 61, 90]),
    st.sampled_from([30, 20, 60, 240, 1439, 1440]),
    st.integers(1, 180),
)
STEPS = st.sampled_from([15, 30, 60, 10, 20, 5, 7, 25, 45, 90, 97, 480])
BUFFERS = st.sampled_from([0, 0, 0, 5, 10, 1, 15, 45])
NOTICES = st.sampled_from([0, 0, 1, 30, 61, 180, 1440])
HORIZONS = st.sampled_from([90, 30, 2, 1, 730])


@st.composite
def branches(draw: DrawFn, key: str, zone: str, focus: Focus) -> Record:
    branch: Record = {"key": key, "name": key.title(), "timeZone": zone}
    branch["openingHours"] = draw(weekly_hours(focus))
    branch["breaks"] = draw(weekly_breaks(focus))
    branch["overrides"] = draw(overrides(focus))
    if chance(draw, 35):
        branch["holidayCalendar"] = HOLIDAY_CALENDARS[zone]
    if chance(draw, 2):
        branch["active"] = False
    return branch


@st.composite
def services(draw: DrawFn, key: str, focus: Focus, types: list[str], mode: str) -> Record:
    service = {
        "key": key,
        "name": key.title(),
        "durationMinutes": draw(DURATIONS),
        "slotStepMinutes": draw(STEPS),
        "bufferBeforeMinutes": draw(BUFFERS),
        "bufferAfterMinutes": draw(BUFFERS),
        "minimumNoticeMinutes": draw(NOTICES),
        "horizonDays": draw(HORIZONS),
        "maxNumberOfReservations": draw(st.integers(1, 4)),
        "additionalCustomerMinutes": draw(st.sampled_from([0, 5, 10, 13, 30])),
        "partyMode": mode,
        "resourceTypes": draw(st.sampled_from([types, types[:1], types[-1:]])),
        "branches": ["centre"],
    }
    if chance(draw, 20):
        service["openingHours"] = draw(weekly_hours(focus))
    if chance(draw, 2):
        service["partyMode"] = "occupy" if mode == "extend" else "extend"
    if chance(draw, 2):
        service["branches"] = []
    if chance(draw, 2):
        service["active"] = False
    return service


@st.composite
def resources(draw: DrawFn, key: str, kind: str, focus: Focus, services: list[str]) -> Record:
    resource = {
        "key": key,
        "branch": "centre",
        "name": key.title(),
        "type": kind,
        "capacity": draw(st.sampled_from([1, 1, 2, 3, 4])),
        "services": services,
        "sortOrder": draw(st.integers(1, 3)),
    }
    if len(services) > 1 and chance(draw, 10):
        resource["services"] = draw(st.sampled_from(services).map(lambda only: [only]))
    if chance(draw, 25):
        resource["openingHours"] = draw(weekly_hours(focus))
    if chance(draw, 25):
        resource["breaks"] = draw(weekly_breaks(focus))
    if chance(draw, 6):
        resource["active"] = False
    return resource


@st.composite
def accounts(draw: DrawFn, zone: str, focus: Focus) -> Record:
    """One account whose branch `centre` is the one asked about.

    Keys sort as they are made, so that a product which gives ids in that order breaks the last
    tie of the assignment as the oracle does.
    """
    types = ["desk", "room"] if chance(draw, 30) else ["desk"]
    mode = draw(st.sampled_from(["extend", "occupy"]))
    keys = ["passport", "licence", "marriage"][: draw(st.sampled_from([1, 2, 2, 3]))]
    account: Record = {"account": "acme", "name": "Acme", "sandbox": True, "locales": ["en_US"]}
    account["branches"] = [draw(branches("centre", zone, focus))]
    account["services"] = [draw(services(key, focus, types, mode)) for key in keys]
    account["resources"] = [
        draw(resources(f"{kind}-{number}", kind, focus, keys))
        for kind in types
        for number in range(1, 1 + draw(st.sampled_from([1, 2, 1, 3])))
    ]
    account["serviceCombinations"] = []
    if len(keys) > 1 and not chance(draw, 6):
        size = len(keys) if not chance(draw, 15) else 2
        account["serviceCombinations"] = [{"branch": "centre", "services": keys[:size]}]
    if chance(draw, 10):
        # A neighbour whose free desk must never serve the branch that is asked.
        account["branches"].append(draw(branches("elsewhere", zone, focus)))
        desk = {"key": "desk-9", "branch": "elsewhere", "name": "Desk 9", "type": "desk"}
        account["resources"].append(desk | {"capacity": 4, "services": keys, "sortOrder": 0})
        account["services"][0]["branches"].append("elsewhere")
    return account
