"""The one predicate: the product and the oracle agree about every start of every world.

A quick round in the fast loop and a thorough one beside it, both over the same properties.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import predicate as oracle
from oracle.wall import local_date, minute_of
from oracle.worlds import World, starts, worlds

from openslot.kernel.clock import MINUTE_MS, Minute, instant_of_minute, millis_of
from openslot.scheduling import listings
from openslot.scheduling.assignment import assign
from openslot.scheduling.availability import judge, run
from openslot.scheduling.placing import place
from openslot.scheduling.refusals import SlotUnavailable

from .ledger import Ledger
from .world import Scene, scene_of

Property = Callable[[World, st.DataObject, Ledger], None]

QUICK = 40
THOROUGH = 500


def check_reasons(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """Every start on the grid gets the same reason, in the judgement and in the listing."""
    expected = oracle.answer(*world)
    scene = scene_of(*world)
    assert scene.reasons() == expected
    listing = run(listings.slots(scene.snapshot(unavailable=True), scene.sheets))
    offered = "not_offered" not in expected.values()
    assert {instant_of_minute(s.start): s.reason for s in listing} == (expected if offered else {})
    assert all(s.end - s.start == scene.question.policy.duration_minutes for s in listing)


def check_listing(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """The listing holds exactly the bookable starts, sorted and once; the dates are theirs."""
    free = [minute_of(s) for s, reason in oracle.answer(*world).items() if reason is None]
    scene = scene_of(*world)
    taken = scene.snapshot()
    assert [s.start for s in run(listings.slots(taken, scene.sheets))] == free
    assert run(listings.bookable_starts(taken, scene.sheets)) == free
    zone = scene.question.branch.zone
    assert run(listings.dates(taken, scene.sheets)) == sorted({local_date(s, zone) for s in free})
    limit = data.draw(st.integers(1, 5))
    some = run(listings.slots(scene.snapshot(limit=limit), scene.sheets))
    assert [s.start for s in some] == free[:limit]


def check_single_start(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """Placing a claim at any minute is decided, and assigned, as the oracle does."""
    account, claims, asked, now = world
    start = data.draw(starts(asked, list(oracle.answer(*world))))
    expected = oracle.reason_at(account, claims, asked, start, now)
    scene = scene_of(*world)
    with ledger.holding(scene.question.branch.id, scene.sheets, scene.now) as tx:
        try:
            resources, _ = place(tx, scene.question, minute_of(start))
        except SlotUnavailable as refusal:
            assert refusal.data["reason"] == expected
            return
    assert expected is None
    chosen = {resource.type: scene.names[resource.id] for resource in resources}
    assert chosen == oracle.assign(account, claims, asked, start, now)


def check_union_of_days(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """A range equals the union of its parts, wherever it is cut."""
    scene = scene_of(*world)
    whole = run(listings.bookable_starts(scene.snapshot(), scene.sheets))
    cuts = data.draw(st.lists(st.integers(scene.first, scene.last), max_size=3))
    bounds = [scene.first, *sorted(cuts), scene.last]
    parts = []
    for first, last in zip(bounds, bounds[1:], strict=False):
        part = Scene(scene.question, scene.sheets, scene.now, first, last, scene.names)
        parts += run(listings.bookable_starts(part.snapshot(), scene.sheets))
    assert parts == whole


def check_remaining(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """As many requests as are said to fit really do, one after the other, and no more."""
    account, claims, asked, now = world
    scene = scene_of(*world)
    listing = run(listings.slots(scene.snapshot(remaining=True), scene.sheets))
    if not listing:
        return
    slot = data.draw(st.sampled_from(listing))
    fitted, present = 0, list(claims)
    while chosen := oracle.assign(account, present, asked, instant_of_minute(slot.start), now):
        fitted += 1
        present.append(request(scene, slot, fitted, list(chosen.values()), asked["replaces"]))
    assert slot.remaining == fitted


def request(
    scene: Scene, slot: listings.Slot, number: int, resources: list[str], replaces: str | None
) -> dict[str, Any]:
    """One more request at a slot, as a claim that is there."""
    policy = scene.question.policy
    return {
        "kind": "reservation",
        "id": f"request-{number}",
        "resources": resources,
        "start": instant_of_minute(slot.start),
        "end": instant_of_minute(slot.end),
        "bufferBefore": policy.before_minutes,
        "bufferAfter": policy.after_minutes,
        "places": policy.places,
        "replaces": replaces,
        "expiresAt": instant_of_minute(scene.now // MINUTE_MS + 10),
    }


def check_holds_until(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """Until the instant at which an answer ends, nothing in it changes."""
    scene = scene_of(*world)
    unavailable = data.draw(st.booleans())

    def answer(now: int) -> list[listings.Slot]:
        taken = scene.at(now).snapshot(unavailable=unavailable)
        return run(listings.slots(taken, scene.sheets))

    until = listings.holds_until(scene.snapshot(unavailable=unavailable), scene.sheets)
    assert until > scene.now
    now = answer(scene.now)
    assert answer(until - 1) == now
    assert answer(data.draw(st.integers(scene.now, until - 1))) == now


def check_open_range_holds(world: World, data: st.DataObject, ledger: Ledger) -> None:
    """The same where the range itself moves with the time: from now on, for 31 days."""
    scene = scene_of(*world)
    unavailable = data.draw(st.booleans())

    def snapshot(now: int) -> listings.Snapshot:
        asked = scene.snapshot(first=None, last=None, unavailable=unavailable).asked
        first, last = listings._range(asked, scene.question.branch, now)
        moved = Scene(scene.question, scene.sheets, now, first, last, scene.names)
        return moved.snapshot(first=None, last=None, unavailable=unavailable)

    until = listings.holds_until(snapshot(scene.now), scene.sheets)
    assert until > scene.now
    now = run(listings.slots(snapshot(scene.now), scene.sheets))
    for later in (until - 1, data.draw(st.integers(scene.now, until - 1))):
        assert run(listings.slots(snapshot(later), scene.sheets)) == now


PROPERTIES = [
    check_reasons,
    check_listing,
    check_single_start,
    check_union_of_days,
    check_remaining,
    check_holds_until,
    check_open_range_holds,
]


def holds(check: Property, examples: int, ledger: Ledger) -> None:
    """Tries a property on so many worlds; a failure prints how to see it again."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), st.data())
    def tried(world: World, data: st.DataObject) -> None:
        check(world, data, ledger)

    tried()


@pytest.mark.parametrize("check", PROPERTIES)
def test_the_product_and_the_oracle_agree(check: Property, ledger: Ledger) -> None:
    holds(check, QUICK, ledger)


@pytest.mark.slow
@pytest.mark.parametrize("check", PROPERTIES)
def test_the_product_and_the_oracle_agree_on_many_worlds(check: Property, ledger: Ledger) -> None:
    holds(check, THOROUGH, ledger)
