"""Random walks: whatever happens to appointments, each customer hears what holds, and once."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest

from openslot.delivery.model.message import Message, ToldState
from openslot.delivery.model.message_kinds import BOOKED, CANCELLED, MOVED, REMINDER
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.kernel.actor import STAFF, Actor, operator_of
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import OpenslotError
from openslot.scheduling.booking import absences, appointments, blocks, staff, undoing
from openslot.scheduling.booking.absences import Absence
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, Appointment
from openslot.scheduling.model.appointment import CANCELLED as GONE
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy.erasure import erase_person
from openslot.scheduling.rebasing.shifts import KEEP_INSTANT, KEEP_WALL_TIME
from rounds import rounds
from scheduling.office import DAYS, NOW, Office, at, customer, details
from scheduling.test_rebasing import agree_on, rebase

from .test_queue import DELIVERED, RETRIED, dispatched, note, taken

WALKS = rounds(few=1, some=3, many=200)
STEPS = 80
REFUSED = SendOutcome(Result.FAILED, "550 no such user")
CLOCKS = ("09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00")
DESKS = ("desk-1", "desk-2")
HOURS = (("09:00", "17:00"), ("09:00", "17:00"), ("11:00", "15:00"), ("08:00", "12:00"))
REMINDERS = [{"before": "P1D"}, {"before": "PT2H"}, {"before": "PT30M"}]


class Walk:
    """Some appointments, what is done to them, and what their customers have heard."""

    def __init__(self, office: Office, seed: int) -> None:
        """Nothing has happened yet."""
        self.office = office
        self.luck = random.Random(seed)
        self.now = NOW
        self.heard: dict[str, ToldState | None] = {}
        self.reminded: set[tuple[str, str, int]] = set()
        self.erased: set[str] = set()
        self.unreached: set[str] = set()  # a message to them was refused
        self.blocks: list[Block] = []
        self.counted = {BOOKED: 0, MOVED: 0, CANCELLED: 0, REMINDER: 0}
        self.changed: Counter[str] = Counter()  # appointments, by what of the house did it
        self._ahead: list[Callable[[], object]] = []

    def step(self) -> None:
        """Something happens; what the rules refuse does not. Each comes up again and again."""
        if not self._ahead:
            self._ahead = [
                *(self.book, self.book, self.book, self.move, self.move, self.cancel, self.cancel),
                *(self.undo, self.arrive, self.wait, self.wait, self.erase),
                *(self.dispatch, self.send, self.dispatch, self.send),
                *(self.rebase, self.open, self.block, self.unblock, self.absent),
            ]
            self.luck.shuffle(self._ahead)
        with suppress(OpenslotError):
            self._ahead.pop()()

    def book(self) -> None:
        """By the customer, or by staff."""
        start = at(self.luck.choice(CLOCKS), self.luck.randint(0, 3))
        who = customer(identifier=f"SOMEBODY{len(self.heard):04d}")
        if self.luck.random() < 0.5:
            booked = self.office.confirm(self.office.reserve(start), who=who)
        else:
            wanted = self.office.wanted(start)
            booked = self.office.do(
                staff.book, self.by(), wanted, details(who), NO_OVERRIDE, NO_KEY
            )
        self.heard[booked.id] = None

    def move(self) -> None:
        """By the customer, or by staff; often to the time where it stands."""
        one = self.some()
        start = at(self.luck.choice(CLOCKS), self.luck.randint(0, 3))
        if self.luck.random() < 0.5:
            self.office.move(one, self.office.reserve(start, replaces=one.id))
        else:
            there = (one.id, start, None, None, NO_OVERRIDE, lambda _: True, NO_KEY)
            self.office.do(staff.move, self.by(), *there)

    def cancel(self) -> None:
        """By the customer, or by staff."""
        self.office.do(
            appointments.cancel,
            self.office.actor if self.luck.random() < 0.5 else self.by(),
            self.some().id,
            lambda _: True,
            NO_KEY,
        )

    def undo(self) -> None:
        """By staff, of what staff did."""
        self.office.do(undoing.undo, self.by(), self.some().id, lambda _: True, NO_KEY)

    def arrive(self) -> None:
        """The customer is there."""
        anything = (ARRIVED, lambda _: True, NO_KEY)
        self.office.do(staff.take_step, self.by(), self.some().id, *anything)

    def erase(self) -> None:
        """The customer wants to be forgotten."""
        if self.luck.random() < 0.8:
            return
        one = self.some()
        if one.identifier is not None:
            self.erased.add(one.id)
            person = PersonKey(IDENTIFIER, one.identifier)
            self.office.do(erase_person, self.by(), person, NO_KEY, force=True)

    def rebase(self) -> None:
        """Other zone data: what is to come keeps its wall time, or its instant."""
        ids = self.luck.sample(list(self.heard), min(3, len(self.heard)))
        found = [self.office.do(appointments.get, id_) for id_ in ids]
        agree_on(self.office, self.luck.choice((-1, 1)), *found)
        done = rebase(self.office, self.luck.choice((KEEP_WALL_TIME, KEEP_WALL_TIME, KEEP_INSTANT)))
        self.changed["rebased"] += len(done.made)

    def open(self) -> None:
        """The branch opens at other hours; whoever comes outside of them stays."""
        opens, closes = self.luck.choice(HOURS)
        hours = [{"day": day, "opens": opens, "closes": closes} for day in DAYS]
        self.office.change("branch", "centre", openingHours=hours)

    def block(self) -> None:
        """Staff need a desk, whoever was to come there."""
        start = at(self.luck.choice(CLOCKS), self.luck.randint(0, 3))
        desk = self.office.ids["resource", self.luck.choice(DESKS)]
        block, stranded = self.office.do(
            blocks.block, self.by(), desk, start, start + 120, None, NO_KEY, force=True
        )
        self.blocks.append(block)
        self.changed["stranded"] += len(stranded)

    def unblock(self) -> None:
        """They do not need it any more."""
        if self.blocks:
            gone = self.blocks.pop()
            self.office.do(blocks.unblock, self.by(), gone.resource_id, gone.id, NO_KEY)

    def absent(self) -> None:
        """Somebody at a desk is ill; whoever was to come is moved, or stranded."""
        day = self.luck.randint(0, 3)
        desk = self.office.ids["resource", self.luck.choice(DESKS)]
        absence = Absence(desk, at("09:00", day), at("13:00", day), None, None)
        outcome = self.office.do(absences.enter, self.by(), absence, NO_KEY)
        self.changed["absence"] += len(outcome.moved)

    def wait(self) -> None:
        """Time passes: seconds, minutes or hours."""
        self.now += self.luck.choice((10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000))
        self.office.now(self.now)

    def dispatch(self) -> None:
        """What happened is worked out; not always at once."""
        dispatched(self.office)

    def send(self) -> None:
        """What is due is sent, tried in vain or refused."""
        for message in taken(self.office, most=5):
            outcome = self.luck.choice((DELIVERED, DELIVERED, DELIVERED, RETRIED, REFUSED))
            if outcome is DELIVERED:
                self.hears(message)
            elif outcome is REFUSED and message.kind != REMINDER:
                self.unreached.add(message.booking_id)
            note(self.office, message, outcome)

    def hears(self, message: Message) -> None:
        """A customer reads a message, and is told the truth and nothing new twice."""
        one = self.office.do(appointments.get, message.booking_id)
        placement = one.placement
        assert one.customer is not None
        assert one.id not in self.erased
        self.counted[message.kind] += 1
        if message.kind == REMINDER:
            assert (one.status, message.state.start) == (CONFIRMED, placement.start)
            assert self.now < placement.start * MINUTE_MS
            place = (one.id, message.rule, placement.start)
            assert place not in self.reminded
            self.reminded.add(place)
            # Whoever is reminded knows of it, though the mail of the booking was refused.
            self.heard[one.id] = self.heard[one.id] or message.state
            return
        before = self.heard[one.id]
        is_cancelled = one.status == GONE
        known = before is not None and before.status != GONE
        expected = CANCELLED if is_cancelled else MOVED if known else BOOKED
        assert message.kind == expected
        assert (is_cancelled and known) or _place(before) != _place(message.state) or not known
        if not is_cancelled:
            assert message.state.start == placement.start
        self.heard[one.id] = message.state._replace(status=GONE if is_cancelled else CONFIRMED)

    def ends(self) -> None:
        """Every message leaves: whoever could be told knows how things stand."""
        for _ in range(12):
            self.now += 61_000
            self.office.now(self.now)
            dispatched(self.office)
            while messages := taken(self.office, most=20):
                for message in messages:
                    self.hears(message)
                    note(self.office, message, DELIVERED)

    def some(self) -> Appointment:
        """Any of the appointments as it is now; without one nothing can be done."""
        if not self.heard:
            raise OpenslotError("there is none yet")
        return self.office.do(appointments.get, self.luck.choice(list(self.heard)))

    def by(self) -> Actor:
        """Somebody at the desk."""
        return operator_of(self.office.account_id).on_side(STAFF)


def _place(state: ToldState | None) -> object:
    return None if state is None else (state.branch_id, state.service_ids, state.start, state.end)


@pytest.mark.parametrize("seed", range(WALKS))
def test_everybody_hears_what_holds_once(acme: Office, seed: int) -> None:
    acme.change("service", "passport", reminders=REMINDERS)
    walk = Walk(acme, seed)
    for _ in range(STEPS):
        walk.step()
    walk.ends()
    for id_, heard in walk.heard.items():
        one = acme.do(appointments.get, id_)
        if one.customer is None or id_ in walk.unreached:
            continue
        if one.status == CONFIRMED and walk.now < one.placement.start * MINUTE_MS:
            assert heard is not None
            assert (heard.status, heard.start) == (CONFIRMED, one.placement.start)
        if one.status == GONE and walk.now < one.placement.start * MINUTE_MS:
            assert heard is None or heard.status == GONE
    assert walk.heard
    assert walk.changed
    assert acme.problems() == []
