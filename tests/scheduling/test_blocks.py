"""Blocks: what they take, whom they strand, and that everything is as before when they are gone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openslot.kernel.actor import Actor, InsufficientScope
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
)
from openslot.scheduling.booking import blocks, staff
from openslot.scheduling.booking.blocks import BookingsInTheWay
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import blocks as block_store
from openslot.storage.journal import audit
from rounds import rounds

from .office import Office, at, details

DAY = MINUTES_PER_DAY


def manager(office: Office) -> Actor:
    """Somebody of the staff who may do everything."""
    scopes = {APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE, ADMIN_WRITE}
    return Actor(office.account_id, "client", "desk", frozenset(scopes))


def block(
    office: Office,
    start: Minute | str,
    end: Minute | str,
    resource: str = "desk-1",
    *,
    force: bool = False,
    by: Actor | None = None,
) -> tuple[Block, list[str]]:
    """Blocks."""
    first, last = (at(t) if isinstance(t, str) else t for t in (start, end))
    return office.do(
        blocks.block,
        by or manager(office),
        office.ids["resource", resource],
        first,
        last,
        None,
        NO_KEY,
        force=force,
    )


def unblock(office: Office, gone: Block) -> None:
    """Gives the time back."""
    office.do(blocks.unblock, manager(office), gone.resource_id, gone.id, NO_KEY)


def change(
    office: Office,
    old: Block,
    start: str,
    end: str,
    reason: str | None = None,
    *,
    force: bool = False,
) -> tuple[Block, list[str]]:
    """Makes it another time."""
    span = at(start), at(end)
    return office.do(blocks.change, manager(office), old, *span, reason, force=force)


def conflicted(office: Office, appointment: Appointment) -> bool:
    """Whether it is marked."""
    return office.appointment(appointment).conflicted


def test_it_takes_the_whole_resource_and_gives_it_back(acme: Office) -> None:
    made, nobody = block(acme, "10:00", "11:00", "hall")
    assert nobody == []
    with pytest.raises(SlotUnavailable) as refused:
        acme.reserve("10:30", "course")
    assert refused.value.data["reason"] == "blocked"
    acme.reserve("11:00", "course")
    unblock(acme, made)
    acme.reserve("10:00", "course", party=3)
    with pytest.raises(NotFound):
        acme.do(blocks.get, made.resource_id, made.id)


def test_over_appointments_and_live_reservations_it_is_refused(acme: Office) -> None:
    booked, held = acme.book("10:00", resource="desk-1"), acme.reserve("10:30", resource="desk-1")
    acme.book("12:00", resource="desk-1")
    gone = acme.reserve("11:00", resource="desk-1")
    acme.release(gone)
    with pytest.raises(BookingsInTheWay) as refused:
        block(acme, "09:00", "12:00")
    assert refused.value.data["stranded"] == sorted([booked.id, held.id])
    assert acme.counts().get("blocks", 0) == 0
    assert not conflicted(acme, booked)


def test_another_time_frees_the_old_one_and_takes_the_new(acme: Office) -> None:
    made, _ = block(acme, "10:00", "11:00", "hall")
    moved, nobody = change(acme, made, "11:00", "12:00")
    assert nobody == []
    assert acme.do(blocks.get, made.resource_id, made.id) == moved
    assert (moved.start, moved.id, moved.created_at) == (at("11:00"), made.id, made.created_at)
    acme.reserve("10:00", "course", party=3)
    with pytest.raises(SlotUnavailable):
        acme.reserve("11:30", "course")
    later, _ = change(acme, moved, "11:00", "12:00", "Repair")
    assert later.reason == "Repair"
    assert acme.problems() == []


def test_whom_another_time_strands_and_whom_it_relieves(acme: Office) -> None:
    early = acme.book("09:00", resource="desk-1")
    both = acme.book("10:00", resource="desk-1")
    late = acme.book("11:00", resource="desk-1")
    made, _ = block(acme, "09:00", "10:30", force=True)
    with pytest.raises(BookingsInTheWay) as refused:
        change(acme, made, "10:00", "11:30")
    assert refused.value.data["stranded"] == [late.id]  # the one of ten o'clock is under it now
    assert acme.do(blocks.get, made.resource_id, made.id) == made
    assert [conflicted(acme, one) for one in (early, both, late)] == [True, True, False]
    made, ids = change(acme, made, "10:00", "11:30", force=True)
    assert ids == [late.id]
    assert [conflicted(acme, one) for one in (early, both, late)] == [False, True, True]
    made, ids = change(acme, made, "10:00", "10:30")
    assert ids == []
    assert [conflicted(acme, one) for one in (early, both, late)] == [False, True, False]
    assert acme.problems() == []


@pytest.mark.parametrize(("start", "end"), [("10:00", "10:00"), ("11:00", "10:00")])
def test_a_changed_one_ends_after_it_begins_too(acme: Office, start: str, end: str) -> None:
    made, _ = block(acme, "10:00", "11:00")
    with pytest.raises(Invalid):
        change(acme, made, start, end)
    assert acme.do(blocks.get, made.resource_id, made.id) == made


def test_the_trail_says_who_took_what_and_not_why(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    made, _ = block(acme, "10:00", "11:00", force=True)
    change(acme, made, "11:00", "12:00", "Ada is ill")
    unblock(acme, acme.do(blocks.get, made.resource_id, made.id))
    asked = audit.AuditFilter()
    deleted, changed, created = acme.do(audit.events, asked, 3)
    assert [event.type for event in (created, changed, deleted)] == [
        "block.created", "block.changed", "block.deleted",
    ]  # fmt: skip
    assert created.actor_id == "desk"
    assert created.detail == {
        "blockId": made.id,
        "resourceId": made.resource_id,
        "startTime": "2027-01-04T09:00:00+00:00",
        "endTime": "2027-01-04T10:00:00+00:00",
        "stranded": 1,
    }
    assert changed.detail["startTime"] == "2027-01-04T10:00:00+00:00"
    assert not [event for event in acme.do(audit.events, asked, 50) if "Ada" in repr(event.detail)]
    assert not conflicted(acme, booked)


def test_neighbours_do_not_count_and_buffers_do(acme: Office) -> None:
    acme.book("10:00", "course")  # ten minutes after it are kept free
    block(acme, "09:00", "10:00", "hall")
    with pytest.raises(BookingsInTheWay):
        block(acme, "10:39", "11:00", "hall")
    block(acme, "10:40", "11:00", "hall")


def test_forced_everything_is_kept_and_marked_until_it_fits_again(acme: Office) -> None:
    booked, held = acme.book("10:00", resource="desk-1"), acme.reserve("10:30", resource="desk-1")
    other = acme.book("10:00", resource="desk-2")
    first, ids = block(acme, "09:00", "12:00", force=True)
    assert ids == sorted([booked.id, held.id])
    assert conflicted(acme, booked)
    assert not conflicted(acme, other)
    assert acme.appointment(booked).version == 1
    with pytest.raises(SlotUnavailable):
        acme.confirm(held)
    second, _ = block(acme, "10:15", "10:20", force=True)
    unblock(acme, first)
    assert conflicted(acme, booked)
    unblock(acme, second)
    assert not conflicted(acme, booked)
    acme.confirm(held)


@pytest.mark.parametrize(
    ("kind", "key", "fields"),
    [
        ("branch", "centre", {"active": False}),
        ("service", "passport", {"active": False}),
        ("service", "passport", {"branches": []}),
        ("resource", "desk-1", {"active": False}),
        ("resource", "desk-1", {"services": ["strict"]}),
    ],
)
def test_what_is_in_conflict_for_another_reason_stays_so(
    acme: Office, kind: str, key: str, fields: dict[str, object]
) -> None:
    booked = acme.book("10:00", resource="desk-1")
    made, _ = block(acme, "09:00", "12:00", force=True)
    acme.change(kind, key, **fields)
    unblock(acme, made)
    assert conflicted(acme, booked)


@pytest.mark.parametrize("narrowed", [{"capacity": 2}, {"breaks": "10:00"}])
def test_capacity_and_hours_are_looked_at_too(acme: Office, narrowed: dict[str, object]) -> None:
    booked = acme.book("10:00", "course", party=3)
    made, _ = block(acme, "09:00", "12:00", "hall", force=True)
    if "breaks" in narrowed:
        narrowed = {"breaks": [{"day": "monday", "starts": "10:00", "ends": "10:05"}]}
    acme.change("resource", "hall", **narrowed)
    unblock(acme, made)
    assert conflicted(acme, booked)
    acme.change("resource", "hall")
    made, _ = block(acme, "09:00", "12:00", "hall", force=True)
    unblock(acme, made)
    assert not conflicted(acme, booked)


def test_moving_and_cancelling_end_it(acme: Office) -> None:
    moved, cancelled = acme.book("10:00", resource="desk-1"), acme.book("11:00", resource="desk-1")
    block(acme, "09:00", "12:00", force=True)
    acme.move(moved, acme.reserve("13:00"))
    acme.cancel(cancelled)
    assert not conflicted(acme, moved)
    assert not conflicted(acme, cancelled)


def test_a_visit_that_is_over_is_in_no_conflict(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    for status in (ARRIVED, IN_SERVICE, COMPLETED):
        take = (booked.id, status, lambda _: True, NO_KEY)
        acme.do(staff.take_step, manager(acme), *take)
    _, ids = block(acme, "09:00", "12:00")
    assert ids == []


def test_one_booked_by_override_fits_again_outside_the_hours(acme: Office) -> None:
    booked = acme.do(
        staff.book,
        manager(acme),
        acme.wanted("20:00", resource="desk-1"),
        details(),
        RuleOverride(requested=True, reason="late"),
        NO_KEY,
    )
    made, ids = block(acme, "19:00", "21:00", force=True)
    assert ids == [booked.id]
    unblock(acme, made)
    assert not conflicted(acme, booked)


def test_a_year_is_a_sheet_a_day(acme: Office) -> None:
    made, _ = block(acme, at("00:00"), at("00:00") + 366 * DAY)
    assert acme.counts()["sheets"] == 367
    with pytest.raises(Invalid):
        block(acme, at("00:00"), at("00:00") + blocks.LONGEST_DAYS * DAY + 1)
    with pytest.raises(SlotUnavailable):
        acme.reserve(at("10:00", day=365), resource="desk-1")
    unblock(acme, made)
    acme.reserve(at("10:00", day=365), resource="desk-1")


@pytest.mark.parametrize("minutes", [0, -1, -60])
def test_it_ends_after_it_begins(acme: Office, minutes: int) -> None:
    with pytest.raises(Invalid) as refused:
        block(acme, at("10:00"), at("10:00") + minutes)
    assert [fault.field for fault in refused.value.faults] == ["end"]


def test_it_takes_the_scope(acme: Office) -> None:
    made, _ = block(acme, "10:00", "11:00")
    for scope in (ADMIN_READ, APPOINTMENTS_OVERRIDE):
        nobody = Actor(acme.account_id, "client", "x", frozenset({scope}))
        with pytest.raises(InsufficientScope):
            block(acme, "12:00", "13:00", by=nobody)
        with pytest.raises(InsufficientScope):
            acme.do(blocks.unblock, nobody, made.resource_id, made.id, NO_KEY)
        with pytest.raises(InsufficientScope):
            acme.do(blocks.change, nobody, made, at("12:00"), at("13:00"), None, force=True)
    for number, scope in enumerate((ADMIN_WRITE, APPOINTMENTS_MANAGE)):
        somebody = Actor(acme.account_id, "client", "x", frozenset({scope}))
        other, _ = block(acme, f"{14 + number}:00", f"{15 + number}:00", by=somebody)
        acme.do(blocks.unblock, somebody, other.resource_id, other.id, NO_KEY)


def test_another_account_has_no_part_in_it(acme: Office, globex: Office) -> None:
    theirs = globex.book("10:00", resource="desk-1")
    made, ids = block(acme, "09:00", "12:00")
    assert ids == []
    assert not conflicted(globex, theirs)
    with pytest.raises(NotFound):
        globex.do(blocks.get, made.resource_id, made.id)
    with pytest.raises(NotFound):
        unblock(globex, made)
    desk = globex.ids["resource", "desk-1"]
    with pytest.raises(NotFound):
        globex.do(blocks.get, desk, made.id)


def test_a_block_of_another_resource_is_not_found(acme: Office) -> None:
    made, _ = block(acme, "10:00", "11:00")
    with pytest.raises(NotFound):
        acme.do(blocks.get, acme.ids["resource", "desk-2"], made.id)
    with pytest.raises(NotFound):
        acme.do(blocks.get, made.resource_id, new_id())


def test_a_list_is_by_start_and_in_pages(acme: Office) -> None:
    made = [block(acme, at("10:00", n), at("11:00", n))[0] for n in (3, 1, 2)]
    long, _ = block(acme, at("00:00", -300), at("00:00"))
    same, _ = block(acme, at("10:00", 2), at("10:30", 2))
    block(acme, at("10:00", 2), at("11:00", 2), "desk-2")
    expected = [long, made[1], *sorted((made[2], same), key=lambda b: b.id), made[0]]
    desk = acme.ids["resource", "desk-1"]
    listed, place = [], None
    while page := acme.do(blocks.listed, desk, None, None, place, 2):
        listed += page
        place = page[-1].start, page[-1].id
    assert listed == expected
    some = acme.do(blocks.listed, desk, at("11:00", 1), at("10:00", 3), None, 9)
    assert some == expected[2:4]
    assert acme.do(blocks.listed, desk, at("00:00") - 1, at("00:00"), None, 9) == [long]


@settings(
    max_examples=rounds(few=5, some=15, many=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    spans=st.lists(
        st.tuples(
            st.integers(0, 30), st.integers(1, 12), st.sampled_from(["desk-1", "desk-2"]),
            st.integers(0, 9),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_marked_is_what_a_block_touches(
    acme: Office, spans: list[tuple[int, int, str, int]]
) -> None:
    """Whatever blocks come, and in whatever turn they go; at the end nothing is left of them."""
    for left in acme.do(block_store.every):  # of an example that failed
        unblock(acme, left)
    booked = acme.do(appointment_store.claiming, ("", 0, ""), 100) or [
        acme.book(start, resource=desk)
        for start in ("09:00", "12:00", "16:30")
        for desk in ("desk-1", "desk-2")
    ]
    there = [
        (turn, block(acme, at("08:00") + 20 * s, at("08:00") + 20 * (s + n), desk, force=True)[0])
        for s, n, desk, turn in spans
    ]
    there.sort(key=lambda one: one[0])
    while True:
        for one in map(acme.appointment, booked):
            touched = any(
                b.resource_id in one.placement.resource_ids
                and b.start < one.placement.end
                and one.placement.start < b.end
                for _, b in there
            )
            assert one.conflicted == touched
        assert acme.problems() == []
        if not there:
            break
        unblock(acme, there.pop()[1])
