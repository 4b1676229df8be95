"""Walk-ins: served now if there is room, else at the next free time today, and here at once."""

from typing import Any

import pytest

from openslot.kernel.actor import STAFF, InsufficientScope
from openslot.kernel.clock import Minute
from openslot.kernel.errors import Invalid
from openslot.scheduling.booking import walk_ins
from openslot.scheduling.booking.direct import OfferRequest
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.appointment import ARRIVED, Appointment
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_WALK_IN
from openslot.scheduling.model.errors import SlotUnavailable

from .office import Office, at, customer, details, ms
from .test_staff import ANYWAY, person

NOBODY = customer(identifier=None, first_name=None, last_name=None, email=None)


def walk_in(
    office: Office,
    service: str = "passport",
    resource: str | None = None,
    rule_override: RuleOverride = NO_OVERRIDE,
    **said: Any,
) -> Appointment:
    """Somebody comes in."""
    wanted = OfferRequest(
        office.ids["branch", "centre"],
        (office.ids["service", service],),
        1,
        office.ids["resource", resource] if resource else None,
    )
    fields = {"needs": NEEDS_OF_WALK_IN, "origin": "staff"} | said
    told = details(fields.pop("who", NOBODY), **fields)
    by = person(office).on_side(STAFF)
    return office.do(walk_ins.book_walk_in, by, wanted, told, rule_override, NO_KEY)


def start_of(office: Office, **more: Any) -> Minute:
    """When somebody is served."""
    return walk_in(office, **more).placement.start


def test_they_are_served_at_the_current_minute(acme: Office) -> None:
    """Which need not lie on the grid; and are here."""
    acme.now(ms(at("10:07")) + 59_999)
    booked = walk_in(acme)
    assert (booked.placement.start, booked.status, booked.version) == (at("10:07"), ARRIVED, 2)
    assert acme.appointment(booked) == booked
    assert [change.change for change in acme.history(booked)] == ["booked", "arrived"]
    assert booked.identifier is not None
    assert booked.customer is not None
    assert {name for name, value in booked.customer.items() if value is not None} == set()


def test_the_whole_duration_must_be_free(acme: Office) -> None:
    acme.now(ms(at("10:07")))
    acme.book("10:30", resource="desk-1")
    assert start_of(acme, resource="desk-1") == at("11:00")
    assert start_of(acme) == at("10:07")  # the other desk
    assert start_of(acme) == at("11:00")  # the other desk, after this one


def test_who_comes_too_early_waits_for_the_first_start(acme: Office) -> None:
    assert start_of(acme) == at("09:00")


def test_neither_notice_nor_horizon_has_a_say(acme: Office) -> None:
    acme.change("service", "strict", minimumNoticeMinutes=600, horizonDays=0)
    acme.now(ms(at("10:07")))
    assert start_of(acme, service="strict") == at("10:07")
    assert start_of(acme, service="strict") == at("11:00")


def test_holds_and_blocks_count(acme: Office) -> None:
    acme.now(ms(at("10:00")))
    acme.reserve("10:00", resource="desk-1")
    acme.block("desk-2", "10:00", 45)
    assert start_of(acme) == at("10:30")
    assert start_of(acme) == at("11:00")


@pytest.mark.parametrize(
    ("clock", "reason"), [("17:00", "closed"), ("16:31", "closed"), ("16:00", "taken")]
)
def test_tomorrow_is_too_late(acme: Office, clock: str, reason: str) -> None:
    if reason == "taken":
        acme.book("16:00", resource="desk-1")
        acme.book("16:00", resource="desk-2")
        acme.block("desk-1", "16:30")
        acme.block("desk-2", "16:30")
    acme.now(ms(at(clock)))
    with pytest.raises(SlotUnavailable) as refused:
        walk_in(acme)
    assert refused.value.data["reason"] == reason
    assert acme.counts().get("appointments", 0) == (2 if reason == "taken" else 0)


def test_rules_can_be_broken(acme: Office) -> None:
    acme.now(ms(at("20:03")))
    booked = walk_in(acme, rule_override=ANYWAY)
    assert (booked.placement.start, booked.override) == (at("20:03"), True)


def test_the_last_minutes_of_a_day_belong_to_it(acme: Office) -> None:
    """A shop that is open all night: the next start is tomorrow's, and is not taken."""
    night = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in ("monday", "tuesday")]
    acme.change("branch", "centre", openingHours=night)
    acme.book("23:30", resource="desk-1")
    acme.book("23:30", resource="desk-2")
    acme.now(ms(at("23:59")))
    with pytest.raises(SlotUnavailable):
        walk_in(acme)


def test_nothing_need_be_known_and_what_is_said_is_judged(acme: Office) -> None:
    acme.now(ms(at("10:00")))
    assert walk_in(acme, service="family").status == ARRIVED  # birth date and question
    with pytest.raises(Invalid) as refused:
        walk_in(acme, who=customer(phone_number="nobody"))
    assert [fault.field for fault in refused.value.faults] == ["customer.phone_number"]


def test_it_takes_scopes(acme: Office) -> None:
    wanted = OfferRequest(acme.ids["branch", "centre"], (acme.ids["service", "passport"],), 1, None)
    told = details(NOBODY, needs=NEEDS_OF_WALK_IN)
    for rule_override, by in ((NO_OVERRIDE, acme.actor), (ANYWAY, person(acme, "manage"))):
        with pytest.raises(InsufficientScope):
            acme.do(walk_ins.book_walk_in, by, wanted, told, rule_override, NO_KEY)
