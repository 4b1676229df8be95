"""Bookings of one account that really run beside each other; afterwards everything holds together.

The town's fixture verifies that: sheets equal rows, nothing over capacity, every history complete.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest

from openslot.kernel.errors import OpenslotError
from openslot.scheduling.booking import appointments, blocks, reservations
from openslot.scheduling.booking.idempotency import (
    NO_KEY,
    IdempotencyKey,
    RecordedOutcome,
    Replayed,
)
from openslot.scheduling.catalogue import changes
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.errors import SlotUnavailable, TooManyReservations
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.transactions import AccountTx, DatabaseUnavailable
from postgresql import deadlocks

from .office import CATALOGUE, Office, at, details

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("dialect", ["postgresql"])]

STARTS = [at("09:00") + half * 30 for half in range(4)]


def all_of(office: Office, *work: Awaitable[Any]) -> list[Any]:
    """What becomes of several things at once: answers, and refusals as values."""

    async def gather() -> list[Any]:
        async with asyncio.timeout(30):
            return await asyncio.gather(*work, return_exceptions=True)

    done = office.town.run(gather())
    for one in done:
        assert not isinstance(one, BaseException) or isinstance(one, (OpenslotError, Replayed)), one
        assert not isinstance(one, DatabaseUnavailable), one.__cause__
    return done


def beside(office: Office, operation: Any, *args: Any) -> Awaitable[Any]:
    """An operation that has yet to run, beside others."""
    return office.town.database.write_concurrently(office.account_id, operation, *args)


def alone(office: Office, operation: Any, *args: Any, **more: Any) -> Awaitable[Any]:
    """An operation that has yet to run, alone in its account."""
    return office.town.database.write(office.account_id, operation, *args, **more)


def reserving(
    office: Office, *wanted: Any, idempotency_key: IdempotencyKey = NO_KEY, **more: Any
) -> Any:
    """A reservation to be made."""
    asked = office.wanted(*wanted, **more)
    return beside(office, reservations.reserve, office.actor, asked, idempotency_key, 0)


def confirming(office: Office, held: Reservation) -> Awaitable[Any]:
    """A confirmation to be made."""
    return beside(office, appointments.confirm, office.actor, held.id, details(), NO_KEY)


def moving(office: Office, booked: Appointment, held: Reservation) -> Awaitable[Any]:
    """An appointment to be moved."""
    ids = booked.id, held.id
    idempotency_key = NO_KEY
    return beside(office, appointments.move, office.actor, *ids, lambda _: True, idempotency_key)


def cancelling(office: Office, booked: Appointment) -> Awaitable[Any]:
    """An appointment to be cancelled."""
    given = booked.id, lambda _: True, NO_KEY
    return beside(office, appointments.cancel, office.actor, *given)


@pytest.mark.parametrize(
    ("service", "party", "places"), [("passport", 1, 2), ("will", 1, 1), ("course", 1, 3)]
)
def test_as_many_win_as_there_are_places(
    acme: Office, service: str, party: int, places: int
) -> None:
    for start in STARTS[::2]:
        made = all_of(acme, *(reserving(acme, start, service, party=party) for _ in range(20)))
        won = [one for one in made if isinstance(one, Reservation)]
        assert len(won) == places
        assert {type(one) for one in made if one not in won} == {SlotUnavailable}


def test_a_reservation_ends_once(acme: Office) -> None:
    """Confirmed twice, released, and used to move another appointment, all at once."""
    ends: Counter[str] = Counter()
    for turn in range(20):
        start = at("09:00", 1 + turn)
        booked = acme.book(start + 60, "will")
        held = acme.reserve(start, "will")
        releasing = beside(acme, reservations.release, acme.actor, held.id, NO_KEY)
        work = [
            confirming(acme, held),
            confirming(acme, held),
            releasing,
            moving(acme, booked, held),
        ]
        random.Random(turn).shuffle(work)
        done = all_of(acme, *work)
        won = [one for one in done if not isinstance(one, OpenslotError)]
        assert len(won) == 1
        moved = won[0] is not None and won[0].id == booked.id
        ends["released" if won[0] is None else "moved" if moved else "confirmed"] += 1
    assert len(ends) > 1, f"it was no race: {ends}"


def test_an_appointment_is_cancelled_once(acme: Office) -> None:
    for turn in range(5):
        booked = acme.book(at("10:00", turn))
        done = all_of(acme, *(cancelling(acme, booked) for _ in range(8)))
        assert done == [None] * 8
        assert [change.change for change in acme.history(booked)] == ["booked", "cancelled"]


def test_moves_that_meet_on_the_sheets_of_a_day(acme: Office) -> None:
    """Each leaves a time of one desk for one of another, all on the same two sheets."""
    for turn in range(5):
        desks = ["desk-1", "desk-2"] * 4
        times = [at("09:00", turn) + 30 * number for number in range(8)]
        booked = [acme.book(t, resource=d) for t, d in zip(times, desks, strict=True)]
        others = reversed(times)
        held = [acme.reserve(t, resource=d) for t, d in zip(others, desks, strict=True)]
        done = all_of(acme, *(moving(acme, b, h) for b, h in zip(booked, held, strict=True)))
        assert [one.version for one in done] == [2] * 8
        assert acme.problems() == []


def test_an_idempotency_key_has_one_effect(acme: Office) -> None:
    def reserve(tx: AccountTx, idempotency_key: IdempotencyKey) -> Reservation:
        wanted = acme.wanted(at("10:00"), "course")
        made = reservations.reserve(tx, acme.actor, wanted, idempotency_key, 0)
        idempotency_key.record(tx, RecordedOutcome(201, "{}", made.id.encode()))
        return made

    idempotency_key = IdempotencyKey("website", "a key", b"fingerprint")
    done = all_of(acme, *(beside(acme, reserve, idempotency_key) for _ in range(12)))
    (made,) = [one for one in done if isinstance(one, Reservation)]
    assert [one.outcome.content for one in done if one is not made] == [made.id.encode()] * 11
    assert acme.counts()["live reservations"] == 1


def test_a_client_holds_no_more_than_it_may(acme: Office) -> None:
    def reserve(number: int) -> Awaitable[Any]:
        wanted = acme.wanted(at("09:00", 1 + number))
        args = acme.actor, wanted, NO_KEY, 5
        return beside(acme, reservations.reserve, *args)

    done = all_of(acme, *map(reserve, range(20)))
    assert Counter(type(one) for one in done) == {Reservation: 5, TooManyReservations: 15}


def test_a_block_and_a_booking_do_not_miss_each_other(acme: Office) -> None:
    """Whichever comes second is told of the first."""
    outcomes: Counter[bool] = Counter()
    for turn in range(15):
        start = at("10:00", 1 + turn)
        args = acme.actor, acme.ids["resource", "desk-2"], start, start + 30, None
        blocking = alone(acme, blocks.block, *args, NO_KEY, force=False)
        work = [reserving(acme, start, "will"), blocking]
        reserved, blocked = all_of(acme, *work)
        assert isinstance(reserved, Reservation) == isinstance(blocked, blocks.BookingsInTheWay)
        outcomes[isinstance(reserved, Reservation)] += 1
    assert outcomes.total() == 15


def test_hours_change_between_bookings_and_not_within(acme: Office) -> None:
    """Who was booked before the change is named as without a place, who came after is refused."""
    day = {"opens": "09:00", "closes": "17:00"}

    def close_on(weekday: str) -> Awaitable[Any]:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        hours = [{"day": name, **day} for name in days if name != weekday]
        branch = {**CATALOGUE["branch"]["centre"], "openingHours": hours}
        return alone(acme, changes.put, acme.actor, "branch", "centre", branch)

    earlier: set[str] = set()
    for turn, weekday in enumerate(["tuesday", "wednesday", "thursday", "friday"] * 2):
        start = at("11:00", 1 + turn % 4 + 7 * (turn // 4))
        held = [acme.reserve(start, "course") for _ in range(2)]
        done = all_of(acme, *map(confirming, [acme] * 2, held), close_on(weekday))
        booked, outcome = [one for one in done[:2] if isinstance(one, Appointment)], done[2]
        assert set(outcome.without_place) - earlier == {one.id for one in booked}
        earlier |= {one.id for one in booked}
        for one in held:
            if one.id not in {b.id for b in booked}:
                acme.release(one)
        acme.town.run(close_on("never"))


def test_everything_at_once(acme: Office) -> None:
    """A crowd that reserves, confirms, moves, cancels and releases whatever it finds."""
    luck = random.Random(7)
    held: list[Reservation] = []
    booked: list[Appointment] = []
    for _ in range(25):
        work: list[Awaitable[Any]] = []
        for _ in range(16):
            what = luck.random()
            if what < 0.45 or not held:
                service = luck.choice(["passport", "will", "course", "licence"])
                resource = luck.choice([None, None, "desk-2"])
                named = {"resource": resource} if resource and service == "will" else {}
                replaces = {"replaces": luck.choice(booked).id} if booked and what < 0.1 else {}
                start = luck.choice(STARTS)
                work.append(reserving(acme, start, service, **named, **replaces))
            elif what < 0.7:
                work.append(confirming(acme, luck.choice(held)))
            elif what < 0.8 and booked:
                work.append(moving(acme, luck.choice(booked), luck.choice(held)))
            elif what < 0.9 and booked:
                work.append(cancelling(acme, luck.choice(booked)))
            else:
                given = luck.choice(held).id, NO_KEY
                work.append(beside(acme, reservations.release, acme.actor, *given))
        for one in all_of(acme, *work):
            if isinstance(one, Reservation):
                held.append(one)
            elif isinstance(one, Appointment):
                booked.append(one)
        assert acme.problems() == []
    assert len(held) > 20 and len(booked) > 10
    assert deadlocks(acme.town.url) == 0
