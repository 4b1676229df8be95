"""What customers are told of what happens to appointments, in walks that chance chooses.

The customer here believes what the messages that left have said, and knows nothing else.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from openslot.delivery.messages.consequences import Act, Surroundings, consequences
from openslot.delivery.messages.judging import Present, judged
from openslot.delivery.messages.message_rules import MessageRules
from openslot.delivery.model.message import DROPPED, QUEUED, SENT, WAITING, Message, ToldState
from openslot.delivery.model.message_kinds import REMINDER
from rounds import rounds

UNDO_MS = 60_000
START = 30_000_000  # minutes since 1970, in 2027
SLOTS = [START, START + 60, START + 1440]
BEGIN = (START - 3 * 1440) * 60_000
RULES = MessageRules(frozenset({"email"}), {}, None, UNDO_MS)
REMINDERS = [{"reminders": [{"before": "P1D"}, {"before": "PT2H"}]}]
ADDRESSES = {"email": "ann@example.org"}


class Customer:
    """An appointment, its messages, and what its customer believes."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.slot = SLOTS[0]
        self.status = ""  # not booked yet
        self.version = 0
        self.messages: list[Message] = []
        self.told: tuple[str, int] | None = None  # status and start
        self.reminded: list[tuple[str, int]] = []
        self.lags = False  # staff wanted nobody to be told of the last change
        self.heard: list[str] = []
        self.is_unsure = False  # a process died: what it had begun may come twice

    @property
    def state(self) -> ToldState:
        return ToldState(self.status, "branch", ("service",), self.slot, self.slot + 30)

    def happens(self, change: str, side: str, *, notified: bool = True) -> None:
        self.version += 1
        name = f"appointment.{change}"
        act = Act("booking", self.version, name, self.now, side, notified, self.state)
        zone = ZoneInfo("Europe/Amsterdam")
        around = Surroundings(ADDRESSES, "en_US", zone, REMINDERS, RULES, self.now)
        self.messages = consequences(self.messages, act, around)
        if change in ("booked", "moved", "cancelled", "restored"):
            self.lags = not notified or side == "import"

    def passes(self, milliseconds: int, *, server: str) -> None:
        """Time, in which what is due leaves if the server is there; or a process dies with it."""
        self.now += milliseconds
        for message in list(self.messages):
            if message.due_at is not None and message.due_at <= self.now and server != "down":
                others = [one for one in self.messages if one.id != message.id]
                present = Present(self.state, ADDRESSES, "en_US", self.now, self.now)
                ready = judged(message, others, present)
                if ready.is_pending:
                    ready = self._sent(ready, server)
                self.messages = [ready if m.id == ready.id else m for m in self.messages]

    def _sent(self, message: Message, server: str) -> Message:
        if server == "dies before":
            self.is_unsure = True
            return replace(message, leased_until=self.now)
        self._hears(message)
        if server == "dies after":
            self.is_unsure = True
            return replace(message, leased_until=self.now)
        return replace(message, status=SENT, due_at=None, leased_until=None)

    def _hears(self, message: Message) -> None:
        self.heard.append(message.kind)
        start = message.state.start
        assert start == self.slot, "the customer hears of a time that does not hold"
        if message.kind == REMINDER:
            assert self.status == "CONFIRMED"
            assert self.now < start * 60_000
            assert self.is_unsure or (message.rule, start) not in self.reminded
            self.reminded.append((message.rule, start))
            if self.told is None:
                self.told = ("CONFIRMED", start)
            return
        is_cancelled = message.kind == "cancelled"
        assert self.status == ("CANCELLED" if is_cancelled else "CONFIRMED")
        if self.is_unsure:
            self.told = (self.status, start)
            return
        if is_cancelled:
            assert self.told is not None
            assert self.told[0] == "CONFIRMED"
        elif message.kind == "moved":
            assert self.told is not None
            assert self.told[0] == "CONFIRMED"
            assert self.told[1] != start
            assert message.previous_start in (self.told[1], None)
        else:
            assert self.told is None or self.told[0] == "CANCELLED"
        self.told = (self.status, start)


def act(customer: Customer, name: str, side: str, *, notified: bool, slot: int) -> None:
    """Something is done, if the appointment lets it."""
    if customer.status == "":
        if name in ("booked", "moved", "import"):
            customer.status = "CONFIRMED"
            customer.happens("booked", "import" if name == "import" else side, notified=notified)
    elif name == "moved" and customer.status == "CONFIRMED":
        customer.slot = slot
        customer.happens("moved", side, notified=notified)
    elif name == "cancelled" and customer.status == "CONFIRMED":
        customer.status = "CANCELLED"
        customer.happens("cancelled", side, notified=notified)
    elif name == "arrived" and customer.status == "CONFIRMED":
        customer.status = "ARRIVED"
        customer.happens("arrived", "staff")
    elif name == "restored" and customer.status in ("CANCELLED", "ARRIVED"):
        customer.status = "CONFIRMED"
        customer.happens("restored", side, notified=notified)
    elif name == "updated":
        customer.happens("updated", side)


ACTS = st.tuples(
    st.sampled_from(["booked", "import", "moved", "moved", "cancelled", "arrived", "restored",
                     "updated"]),
    st.sampled_from(["customer", "staff"]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from(SLOTS),
    st.sampled_from([0, 1_000, 30_000, UNDO_MS, 3_600_000, 6 * 3_600_000]),
    st.sampled_from(["there", "there", "down", "dies before", "dies after"]),
)  # fmt: skip


@settings(deadline=None, max_examples=rounds(few=20, some=100, many=20_000))
@given(st.lists(ACTS, min_size=1, max_size=14))
def test_a_customer_hears_what_holds_and_nothing_twice(walk: list[tuple]) -> None:  # type: ignore[type-arg]
    customer = Customer()
    for name, side, notified, slot, milliseconds, server in walk:
        act(customer, name, side, notified=notified, slot=slot)
        customer.passes(milliseconds, server=server)
    customer.passes(UNDO_MS, server="there")
    pending = [one for one in customer.messages if one.is_pending]
    assert all(one.kind == REMINDER for one in pending)
    if customer.status == "CONFIRMED" and not customer.lags:
        assert customer.told == ("CONFIRMED", customer.slot)
    if customer.status == "CANCELLED" and not customer.lags:
        assert customer.told is None or customer.told[0] == "CANCELLED"
    if customer.status != "CONFIRMED":
        assert pending == []


def walked(*steps: tuple[str, str, int, int]) -> Customer:
    """Steps: what is done, by whom, at which slot, and how long passes; the server is there."""
    customer = Customer()
    for name, side, slot, seconds in steps:
        act(customer, name, side, notified=True, slot=SLOTS[slot])
        customer.passes(seconds * 1000, server="there")
    return customer


def statuses(customer: Customer) -> list[tuple[str, str, str | None]]:
    return [(m.kind, m.status, m.detail) for m in customer.messages if m.kind != REMINDER]


def test_the_customers_side_is_told_at_once_and_staff_after_a_minute() -> None:
    assert walked(("booked", "customer", 0, 0)).heard == ["booked"]
    assert walked(("booked", "staff", 0, 59)).heard == []
    assert walked(("booked", "staff", 0, 60)).heard == ["booked"]


def test_an_act_that_is_undone_is_never_heard_of() -> None:
    customer = walked(
        ("booked", "customer", 0, 0), ("cancelled", "staff", 0, 59), ("restored", "staff", 0, 99)
    )
    assert customer.heard == ["booked"]
    assert statuses(customer) == [("booked", SENT, None), ("cancelled", DROPPED, "undone")]


def test_two_moves_are_one_message() -> None:
    customer = walked(
        ("booked", "customer", 0, 0), ("moved", "staff", 1, 59), ("moved", "staff", 2, 59)
    )
    assert customer.heard == ["booked"]
    customer.passes(1_000, server="there")
    assert customer.heard == ["booked", "moved"]
    assert statuses(customer)[1:] == [("moved", DROPPED, "superseded"), ("moved", SENT, None)]
    assert customer.messages[-3].previous_start == SLOTS[0]


def test_a_server_that_was_down_brings_no_stale_messages() -> None:
    customer = Customer()
    for name, slot in (("booked", 0), ("moved", 1), ("moved", 2)):
        act(customer, name, "customer", notified=True, slot=SLOTS[slot])
        customer.passes(1_000, server="down")
    customer.passes(0, server="there")
    assert customer.heard == ["booked"]


def test_nobody_hears_of_an_import_but_is_reminded() -> None:
    customer = walked(("import", "staff", 0, 120))
    assert customer.heard == []
    planned = [(m.kind, m.status, m.rule, m.due_at) for m in customer.messages]
    assert planned == [
        (REMINDER, WAITING, "P1D", (START - 1440) * 60_000),
        (REMINDER, WAITING, "PT120M", (START - 120) * 60_000),
    ]


def test_a_customer_without_address_gets_no_message() -> None:
    booked = ToldState("CONFIRMED", "branch", ("service",), START, START + 30)
    act_ = Act("booking", 1, "appointment.booked", BEGIN, "customer", True, booked)
    around = Surroundings(
        {"sms": "+31612345678"}, "en_US", ZoneInfo("UTC"), REMINDERS, RULES, BEGIN
    )
    assert consequences([], act_, around) == []


def test_of_an_erased_person_nothing_is_left() -> None:
    customer = walked(("booked", "customer", 0, 0))
    customer.happens("erased", "staff")
    assert {m.recipient for m in customer.messages} == {None}
    assert [(m.status, m.detail) for m in customer.messages] == [
        (SENT, None), (DROPPED, "erased"), (DROPPED, "erased"),
    ]  # fmt: skip


def test_what_is_told_at_once_is_queued_and_the_rest_waits() -> None:
    customer = Customer()
    act(customer, "booked", "customer", notified=True, slot=START)
    assert [m.status for m in customer.messages] == [QUEUED, WAITING, WAITING]


def test_who_may_have_heard_of_a_booking_hears_of_its_cancellation() -> None:
    """The process that sent the first message died before it noted that."""
    customer = Customer()
    act(customer, "booked", "customer", notified=True, slot=START)
    customer.passes(0, server="dies after")
    act(customer, "cancelled", "customer", notified=True, slot=START)
    customer.passes(0, server="there")
    assert customer.heard == ["booked", "cancelled"]
