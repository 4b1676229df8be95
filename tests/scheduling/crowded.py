"""Worlds with little wall time and many claims: `crowded()`, beside the oracle's `worlds()`.

Here a branch is nearly always open, so that what decides is who is qualified and has room.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from oracle.worlds import World

Record = dict[str, Any]

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOON = datetime(2027, 6, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEYS = ["passport", "licence"]
PLACES = ["desk-1", "desk-2", "desk-3", "room-1", "room-2"]


def every_day(opens: str, closes: str) -> list[Record]:
    """The same hours every day."""
    return [{"day": day, "opens": opens, "closes": closes} for day in WEEK]


@st.composite
def services(draw: DrawFn, key: str, mode: str) -> Record:
    """A short service of one or two types of resources."""
    types = [["desk"], ["desk"], ["room"], ["desk", "room"], ["room", "desk"]]
    return {
        "key": key,
        "durationMinutes": draw(st.sampled_from([30, 10, 60])),
        "slotStepMinutes": draw(st.sampled_from([30, 15, 10])),
        "bufferBeforeMinutes": draw(st.sampled_from([0, 0, 5])),
        "bufferAfterMinutes": draw(st.sampled_from([0, 0, 10])),
        "minimumNoticeMinutes": draw(st.sampled_from([0, 0, 60, 1440])),
        "horizonDays": draw(st.sampled_from([90, 90, 1, 0])),
        "maxNumberOfReservations": 3,
        "additionalCustomerMinutes": draw(st.sampled_from([0, 5])),
        "partyMode": mode,
        "resourceTypes": draw(st.sampled_from(types)),
        "branches": ["centre"],
    }


@st.composite
def resources(draw: DrawFn, key: str) -> Record:
    """A desk or room, mostly for everything."""
    resource: Record = {
        "key": key,
        "branch": "centre",
        "type": key.partition("-")[0],
        "capacity": draw(st.sampled_from([1, 2, 3])),
        "services": draw(st.sampled_from([KEYS, KEYS, KEYS[:1], KEYS[1:]])),
        "sortOrder": draw(st.integers(1, 2)),
    }
    if draw(st.integers(0, 5)) == 0:
        resource["openingHours"] = every_day("14:00", "16:00")
    return resource


@st.composite
def claims(draw: DrawFn, number: int, now: datetime, appointments: list[Record]) -> Record:
    """One claim of one or two resources in the hours around noon, or the evening before."""
    kind = draw(st.sampled_from(["appointment", "reservation", "reservation", "block"]))
    start = NOON + draw(st.integers(-12, 12)) * 10 * MINUTE
    start -= timedelta(hours=draw(st.sampled_from([0, 0, 0, 0, 13])))
    claim: Record = {
        "kind": kind,
        "id": f"{kind}-{number}",
        "resources": draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=2, unique=True)),
        "start": start,
        "end": start + draw(st.sampled_from([30, 10, 60, 100])) * MINUTE,
        "bufferBefore": draw(st.sampled_from([0, 0, 5])),
        "bufferAfter": draw(st.sampled_from([0, 0, 10])),
        "places": draw(st.sampled_from([1, 1, 2])),
        "expiresAt": None,
        "replaces": None,
    }
    if kind == "block":
        claim |= {"bufferBefore": 0, "bufferAfter": 0, "places": 1}
    if kind == "reservation":
        left = draw(st.sampled_from([MINUTE, MINUTE, timedelta(seconds=1), 0 * MINUTE, -MINUTE]))
        claim["expiresAt"] = now + left
        if appointments and draw(st.booleans()):
            moved = draw(st.sampled_from(appointments))
            claim["replaces"] = moved["id"]
            claim["resources"] = moved["resources"]
    return claim


@st.composite
def crowded(draw: DrawFn) -> World:
    """A world like those of `oracle.worlds`."""
    mode = draw(st.sampled_from(["extend", "occupy"]))
    zone = draw(st.sampled_from(["Europe/Amsterdam", "Asia/Kathmandu", "Pacific/Kiritimati"]))
    account: Record = {
        "branches": [
            {"key": "centre", "timeZone": zone, "openingHours": every_day("00:00", "24:00")}
        ],
        "services": [draw(services(key, mode)) for key in KEYS],
        "resources": [draw(resources(key)) for key in PLACES],
        "serviceCombinations": [{"branch": "centre", "services": KEYS}],
    }
    now = NOON - timedelta(hours=draw(st.sampled_from([1, 3, 20, 30])))
    present: list[Record] = []
    for number in range(draw(st.integers(1, 9))):
        appointments = [claim for claim in present if claim["kind"] == "appointment"]
        present.append(draw(claims(number, now, appointments)))
    appointments = [claim["id"] for claim in present if claim["kind"] == "appointment"]
    holds = [claim["id"] for claim in present if claim["kind"] == "reservation"]
    order = draw(st.permutations(KEYS))
    asked: Record = {
        "branch": "centre",
        "services": order[: draw(st.integers(1, 2))],
        "party": draw(st.integers(1, 3)),
        "resource": None,
        "replaces": None,
        "ignoring": None,
        "from": NOON - timedelta(hours=1),
        "to": NOON + timedelta(hours=2),
    }
    if appointments and draw(st.integers(0, 3)) == 0:
        asked["replaces"] = draw(st.sampled_from(appointments))
    if holds and draw(st.integers(0, 3)) == 0:
        asked["ignoring"] = draw(st.sampled_from(holds))
    return account, present, asked, now
