"""What the calendar shows of some dates: names, reasons, and nothing that is not there."""

from datetime import date

import pytest

from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_READ, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.views import booked_dates
from openslot.scheduling.views.booked_dates import BookedDates, DatesQuery

from .office import Office, at
from .test_staff import book, person

MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)


def dates(office: Office, *days: date, resource: str | None = None, **more: str) -> BookedDates:
    """The dates as somebody of the desk sees them, or somebody of another role."""
    query = DatesQuery(office.ids["branch", "centre"], days, resource)
    actor = person(office, more.get("scope", APPOINTMENTS_MANAGE))
    return office.do(booked_dates.read, actor, query)


def test_some_dates_with_what_is_booked_on_them(acme: Office) -> None:
    first = book(acme, at("10:00"), "passport")
    second = book(acme, at("11:00", 1), "passport")
    desk = acme.ids["resource", "desk-1"]
    block, _ = acme.do(
        blocks.block, person(acme), desk, at("15:00"), at("16:00"), "Training", NO_KEY, force=False
    )
    found = dates(acme, MONDAY, TUESDAY)
    assert [one.date for one in found.dates] == [MONDAY, TUESDAY]
    assert {*found.appointments} == {first.id, second.id}
    assert found.blocks == {block.id: block}
    only = dates(acme, TUESDAY, resource=desk)
    (of_tuesday,) = only.dates
    assert [one.resource.id for one in of_tuesday.resources] == [desk]
    assert {*only.appointments} <= {second.id}
    assert only.blocks == {}


def test_of_people_there_are_names_alone(acme: Office) -> None:
    booked = book(acme, at("10:00"), "passport")
    seen = dates(acme, MONDAY, scope=ADMIN_READ).appointments[booked.id]
    assert seen.customer == {"firstName": "Ada", "lastName": "Lovelace"}


def test_of_another_account_there_is_nothing(acme: Office, globex: Office) -> None:
    for branch, resource in [
        (globex.ids["branch", "centre"], None),
        (acme.ids["branch", "centre"], globex.ids["resource", "desk-1"]),
        (acme.ids["branch", "closed-down"], acme.ids["resource", "desk-1"]),
    ]:
        with pytest.raises(NotFound):
            acme.do(booked_dates.read, person(acme), DatesQuery(branch, [MONDAY], resource))
