"""Any sequence of bookings against a simple model: nothing is over capacity, sheets equal rows."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from databases import Template, Templates
from openslot.kernel.errors import OpenslotError
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.errors import (
    AlreadyUsed,
    AppointmentStarted,
    ReservationExpired,
    ReservationForReschedule,
    ServiceChanged,
    SlotUnavailable,
    WrongState,
)
from openslot.scheduling.model.reservation import Reservation
from rounds import rounds

from .office import MIDNIGHT, NOW, Office, Town, ms

CAPACITY = {"desk-1": 1, "desk-2": 1, "hall": 3}
ABLE = {"passport": ("desk-1", "desk-2"), "will": ("desk-2",), "course": ("hall",)}
STARTS = [MIDNIGHT + 9 * 60 + half * 30 for half in range(4)]
MINUTES, BUFFER_AFTER = 30, {"passport": 0, "will": 0, "course": 10}


@dataclass
class Taken:
    """What the model believes to be taken."""

    service: str
    resource: str
    start: int
    places: int
    expires_at: int | None = None  # None: an appointment
    replaces: str | None = None
    cancelled: bool = False

    def covers(self, minute: int) -> bool:
        """Whether it takes a minute."""
        return self.start <= minute < self.start + MINUTES + BUFFER_AFTER[self.service]


class Bookings(RuleBasedStateMachine):
    """One account, played by its rules."""

    held = Bundle("held")
    booked = Bundle("booked")

    def __init__(self, first_day: Template, folder: Path) -> None:
        super().__init__()
        self._copy = first_day.copied(folder)
        self.town = Town.at(self._copy.__enter__())
        self.acme: Office = self.town.office("acme")
        self.names = {i: key for (kind, key), i in self.acme.ids.items() if kind == "resource"}
        self.now = NOW
        self.taken: dict[str, Taken] = {}
        self.used: set[str] = set()  # reservations, by moves

    def live(self) -> dict[str, Taken]:
        """What takes room now."""
        return {
            name: taken
            for name, taken in self.taken.items()
            if not taken.cancelled and (taken.expires_at is None or self.now < taken.expires_at)
        }

    def places(self, resource: str, minute: int, new: Taken | None = None) -> int:
        """The places taken; an appointment and what is to move it count as the larger."""
        there = {n: t for n, t in self.live().items() if t.resource == resource}
        if new is not None:
            there["new"] = new
        there = {name: taken for name, taken in there.items() if taken.covers(minute)}
        movers: Counter[str] = Counter()
        for taken in there.values():
            if taken.replaces is not None:
                movers[taken.replaces] += taken.places
        stay = [
            max(taken.places, movers.pop(name, 0))
            for name, taken in there.items()
            if taken.replaces is None
        ]
        return sum(stay) + movers.total()

    def fits(self, new: Taken) -> bool:
        """Whether a resource has room for more."""
        last = new.start + MINUTES + BUFFER_AFTER[new.service]
        return all(
            self.places(new.resource, minute, new) <= CAPACITY[new.resource]
            for minute in range(new.start, last)
        )

    @rule(
        target=held,
        service=st.sampled_from(sorted(ABLE)),
        start=st.sampled_from(STARTS),
        party=st.integers(1, 3),
        moving=st.none() | booked,
    )
    def reserve(self, service: str, start: int, party: int, moving: Appointment | None):
        """A slot is held exactly if a resource has room for it."""
        places = party if service == "course" else 1
        replaces = moving.id if moving else None
        wishes = [Taken(service, able, start, places, None, replaces) for able in ABLE[service]]
        room = [wish.resource for wish in wishes if self.fits(wish)]
        try:
            reservation = self.acme.reserve(start, service, party=places, replaces=replaces)
        except SlotUnavailable:
            assert not room or ms(start) < self.now
            return multiple()
        except WrongState:
            assert moving is not None and self.taken[moving.id].cancelled
            return multiple()
        assert ms(start) >= self.now
        (resource_id,) = reservation.placement.resource_ids
        assert self.names[resource_id] in room
        self.taken[reservation.id] = Taken(
            service, self.names[resource_id], start, places, reservation.expires_at, replaces
        )
        return reservation

    def expected(self, reservation: Reservation) -> type[OpenslotError] | None:
        """Why a reservation can no longer be used."""
        if reservation.id in self.used:
            return AlreadyUsed
        return None if reservation.id in self.live() else ReservationExpired

    @rule(target=booked, reservation=consumes(held))
    def confirm(self, reservation: Reservation):
        """A live reservation becomes an appointment, unless it is for a move."""
        expected = self.expected(reservation)
        if reservation.replaces is not None and expected is not AlreadyUsed:
            expected = ReservationForReschedule
        if expected is not None:
            with pytest.raises(expected):
                self.acme.confirm(reservation)
            return multiple()
        appointment = self.acme.confirm(reservation)
        self.taken[appointment.id].expires_at = None
        return appointment

    @rule(reservation=consumes(held))
    def release(self, reservation: Reservation) -> None:
        """A live reservation can be given back."""
        if expected := self.expected(reservation):
            with pytest.raises(expected):
                self.acme.release(reservation)
            return
        self.acme.release(reservation)
        del self.taken[reservation.id]

    @rule(appointment=booked, reservation=held)
    def move(self, appointment: Appointment, reservation: Reservation) -> None:
        """An appointment takes the place of a live reservation for it and of its service."""
        old, new = self.taken[appointment.id], self.taken[reservation.id]
        expected = self.expected(reservation)
        if old.cancelled:
            expected = WrongState
        elif self.now > ms(old.start):
            expected = AppointmentStarted
        elif expected is AlreadyUsed:
            pass
        elif reservation.replaces not in (None, appointment.id):
            expected = ReservationForReschedule
        elif expected is None and old.service != new.service:
            expected = ServiceChanged
        if expected is not None:
            with pytest.raises(expected):
                self.acme.move(appointment, reservation)
            return
        self.acme.move(appointment, reservation)
        self.used.add(reservation.id)
        new.cancelled = True
        self.taken[appointment.id] = Taken(new.service, new.resource, new.start, new.places)

    @rule(appointment=booked)
    def cancel(self, appointment: Appointment) -> None:
        """An appointment that has not begun can be cancelled, more than once."""
        taken = self.taken[appointment.id]
        if not taken.cancelled and self.now > ms(taken.start):
            with pytest.raises(AppointmentStarted):
                self.acme.cancel(appointment)
            return
        self.acme.cancel(appointment)
        taken.cancelled = True

    @rule(minutes=st.sampled_from([1, 5, 14, 15, 31]), and_a_bit=st.booleans())
    def time_passes(self, minutes: int, and_a_bit: bool) -> None:
        """Nothing but the clock."""
        self.now += minutes * 60_000 + and_a_bit
        self.acme.now(self.now)

    @invariant()
    def data_is_as_it_must_be(self) -> None:
        """Sheets equal rows, nothing is over capacity, and the model agrees."""
        assert self.acme.problems() == []
        counts, live = self.acme.counts(), self.live().values()
        assert counts.get("live reservations", 0) == sum(t.expires_at is not None for t in live)
        assert counts.get("appointments", 0) == sum(t.expires_at is None for t in live)

    def teardown(self) -> None:
        """Lets go of the copy."""
        self.town.close()
        self._copy.__exit__(None, None, None)


@pytest.mark.prove
def test_bookings_follow_the_model(dialect: str, first_day: Templates, tmp_path: Path) -> None:
    template = first_day.of(dialect)
    run_state_machine_as_test(
        lambda: Bookings(template, tmp_path),
        settings=settings(
            max_examples=rounds(few=4, some=12, many=1000),
            stateful_step_count=rounds(few=15, some=60, many=60),
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
