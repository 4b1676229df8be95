"""What a reservation says when it is over: released, expired, confirmed or used."""

from collections.abc import Callable

import pytest

from openslot.kernel.errors import NotFound, OpenslotError
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    AlreadyUsed,
    ReservationExpired,
    ReservationReleased,
    SlotUnavailable,
)
from openslot.scheduling.model.reservation import Reservation

from .office import HOUR_MS, NOW, Office, client

Use = Callable[[Office, Reservation], object]


def get(office: Office, reservation: Reservation) -> object:
    return office.get(reservation)


def release(office: Office, reservation: Reservation) -> object:
    return office.release(reservation)


def confirm(office: Office, reservation: Reservation) -> object:
    return office.confirm(reservation)


def move(office: Office, reservation: Reservation) -> object:
    return office.move(office.book("16:00"), reservation)


USES = [get, release, confirm, move]


def refuses(office: Office, reservation: Reservation, use: Use) -> type[OpenslotError]:
    """What a use of a reservation is refused with."""
    with pytest.raises(OpenslotError) as refused:
        use(office, reservation)
    return type(refused.value)


def test_released_is_free_at_once(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    with pytest.raises(SlotUnavailable):
        acme.reserve("10:00", "strict")
    acme.release(held)
    acme.reserve("10:00", "strict")


@pytest.mark.parametrize("use", USES)
def test_released_says_so_for_24_hours(acme: Office, use: Use) -> None:
    held = acme.reserve("10:00")
    acme.now(NOW + 60_000)
    acme.release(held)
    assert refuses(acme, held, use) is ReservationReleased
    acme.now(NOW + 60_000 + 24 * HOUR_MS - 1)
    assert refuses(acme, held, get) is ReservationReleased
    acme.now(NOW + 60_000 + 24 * HOUR_MS)
    assert refuses(acme, held, get) is NotFound
    assert refuses(acme, held, release) is NotFound


@pytest.mark.parametrize("use", USES)
def test_it_expires_at_the_very_instant_and_says_so_for_24_hours(acme: Office, use: Use) -> None:
    held = acme.reserve("10:00")
    acme.now(held.expires_at - 1)
    assert acme.get(held) == held
    acme.now(held.expires_at)
    assert refuses(acme, held, use) is ReservationExpired
    acme.now(held.expires_at + 24 * HOUR_MS - 1)
    assert refuses(acme, held, get) is ReservationExpired
    acme.now(held.expires_at + 24 * HOUR_MS)
    assert refuses(acme, held, get) is NotFound
    assert refuses(acme, held, release) is NotFound


@pytest.mark.parametrize("use", USES)
def test_the_last_moment_still_does(acme: Office, use: Use) -> None:
    held = acme.reserve("10:00")
    acme.now(held.expires_at - 1)
    use(acme, held)


@pytest.mark.parametrize("use", USES)
def test_confirmed_names_its_appointment(acme: Office, use: Use) -> None:
    held = acme.reserve("10:00")
    appointment = acme.confirm(held)
    with pytest.raises(AlreadyConfirmed) as refused:
        use(acme, held)
    assert refused.value.data["appointmentId"] == appointment.id
    acme.now(NOW + 48 * HOUR_MS)
    assert refuses(acme, held, get) is AlreadyConfirmed


def test_confirmed_is_remembered_after_the_appointment_is_cancelled(acme: Office) -> None:
    held = acme.reserve("10:00")
    acme.cancel(acme.confirm(held))
    assert refuses(acme, held, release) is AlreadyConfirmed


@pytest.mark.parametrize("use", USES)
def test_used_for_a_move_says_so(acme: Office, use: Use) -> None:
    appointment = acme.book("10:00")
    held = acme.reserve("11:00")
    acme.move(appointment, held)
    assert refuses(acme, held, use) is AlreadyUsed
    acme.now(NOW + 24 * HOUR_MS - 1)
    assert refuses(acme, held, get) is AlreadyUsed
    acme.now(NOW + 24 * HOUR_MS)
    assert refuses(acme, held, get) is NotFound


@pytest.mark.parametrize("use", USES)
def test_another_client_never_finds_it(acme: Office, use: Use) -> None:
    other = acme.reserve("10:00", by=client(acme.account_id, "other"))
    assert refuses(acme, other, use) is NotFound
    appointment = acme.confirm(other, by=client(acme.account_id, "other"))
    assert refuses(acme, other, get) is NotFound
    # The appointment belongs to the account.
    assert acme.appointment(appointment) == appointment


@pytest.mark.parametrize("use", USES)
def test_another_account_never_finds_it(acme: Office, globex: Office, use: Use) -> None:
    held = acme.reserve("10:00")
    assert refuses(globex, held, use) is NotFound
    acme.release(held)
    assert refuses(globex, held, get) is NotFound
    assert refuses(acme, held, get) is ReservationReleased
