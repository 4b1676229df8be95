"""What staff do: book and move at once, break rules for a reason, take a visit through its day."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from openslot.kernel.actor import Actor, InsufficientScope
from openslot.kernel.clock import Minute
from openslot.kernel.errors import Invalid, NotFound, OpenslotError
from openslot.kernel.scopes import ADMIN_WRITE, APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.booking import appointments, staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.appointment import (
    ARRIVED,
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
    STATUSES,
    Appointment,
)
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    EndMismatch,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.store import appointment_lists, appointment_parts
from openslot.storage.transactions import AccountTx

from .office import Office, at, details, ms

ANYWAY = RuleOverride(requested=True, reason="The mayor's niece")
STEPS = (ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW)


def person(office: Office, *scopes: str) -> Actor:
    """Somebody of the staff."""
    return Actor(
        office.account_id,
        "user",
        "desk",
        frozenset(scopes or {APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE}),
    )


def book(
    office: Office,
    start: Minute | str,
    *services: str,
    rule_override: RuleOverride = NO_OVERRIDE,
    by: Actor | None = None,
    **more: Any,
) -> Appointment:
    """Books at once."""
    told = details(notes=more.pop("notes", None))
    wanted = office.wanted(start, *services, **more)
    return office.do(staff.book, by or person(office), wanted, told, rule_override, NO_KEY)


def move(
    office: Office,
    booked: Appointment,
    start: Minute | str,
    resource: str | None = None,
    rule_override: RuleOverride = NO_OVERRIDE,
    end: str | None = None,
    if_match: Callable[[int], bool] = lambda _: True,
    by: Actor | None = None,
) -> Appointment:
    """Moves at once."""
    return office.do(
        staff.move,
        by or person(office),
        booked.id,
        at(start) if isinstance(start, str) else start,
        at(end) if end else None,
        office.ids["resource", resource] if resource else None,
        rule_override,
        if_match,
        NO_KEY,
    )


def cancel(office: Office, booked: Appointment, rule_override: RuleOverride = NO_OVERRIDE) -> None:
    """Cancels."""
    anything = (lambda _: True, NO_KEY, rule_override)
    office.do(appointments.cancel, person(office), booked.id, *anything)


def step(office: Office, booked: Appointment, status: str) -> Appointment:
    """Takes a step."""
    anything = (status, lambda _: True, NO_KEY)
    return office.do(staff.take_step, person(office), booked.id, *anything)


def reason_of(refused: pytest.ExceptionInfo[SlotUnavailable]) -> str:
    """Why a slot was not to be had."""
    return str(refused.value.data["reason"])


def last_change(office: Office, booked: Appointment) -> AppointmentChange:
    """The newest of its history."""
    return office.history(booked)[-1]


def test_it_is_confirmed_at_once(acme: Office) -> None:
    booked = book(acme, "10:00", resource="desk-1", notes="Bring the dog")
    assert (booked.status, booked.version, booked.override) == (CONFIRMED, 1, False)
    assert acme.appointment(booked) == booked
    assert booked.notes == "Bring the dog"
    [change] = acme.history(booked)
    assert (change.change, change.actor_type, change.actor_id) == ("booked", "user", "desk")
    with pytest.raises(SlotUnavailable):
        acme.reserve("10:00", resource="desk-1")
    assert acme.counts() == {"sheets": 1, "appointments": 1}


@pytest.mark.parametrize(
    ("start", "services", "reason"),
    [
        ("08:00", (), "closed"),
        ("10:07", (), "off_grid"),
        ("10:00", (), "taken"),
        (at("10:00", day=500), (), "horizon"),
        (at("10:00", day=-1), (), "notice"),
    ],
)
def test_the_rules_hold_unless_they_are_broken_for_a_reason(
    acme: Office, start: Minute | str, services: tuple[str, ...], reason: str
) -> None:
    acme.book("10:00", resource="desk-1")
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, start, *services, resource="desk-1")
    assert reason_of(refused) == reason
    with pytest.raises(InsufficientScope):
        book(
            acme,
            start,
            resource="desk-1",
            rule_override=ANYWAY,
            by=person(acme, APPOINTMENTS_MANAGE),
        )
    booked = book(acme, start, *services, resource="desk-1", rule_override=ANYWAY)
    assert booked.override
    new = last_change(acme, booked).new or {}
    assert (new["override"], new["reason"]) == (True, "The mayor's niece")
    assert acme.problems() == []


def test_what_an_override_does_not_break(acme: Office) -> None:
    acme.block("desk-1", "10:00")
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, "10:00", resource="desk-1", rule_override=ANYWAY)
    assert reason_of(refused) == "blocked"
    with pytest.raises(ServicesNotCombinable):
        book(acme, "11:00", "passport", "will", rule_override=ANYWAY)
    with pytest.raises(ResourceNotQualified):
        book(acme, "11:00", resource="hall", rule_override=ANYWAY)
    with pytest.raises(Invalid):
        book(acme, "11:00", party=2, rule_override=ANYWAY)
    acme.change("service", "will", branches=[])
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, "11:00", "will", rule_override=ANYWAY)
    assert reason_of(refused) == "not_offered"


def test_an_override_prefers_whoever_has_room_and_is_not_blocked(acme: Office) -> None:
    acme.block("desk-1", "11:00")
    acme.book("10:00", resource="desk-1")
    assert (
        acme.ids["resource", "desk-2"]
        in book(acme, "10:00", rule_override=ANYWAY).placement.resource_ids
    )
    assert (
        acme.ids["resource", "desk-2"]
        in book(acme, "11:00", rule_override=ANYWAY).placement.resource_ids
    )
    # Both are taken: the one with less to do that day.
    third = book(acme, "10:00", rule_override=ANYWAY)
    assert third.placement.resource_ids == (acme.ids["resource", "desk-1"],)
    acme.change(
        "resource", "desk-1", breaks=[{"day": "monday", "starts": "14:00", "ends": "15:00"}]
    )
    book(acme, "14:00", resource="desk-2")
    # Rather twice at an open desk than at one that is closed.
    fourth = book(acme, "14:00", rule_override=ANYWAY)
    assert fourth.placement.resource_ids == (acme.ids["resource", "desk-2"],)


def test_above_the_capacity_of_several_places(acme: Office) -> None:
    acme.book("10:00", "course", party=3)
    book(acme, "10:00", "course", party=4, rule_override=ANYWAY)
    assert acme.problems() == []


def test_somebody_elses_hold_is_taken_with_an_override_and_stays_good(acme: Office) -> None:
    held = acme.reserve("10:00", resource="desk-1")
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, "10:00", resource="desk-1")
    assert reason_of(refused) == "held"
    book(acme, "10:00", resource="desk-1", rule_override=ANYWAY)
    acme.confirm(held)


def test_a_person_needs_what_the_service_asks(acme: Office) -> None:
    with pytest.raises(Invalid) as refused:
        book(acme, "10:00", "family")
    assert {f.field for f in refused.value.faults} == {
        "customer.date_of_birth", "answers",
    }  # fmt: skip
    with pytest.raises(EndMismatch):
        book(acme, "10:00", end=at("10:10"))


def test_moving_takes_one_transaction_and_no_hold(acme: Office) -> None:
    booked = acme.book("10:00", "strict", party=1)
    moved = move(acme, booked, "12:00", end="12:30")
    assert (moved.id, moved.version, moved.placement.start) == (booked.id, 2, at("12:00"))
    assert moved.wall_start == "2027-01-04T12:00"
    change = last_change(acme, booked)
    assert change.change == "moved"
    assert (change.old or {})["starts_at"] == "2027-01-04T09:00:00+00:00"
    assert (change.new or {})["starts_at"] == "2027-01-04T11:00:00+00:00"
    acme.reserve("10:00", "strict")
    assert acme.counts()["appointments"] == 1


def test_moving_onto_itself_and_to_another_desk(acme: Office) -> None:
    booked = book(acme, "10:00", resource="desk-1")
    assert move(acme, booked, "10:00", "desk-1").version == 2
    acme.change("service", "passport", slotStepMinutes=10)
    assert move(acme, booked, "10:10", "desk-1").placement.start == at("10:10")
    assert move(acme, booked, "10:10", "desk-2").version == 4
    acme.reserve("10:10", resource="desk-1")
    with pytest.raises(ResourceNotQualified):
        move(acme, booked, "11:00", "hall")
    with pytest.raises(EndMismatch):
        move(acme, booked, "11:00", end="11:10")


def test_moving_against_the_rules(acme: Office) -> None:
    acme.book("10:00", "strict")
    booked = acme.book("12:00", "strict")
    with pytest.raises(SlotUnavailable):
        move(acme, booked, "10:00")
    moved = move(acme, booked, "10:00", rule_override=ANYWAY)
    assert moved.override
    assert (last_change(acme, booked).new or {})["reason"] == ANYWAY.reason
    assert acme.problems() == []
    assert not move(acme, booked, "11:00").override
    acme.now(ms(at("10:30")))  # two hours before the start a move is too late
    with pytest.raises(TooLate):
        move(acme, booked, "15:00")
    assert move(acme, booked, "15:00", rule_override=ANYWAY).override


def test_the_order_of_refusals(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:00")))
    with pytest.raises(TooLate):
        move(acme, booked, "03:00")
    with pytest.raises(ResourceNotQualified):
        move(acme, booked, "03:00", "hall")
    acme.now(ms(at("12:00")) + 1)
    with pytest.raises(AppointmentStarted):
        move(acme, booked, "03:00", "hall", ANYWAY)
    with pytest.raises(VersionMismatch):
        move(acme, booked, "03:00", "hall", if_match=lambda version: version == 2)
    with pytest.raises(InsufficientScope):
        move(acme, booked, "03:00", rule_override=ANYWAY, by=person(acme, APPOINTMENTS_MANAGE))
    assert acme.appointment(booked) == booked


def test_cancelling_after_the_cut_off_takes_an_override(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:01")))
    with pytest.raises(TooLate):
        cancel(acme, booked)
    cancel(acme, booked, ANYWAY)
    assert last_change(acme, booked).new == {
        "status": CANCELLED, "override": True, "reason": ANYWAY.reason,
    }  # fmt: skip
    cancel(acme, booked)
    assert acme.appointment(booked).version == 2
    begun = acme.book("12:00")
    acme.now(ms(at("12:00")) + 1)
    with pytest.raises(AppointmentStarted):
        cancel(acme, begun, ANYWAY)


def brought_to(office: Office, status: str) -> Appointment:
    """An appointment in a state, by the way that leads there."""
    booked = office.book("10:00", resource="desk-1")
    if status == CANCELLED:
        cancel(office, booked)
    for one in STEPS[: STEPS.index(status) + 1] if status in STEPS[:3] else ():
        step(office, booked, one)
    office.now(ms(at("10:00")) + 1)
    if status == NO_SHOW:
        step(office, booked, NO_SHOW)
    return office.appointment(booked)


ALLOWED = [
    (CONFIRMED, ARRIVED), (ARRIVED, IN_SERVICE), (IN_SERVICE, COMPLETED), (CONFIRMED, NO_SHOW),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "target"), [pair for pair in product(STATUSES, STEPS) if pair not in ALLOWED]
)
def test_no_other_step_can_be_taken(acme: Office, status: str, target: str) -> None:
    booked = brought_to(acme, status)
    with pytest.raises(WrongState) as refused:
        step(acme, booked, target)
    assert refused.value.data["appointmentStatus"] == status
    assert acme.appointment(booked) == booked


@pytest.mark.parametrize(("status", "target"), ALLOWED)
def test_every_step_that_there_is(acme: Office, status: str, target: str) -> None:
    booked = brought_to(acme, status)
    after = step(acme, booked, target)
    assert (after.status, after.version) == (target, booked.version + 1)
    change = last_change(acme, booked)
    assert (change.old, change.new) == ({"status": status}, {"status": target})
    assert change.version == after.version
    acme.now(ms(at("08:00")))
    with pytest.raises(SlotUnavailable):  # it keeps its claim
        acme.reserve("10:00", resource="desk-1")


@pytest.mark.parametrize("status", [s for s in STATUSES if s != CONFIRMED])
def test_only_what_is_confirmed_is_moved_or_cancelled(acme: Office, status: str) -> None:
    booked = brought_to(acme, status)
    with pytest.raises(WrongState):
        move(acme, booked, "15:00", rule_override=ANYWAY)
    if status != CANCELLED:
        with pytest.raises(WrongState):
            cancel(acme, booked, ANYWAY)


def test_nobody_has_stayed_away_before_the_start_has_passed(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.now(ms(at("10:00")))
    with pytest.raises(WrongState):
        step(acme, booked, NO_SHOW)
    acme.now(ms(at("10:00")) + 1)
    assert step(acme, booked, NO_SHOW).status == NO_SHOW


def test_notes_are_kept_and_history_does_not_tell_them(acme: Office) -> None:
    booked = brought_to(acme, COMPLETED)
    change = (lambda version: version == 4, NO_KEY)
    noted = acme.do(staff.change_notes, person(acme), booked.id, "Was friendly", *change)
    assert (noted.notes, noted.version) == ("Was friendly", 5)
    assert last_change(acme, booked).new == {"fields": ["notes"]}
    with pytest.raises(VersionMismatch):
        acme.do(staff.change_notes, person(acme), booked.id, "", *change)
    anything = (lambda _: True, NO_KEY)
    assert acme.do(staff.change_notes, person(acme), booked.id, "", *anything).notes is None


def test_everything_takes_the_scope(acme: Office) -> None:
    booked, nobody = acme.book("10:00"), person(acme, ADMIN_WRITE, APPOINTMENTS_OVERRIDE)
    with pytest.raises(InsufficientScope):
        book(acme, "11:00", by=nobody)
    with pytest.raises(InsufficientScope):
        move(acme, booked, "11:00", by=nobody)
    anything = (lambda _: True, NO_KEY)
    with pytest.raises(InsufficientScope):
        acme.do(staff.take_step, nobody, booked.id, ARRIVED, *anything)
    with pytest.raises(InsufficientScope):
        acme.do(staff.change_notes, nobody, booked.id, "x", *anything)


def test_another_account_finds_nothing(acme: Office, globex: Office) -> None:
    theirs = acme.book("10:00")
    refusals: list[Callable[[], object]] = [
        lambda: move(globex, theirs, "11:00"),
        lambda: step(globex, theirs, ARRIVED),
        lambda: cancel(globex, theirs),
        lambda: globex.do(
            staff.book, person(globex), acme.wanted("11:00"), details(), ANYWAY, NO_KEY,
        ),
    ]  # fmt: skip
    for refused in refusals:
        with pytest.raises(NotFound):
            refused()
    mine = globex.book("10:00")
    desk = acme.ids["resource", "desk-2"]
    with pytest.raises(NotFound):
        globex.do(
            staff.move, person(globex), mine.id, at("11:00"), None, desk, ANYWAY,
            lambda _: True, NO_KEY,
        )  # fmt: skip
    assert acme.appointment(theirs) == theirs


def unlisted(tx: AccountTx) -> set[tuple[str, str, str, int]]:
    """The difference between where appointments are listed and where they should be."""
    from openslot.scheduling.store import appointments as store  # noqa: PLC0415

    def all_of(tx: AccountTx) -> list[Appointment]:
        return appointment_lists.page(tx, AppointmentFilter(0, 1 << 40), None, 10_000)

    ids = [a.id for a in all_of(tx)]
    should = {
        (a.id, part, a.status, a.placement.start)
        for a in store.by_ids(tx, ids)
        for part in appointment_parts.parts_of(a.placement)
    }
    return should ^ set(appointment_parts.every(tx))


@pytest.mark.parametrize("status", STATUSES)
def test_lists_hold_what_there_is(acme: Office, status: str) -> None:
    """After every way of changing an appointment."""
    one = brought_to(acme, status)
    acme.now(ms(at("08:00")))
    other = acme.book("13:00", "passport", "licence")
    move(acme, other, "15:00", "desk-2")
    acme.move(other, acme.reserve("16:00", "licence", "passport", resource="desk-1"))
    assert acme.do(unlisted) == set()
    everything = {
        "branch_id": acme.ids["branch", "centre"],
        "service_id": acme.ids["service", "passport"],
        "resource_id": acme.ids["resource", "desk-1"],
        "status": None,
        "conflicted": None,
    }
    both = [one.id, other.id]
    for name, value in everything.items():
        found = acme.do(
            appointment_lists.page, AppointmentFilter(0, 1 << 40, **{name: value}), None, 10
        )
        assert [a.id for a in found] == both, name
    every = acme.do(appointment_lists.page, AppointmentFilter(0, 1 << 40, **everything), None, 10)
    assert [a.id for a in every] == both
    licence = AppointmentFilter(
        0, 1 << 40, service_id=acme.ids["service", "licence"], status=CONFIRMED
    )
    assert [a.id for a in acme.do(appointment_lists.page, licence, None, 10)] == [other.id]
    nothing = AppointmentFilter(0, 1 << 40, resource_id=acme.ids["resource", "desk-2"])
    assert acme.do(appointment_lists.page, nothing, None, 10) == []


def test_a_database_of_before_gets_its_lists(acme: Office) -> None:
    one = acme.book("13:00", "passport", "licence")
    step(acme, one, ARRIVED)
    acme.cancel(acme.book("16:00"))
    before = acme.do(appointment_parts.every)
    with acme.town.raw() as raw:
        raw.execute("DROP TABLE appointment_parts")
        raw.execute("DELETE FROM schema_migrations WHERE name = '0002_appointment_parts'")
    acme.town.run(acme.town.database.migrate())
    assert acme.do(appointment_parts.every) == before
    assert len(before) == 5 + 4


def test_pages_go_on_where_they_ended(acme: Office) -> None:
    starts = ["09:00", "09:30", "10:00"]
    made = [book(acme, t, resource=d) for t in starts for d in ("desk-2", "desk-1")]
    step(acme, made[1], ARRIVED)
    expected = [
        (a.placement.start, a.id) for a in sorted(made, key=lambda a: (a.placement.start, a.id))
    ]
    for size in (1, 2, 5):
        listed: list[tuple[Minute, str]] = []
        while page := acme.do(
            appointment_lists.page,
            AppointmentFilter(0, 1 << 40),
            listed[-1] if listed else None,
            size,
        ):
            listed += [(a.placement.start, a.id) for a in page]
        assert listed == expected
    some = acme.do(appointment_lists.page, AppointmentFilter(at("09:30"), at("10:00")), None, 10)
    assert {a.placement.start for a in some} == {at("09:30")}


@pytest.mark.parametrize("wanted", [True, False])
def test_those_in_conflict_can_be_asked_for(acme: Office, wanted: bool) -> None:
    from openslot.scheduling.store import appointments as store  # noqa: PLC0415

    made = [book(acme, t, resource="desk-1") for t in ("09:00", "10:00", "11:00")]
    acme.do(store.set_conflicted, [made[1].id], conflicted=True)
    expected = [made[1].id] if wanted else [made[0].id, made[2].id]
    for more in (
        {},
        {"status": CONFIRMED},
        {"branch_id": acme.ids["branch", "centre"]},
        {
            "resource_id": acme.ids["resource", "desk-1"],
            "service_id": acme.ids["service", "passport"],
        },
    ):
        filters = AppointmentFilter(0, 1 << 40, conflicted=wanted, **more)
        found = acme.do(appointment_lists.page, filters, None, 10)
        assert [a.id for a in found] == expected
    acme.do(store.set_conflicted, [made[1].id], conflicted=False)


def test_refusals_change_nothing(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    before = acme.counts(), acme.history(booked), acme.do(appointment_parts.every)
    for attempt in (
        lambda: book(acme, "10:00", resource="desk-1"),
        lambda: move(acme, booked, "03:00"),
        lambda: step(acme, booked, COMPLETED),
    ):
        with pytest.raises(OpenslotError):
            attempt()
    assert (acme.counts(), acme.history(booked), acme.do(appointment_parts.every)) == before
