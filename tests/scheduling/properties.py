"""What holds of the predicate in every world: the product says what the oracle says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Millis, instant_of_minute
from openslot.scheduling.availability.availability import run
from openslot.scheduling.booking.allocation import allocate
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.views import listings
from openslot.scheduling.views.bookable_starts import (
    StartsSource,
    bookable_starts,
    dates,
    holds_until,
)
from openslot.scheduling.views.listings import Slot, Snapshot
from oracle import predicate as oracle
from oracle.wall import local_date, minute_of
from oracle.worlds import World

from .choices import Choices
from .ledger import Ledger
from .world import Scene, scene_of

Property = Callable[[World, Choices, Ledger], None]
_latest: list[tuple[World, dict[datetime, str | None]]] = []


def expected_of(world: World) -> dict[datetime, str | None]:
    """The oracle's answer, which one property after the other asks of the same world."""
    if not _latest or _latest[0][0] is not world:
        _latest[:] = [(world, oracle.answer(*world))]
    return _latest[0][1]


def reasons_are_the_oracles(world: World, choices: Choices, ledger: Ledger) -> None:
    """Every start on the grid gets the same reason, in the judgement and in the listing."""
    expected = expected_of(world)
    scene = scene_of(*world)
    assert scene.reasons() == expected
    listing = run(listings.slots(scene.snapshot(unavailable=True), scene.sheets))
    offered = "not_offered" not in expected.values()
    assert {instant_of_minute(s.start): s.reason for s in listing} == (expected if offered else {})
    assert all(s.end - s.start == scene.query.policy.duration_minutes for s in listing)


def listings_are_the_oracles(world: World, choices: Choices, ledger: Ledger) -> None:
    """A listing holds exactly the bookable starts, sorted and once; the dates are theirs."""
    free = [minute_of(s) for s, reason in expected_of(world).items() if reason is None]
    scene = scene_of(*world)
    taken = scene.snapshot()
    assert [s.start for s in run(listings.slots(taken, scene.sheets))] == free
    source = scene.source()
    assert run(bookable_starts(source)) == free
    zone = scene.query.branch.zone
    assert run(dates(source)) == sorted({local_date(s, zone) for s in free})
    for limit in choices.between(1, 5):
        some = run(listings.slots(scene.snapshot(limit=limit), scene.sheets))
        assert [s.start for s in some] == free[:limit]


def single_starts_are_decided_and_assigned_as_by_the_oracle(
    world: World, choices: Choices, ledger: Ledger
) -> None:
    """Placing a claim at any minute is decided, and assigned, as the oracle does."""
    account, claims, asked, now = world
    scene = scene_of(*world)
    with ledger.holding(scene.query.branch.id, scene.sheets, scene.now) as tx:
        for start in choices.starts(asked, list(expected_of(world))):
            expected = oracle.reason_at(account, claims, asked, start, now)
            try:
                resources = allocate(tx, scene.query, minute_of(start)).resources
            except SlotUnavailable as refusal:
                assert refusal.data["reason"] == expected
                continue
            assert expected is None
            chosen = {resource.type: scene.names[resource.id] for resource in resources}
            assert chosen == oracle.assign(account, claims, asked, start, now)


def a_range_is_the_union_of_its_parts(world: World, choices: Choices, ledger: Ledger) -> None:
    """Wherever a range is cut, at midnight or elsewhere, no start is lost or won."""
    scene = scene_of(*world)
    whole = run(bookable_starts(scene.source()))
    for cut in choices.between(scene.first, scene.last):
        parts = []
        for first, last in pairwise(sorted({scene.first, cut, scene.last})):
            part = replace(scene, first=first, last=last)
            parts += run(bookable_starts(part.source()))
        assert parts == whole


def as_many_fit_as_are_said_to_remain(world: World, choices: Choices, ledger: Ledger) -> None:
    """So many requests really fit, one after the other, and no more."""
    account, claims, asked, now = world
    scene = scene_of(*world)
    listing = run(listings.slots(scene.snapshot(remaining=True), scene.sheets))
    for slot in choices.of(listing) if listing else ():
        fitted, present = 0, list(claims)
        while chosen := oracle.assign(account, present, asked, instant_of_minute(slot.start), now):
            fitted += 1
            claim = _request(scene, slot, fitted, list(chosen.values()), asked["replaces"])
            present.append(claim)
        assert slot.remaining == fitted


def _request(
    scene: Scene, slot: Slot, number: int, resources: list[str], replaces: str | None
) -> dict[str, Any]:
    """One more request at a slot, as a claim that is there."""
    policy = scene.query.policy
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


def answers_hold_as_long_as_they_say(world: World, choices: Choices, ledger: Ledger) -> None:
    """Until the instant at which an answer ends, nothing in it changes."""
    scene = scene_of(*world)
    for refused_too in choices.of([False, True]):

        def snapshot(now: Millis, unavailable: bool = refused_too) -> Snapshot:
            return scene.at(now).snapshot(unavailable=unavailable)

        _holds(scene, snapshot, choices)


def answers_from_now_on_hold_as_long_as_they_say(
    world: World, choices: Choices, ledger: Ledger
) -> None:
    """The same where the range itself moves with the time."""
    scene = scene_of(*world)
    for refused_too in choices.of([False, True]):

        def snapshot(now: Millis, unavailable: bool = refused_too) -> Snapshot:
            asked = {"first": None, "last": None, "unavailable": unavailable}
            of_asked = scene.snapshot(**asked).listing
            first, last = listings._range(of_asked, scene.query.branch, now)
            moved = replace(scene, now=now, first=first, last=last)
            return moved.snapshot(**asked)

        _holds(scene, snapshot, choices)


def _holds(scene: Scene, snapshot: Callable[[Millis], Snapshot], choices: Choices) -> None:
    def answer(now: Millis) -> list[Slot]:
        return run(listings.slots(snapshot(now), scene.sheets))

    until = holds_until(StartsSource(snapshot(scene.now), (), scene.sheets))
    assert until > scene.now
    present = answer(scene.now)
    for later in [until - 1, *choices.between(scene.now, until - 1)]:
        assert answer(later) == present


PROPERTIES: list[Property] = [
    reasons_are_the_oracles,
    listings_are_the_oracles,
    single_starts_are_decided_and_assigned_as_by_the_oracle,
    a_range_is_the_union_of_its_parts,
    as_many_fit_as_are_said_to_remain,
    answers_hold_as_long_as_they_say,
    answers_from_now_on_hold_as_long_as_they_say,
]
