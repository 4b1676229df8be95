"""Holds of people who fill in a form: made once, taken again, renewed."""

import pytest

from openslot.kernel.actor import LINK, Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import CANCEL
from openslot.scheduling.booking import customer_restore, holds
from openslot.scheduling.booking.holds import HoldRequest
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    NothingToUndo,
    ReservationExpired,
    SlotUnavailable,
)
from openslot.scheduling.model.reservation import RELEASED, Reservation

from .office import HOUR_MS, NOW, Office, at, client

MINUTE_MS = 60_000


def held(
    office: Office, id_: str, wanted: SlotRequest, instead_of: str | None = None
) -> Reservation:
    """What holding gives."""
    request = HoldRequest(id_, wanted, instead_of)
    return office.beside(holds.hold, office.actor, request)


def test_the_same_hold_again_is_the_same(acme: Office) -> None:
    id_, wanted = new_id(), acme.wanted("10:00")
    first = held(acme, id_, wanted)
    assert held(acme, id_, wanted) == first
    assert (first.id, first.expires_at) == (id_, NOW + 15 * MINUTE_MS)


def test_it_lives_five_minutes_at_least(acme: Office) -> None:
    acme.settings(reservationMinutes=1)
    assert held(acme, new_id(), acme.wanted("10:00")).expires_at == NOW + 5 * MINUTE_MS


@pytest.mark.parametrize("hours", [1, 30])
def test_one_that_ran_out_is_taken_again_while_the_time_is_free(acme: Office, hours: int) -> None:
    id_, wanted = new_id(), acme.wanted(at("10:00", 2))
    first = held(acme, id_, wanted)
    acme.now(NOW + hours * HOUR_MS)
    again = held(acme, id_, wanted)
    assert (again.id, again.placement.start) == (id_, first.placement.start)
    assert again.expires_at == NOW + hours * HOUR_MS + 15 * MINUTE_MS
    acme.confirm(again)
    with pytest.raises(AlreadyConfirmed):
        held(acme, id_, wanted)


def test_one_whose_time_is_taken_is_refused(acme: Office) -> None:
    id_, wanted = new_id(), acme.wanted("10:00", "will")
    held(acme, id_, wanted)
    acme.now(NOW + HOUR_MS)
    acme.book("10:00", "will")
    with pytest.raises(SlotUnavailable):
        held(acme, id_, wanted)


def test_another_time_releases_the_one_before(acme: Office) -> None:
    before = held(acme, new_id(), acme.wanted("10:00"))
    held(acme, new_id(), acme.wanted("10:30"), before.id)
    found = acme.do(holds.find, acme.actor, before.id)
    assert isinstance(found, Reservation)
    assert found.status == RELEASED
    taken = held(acme, new_id(), acme.wanted("11:00"))
    acme.book("11:30", "will")
    with pytest.raises(SlotUnavailable):
        held(acme, new_id(), acme.wanted("03:00"), taken.id)
    assert acme.get(taken) == taken  # nothing was lost


def test_renewing_ends_an_hour_after_the_beginning(acme: Office) -> None:
    hold = held(acme, new_id(), acme.wanted("15:00"))
    acme.now(NOW + 10 * MINUTE_MS)
    renewed = acme.beside(holds.renew, acme.actor, hold.id)
    assert renewed.expires_at == NOW + 25 * MINUTE_MS
    for minutes in (24, 38, 52):
        acme.now(NOW + minutes * MINUTE_MS)
        renewed = acme.beside(holds.renew, acme.actor, hold.id)
    assert renewed.expires_at == NOW + 60 * MINUTE_MS
    acme.now(NOW + 60 * MINUTE_MS)
    with pytest.raises(ReservationExpired):
        acme.beside(holds.renew, acme.actor, hold.id)


def test_holds_of_others_are_not_found(acme: Office) -> None:
    hold = held(acme, new_id(), acme.wanted("10:00"))
    other = client(acme.actor.account_id, "app")
    for operation, *more in ((holds.find, hold.id), (holds.renew, hold.id)):
        with pytest.raises(NotFound):
            acme.beside(operation, other, *more)


def test_a_link_takes_back_what_it_cancelled_and_nothing_else(acme: Office) -> None:
    booked = acme.book("10:00", "will")
    link = Actor(acme.actor.account_id, LINK, booked.id, frozenset({CANCEL}))
    acme.cancel(booked, by=link)
    back = acme.beside(customer_restore.restore, link, booked.id)
    assert (back.status, back.version, back.reference) == ("CONFIRMED", 3, booked.reference)
    assert [change.change for change in acme.history(booked)] == ["booked", "cancelled", "restored"]
    acme.cancel(booked)
    with pytest.raises(NothingToUndo):
        acme.beside(customer_restore.restore, link, booked.id)


def test_what_was_taken_meanwhile_cannot_be_taken_back(acme: Office) -> None:
    booked = acme.book("10:00", "will")
    link = Actor(acme.actor.account_id, LINK, booked.id, frozenset({CANCEL}))
    acme.cancel(booked, by=link)
    assert acme.do(customer_restore.may_restore, acme.appointment(booked))
    acme.book("10:00", "will")
    with pytest.raises(SlotUnavailable):
        acme.beside(customer_restore.restore, link, booked.id)
