"""Small but nasty worlds for property tests: `worlds()` gives (account, claims, question, now).

`python -m tests.oracle.worlds` prints how often each reason comes out.
"""

from collections import Counter
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .bookings import Scene, claims
from .catalogue import accounts
from .days import FOCUSES, ZONES, Focus
from .hours import chance
from .predicate import answer, reason_at
from .wall import DAY, MINUTE, day_bounds, instant_of, zone_of

Record = dict[str, Any]
World = tuple[Record, list[Record], Record, datetime]

WINDOWS = [timedelta(days=1), timedelta(days=2), timedelta(hours=12)]


@st.composite
def questions(draw: DrawFn, account: Record, zone: str, focus: Focus) -> Record:
    """What is asked, with the reservation-dependent parts left empty."""
    keys = [service["key"] for service in account["services"]]
    asked = draw(st.permutations(keys))[: draw(st.integers(1, len(keys)))]
    services = [service for service in account["services"] if service["key"] in asked]
    most = min(service["maxNumberOfReservations"] for service in services)
    midnight, next_midnight = (instant_of(m) for m in day_bounds(focus.day, zone_of(zone)))
    start = midnight
    if chance(draw, 30):
        start += draw(st.integers(-720, 720)) * MINUTE
    end = next_midnight
    if chance(draw, 40):
        end = start + draw(st.sampled_from(WINDOWS))
    question: Record = {"branch": "centre", "services": asked}
    question["party"] = most + 1 if chance(draw, 3) else draw(st.integers(1, most))
    question["resource"] = None
    able = [
        resource["key"]
        for resource in account["resources"]
        if resource["branch"] == "centre"
        for needing in [{s["key"] for s in services if resource["type"] in s["resourceTypes"]}]
        if needing and needing <= set(resource["services"])
    ]
    if able and chance(draw, 25):
        question["resource"] = draw(st.sampled_from(able))
    return question | {"replaces": None, "ignoring": None, "from": start, "to": end}


@st.composite
def clocks(draw: DrawFn, zone: str, focus: Focus, horizon: int) -> datetime:
    """A moment before or within the days asked about, sometimes between two minutes.

    Often exactly as many days before as can be booked, seldom one more.
    """
    midnight = instant_of(day_bounds(focus.day, zone_of(zone))[0])
    days = draw(st.sampled_from([1, 0, horizon, min(2, horizon), 0, 1]))
    now = midnight - (horizon + 1 if chance(draw, 4) else days) * DAY
    if chance(draw, 60):
        now += draw(st.integers(0, 900)) * MINUTE
    if chance(draw, 30):
        now += timedelta(seconds=draw(st.integers(1, 59)))
    return now


@st.composite
def exceptions(draw: DrawFn, present: list[Record], now: datetime) -> Record:
    """An appointment to be replaced, most likely one that is being moved; an own hold."""
    appointments = [claim["id"] for claim in present if claim["kind"] == "appointment"]
    moved = [claim["replaces"] for claim in present if claim["replaces"]]
    holds = [claim["id"] for claim in present if claim["expiresAt"] and claim["expiresAt"] > now]
    found: Record = {}
    if appointments and chance(draw, 40 if moved else 20):
        found["replaces"] = draw(st.sampled_from(moved or appointments))
    if holds and chance(draw, 25):
        found["ignoring"] = draw(st.sampled_from(holds))
    return found


@st.composite
def worlds(draw: DrawFn) -> World:
    zone = draw(st.sampled_from(ZONES))
    focus = draw(st.sampled_from(FOCUSES[zone]))
    account = draw(accounts(zone, focus))
    question = draw(questions(account, zone, focus))
    services = [s for s in account["services"] if s["key"] in question["services"]]
    now = draw(clocks(zone, focus, min(service["horizonDays"] for service in services)))
    # Claims matter where something could be booked without them, so they are put there.
    empty = answer(account, [], question, now)
    free = [start for start, reason in empty.items() if reason is None]
    anchors = free or list(empty) or [question["from"]]
    present = draw(claims(Scene(account, question, anchors, now)))
    if len(empty) > 1 and chance(draw, 20):
        # From a start on the grid to another one: the first is listed, the last is not.
        on_grid = st.sampled_from(list(empty))
        first, last = sorted(draw(st.lists(on_grid, min_size=2, max_size=2, unique=True)))
        question |= {"from": first, "to": last}
    question |= draw(exceptions(present, now))
    return account, present, question, now


@st.composite
def starts(draw: DrawFn, question: Record, listed: list[datetime]) -> datetime:
    """A whole minute in or just beside the window of a question, on the grid or off it."""
    if listed and chance(draw, 70):
        # On the grid, or off it by so little that only the grid can refuse it.
        start: datetime = draw(st.sampled_from(listed))
        return start + draw(st.sampled_from([0, 0, 1, -1, 0])) * MINUTE
    minutes = (question["to"] - question["from"]) // MINUTE
    begin: datetime = question["from"]
    return begin + draw(st.integers(-30, minutes + 30)) * MINUTE


def print_statistics(examples: int = 600) -> None:
    """Shares of each reason, over listed starts and single ones; for a person to look at."""
    listed: Counter[str] = Counter()
    found_in: Counter[str] = Counter()
    single: Counter[str] = Counter()
    seconds: list[float] = []
    mixed = empty = 0

    @settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), st.data())
    def look(world: World, data: st.DataObject) -> None:
        nonlocal mixed, empty
        account, present, question, now = world
        began = perf_counter()
        answers = answer(*world)
        seconds.append(perf_counter() - began)
        reasons = [reason or "bookable" for reason in answers.values()]
        listed.update(reasons)
        found_in.update(set(reasons))
        mixed += "bookable" in reasons and len(set(reasons)) > 1
        empty += not reasons
        start = data.draw(starts(question, list(answers)))
        single[reason_at(account, present, question, start, now) or "bookable"] += 1

    look()
    total, count = listed.total(), len(seconds)
    print(f"{count} worlds, {total} starts; {mixed / count:.0%} mixed, {empty / count:.0%} empty")
    print("reason         listed    worlds    single")
    for reason in sorted(listed.keys() | single.keys()):
        shares = listed[reason] / total, found_in[reason] / count, single[reason] / count
        print(f"{reason:12}", *(f"{share:8.2%} " for share in shares))
    seconds.sort()
    print(f"median {seconds[count // 2] * 1000:.1f} ms, slowest {seconds[-1] * 1000:.1f} ms")


if __name__ == "__main__":
    print_statistics()
