"""Messages in the database: planned after the commit, taken once, judged again, written down."""

from collections.abc import Sequence

import pytest

from openslot.calendars.uids import CalendarUids
from openslot.delivery.dispatch import dispatch
from openslot.delivery.messages import resending, sending
from openslot.delivery.messages.sending import MessageSchedule
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.restoring import drop_due
from openslot.delivery.store import message_queue
from openslot.kernel.actor import IMPORT, STAFF, operator_of
from openslot.scheduling.booking import appointments, staff, undoing
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy.erasure import erase_person
from openslot.storage.transactions import SystemTx
from scheduling.office import NOW, Office, details, ms

UIDS = CalendarUids([(0, "booking.example.org")])
SCHEDULE = MessageSchedule(RetrySchedule((5, 15), repeats_last=True), lease_ms=60_000)
DELIVERED, RETRIED = (
    SendOutcome(Result.DELIVERED, "250 OK"),
    SendOutcome(Result.RETRIED, "421 busy"),
)
HOUR_MS = 3_600_000


def dispatched(office: Office) -> None:
    while office.beside(dispatch, UIDS, b"k" * 32):
        pass


def messages(office: Office, appointment: Appointment) -> list[Message]:
    dispatched(office)
    return office.do(resending.of_appointment, appointment.id)


def shown(office: Office, appointment: Appointment) -> list[tuple[str, str, str | None]]:
    return [(m.kind, m.status, m.detail) for m in messages(office, appointment)]


def taken(office: Office, most: int = 10) -> list[Message]:
    found = office.beside(sending.take, EMAIL, most, SCHEDULE)
    return [message for message, _ in found]


def note(office: Office, message: Message, outcome: SendOutcome) -> str:
    return str(office.beside(sending.note, message, outcome, SCHEDULE))


def booked_by_staff(office: Office, start: str, side: str = STAFF) -> Appointment:
    by = operator_of(office.account_id).on_side(side)
    wanted = office.wanted(start)
    return office.do(staff.book, by, wanted, details(), NO_OVERRIDE, NO_KEY)


def accounts_with_due(office: Office) -> Sequence[str]:
    def read(tx: SystemTx) -> list[str]:
        return message_queue.accounts_with_due(tx, EMAIL, 100)

    return office.town.run(office.town.database.read_system("a test", read))


def test_a_booking_is_told_once_and_recorded_in_a_sandbox(acme: Office, globex: Office) -> None:
    appointment = acme.book("10:00")
    [message] = messages(acme, appointment)
    assert (message.kind, message.recipient, message.language) == (
        "booked", "ada@example.org", "en_US",
    )  # fmt: skip
    assert accounts_with_due(acme) == [acme.account_id]
    [mine] = taken(acme)
    assert (taken(acme), taken(globex)) == ([], [])
    note(acme, mine, DELIVERED)
    assert shown(acme, appointment) == [("booked", "sent", "250 OK")]
    assert accounts_with_due(acme) == []


def test_what_a_dead_process_had_in_hand_is_taken_again(acme: Office) -> None:
    acme.book("10:00")
    dispatched(acme)
    [first] = [m for m, _ in acme.beside(sending.take, EMAIL, 5, MessageSchedule(
        SCHEDULE.retries, lease_ms=-1
    ))]  # fmt: skip
    [again] = taken(acme)
    assert again.id == first.id


def test_a_change_that_is_not_dispatched_yet_holds_a_message_up(acme: Office) -> None:
    appointment = acme.book("10:00")
    dispatched(acme)
    acme.cancel(appointment)
    assert taken(acme) == []
    assert shown(acme, appointment) == [("booked", "dropped", "superseded")]


def test_a_retry_is_due_later_and_no_longer_than_the_appointment(acme: Office) -> None:
    appointment = acme.book("10:00")
    dispatched(acme)
    [message] = taken(acme)
    assert note(acme, message, RETRIED) == "retried"
    [queued] = messages(acme, appointment)
    assert (queued.status, queued.attempts, queued.detail) == ("queued", 1, "421 busy")
    assert queued.due_at is not None
    assert 4_000 <= queued.due_at - NOW <= 6_000
    acme.now(ms(appointment.placement.end) - 1_000)
    [message] = taken(acme)
    assert note(acme, message, RETRIED) == "failed"
    assert shown(acme, appointment) == [("booked", "failed", "421 busy")]


def test_who_never_heard_of_the_first_time_is_told_of_a_booking(acme: Office) -> None:
    """The first message is under way when the appointment moves, and does not arrive."""
    appointment = acme.book("10:00")
    dispatched(acme)
    [under_way] = taken(acme)
    acme.move(appointment, acme.reserve("11:00", replaces=appointment.id))
    assert [kind for kind, _, _ in shown(acme, appointment)] == ["booked", "moved"]
    assert taken(acme) == []  # one after another
    note(acme, under_way, RETRIED)
    [second] = taken(acme)
    assert (second.kind, second.state.start) == ("booked", appointment.placement.start + 60)
    assert shown(acme, appointment)[0] == ("booked", "dropped", "superseded")


def test_staff_have_a_minute_to_undo(acme: Office) -> None:
    appointment = booked_by_staff(acme, "10:00")
    [message] = messages(acme, appointment)
    assert (message.status, message.due_at) == ("waiting", NOW + 60_000)
    assert taken(acme) == []
    acme.now(NOW + 60_000)
    assert [m.id for m in taken(acme)] == [message.id]


def test_what_is_taken_back_in_time_is_never_heard_of(acme: Office) -> None:
    """Neither the cancellation nor its end; and reminders are planned again."""
    acme.change("service", "passport", reminders=[{"before": "PT1H"}])
    by = operator_of(acme.account_id).on_side(STAFF)
    appointment = acme.book("10:00")
    dispatched(acme)
    [news] = taken(acme)
    note(acme, news, DELIVERED)
    acme.do(appointments.cancel, by, appointment.id, lambda _: True, NO_KEY)
    dispatched(acme)
    acme.do(undoing.undo, by, appointment.id, lambda _: True, NO_KEY)
    assert sorted(shown(acme, appointment)) == [
        ("booked", "sent", "250 OK"),
        ("cancelled", "dropped", "undone"),
        ("reminder", "dropped", "cancelled"),
        ("reminder", "waiting", None),
    ]


def test_reminders_follow_the_appointment(acme: Office) -> None:
    acme.change("service", "passport", reminders=[{"before": "PT1H"}])
    appointment = booked_by_staff(acme, "10:00", IMPORT)
    assert shown(acme, appointment) == [("reminder", "waiting", None)]
    acme.move(appointment, acme.reserve("11:00", replaces=appointment.id))
    dispatched(acme)
    [news] = taken(acme)
    note(acme, news, DELIVERED)
    acme.now(ms(appointment.placement.start))
    reminders = taken(acme)
    assert [m.state.start for m in reminders] == [appointment.placement.start + 60]
    note(acme, reminders[0], DELIVERED)
    acme.now(NOW)  # the clock is set back
    acme.move(appointment, acme.reserve("11:00", replaces=appointment.id))
    dispatched(acme)
    acme.now(ms(appointment.placement.start))
    assert taken(acme) == []


@pytest.mark.parametrize(("minutes_late", "leaves"), [(30, True), (31, False)])
def test_a_late_reminder_is_dropped(acme: Office, minutes_late: int, leaves: bool) -> None:
    acme.change("service", "passport", reminders=[{"before": "PT1H"}])
    appointment = booked_by_staff(acme, "10:00", IMPORT)
    dispatched(acme)
    acme.now(ms(appointment.placement.start - 60 + minutes_late))
    assert bool(taken(acme)) == leaves
    expected = "queued" if leaves else "dropped"
    assert [status for _, status, _ in shown(acme, appointment)] == [expected]


def test_an_erased_person_is_nowhere_in_messages(acme: Office) -> None:
    acme.change("service", "passport", reminders=[{"before": "PT1H"}])
    appointment = acme.book("10:00")
    dispatched(acme)
    [in_hand] = taken(acme)
    by = operator_of(acme.account_id)
    acme.do(erase_person, by, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY, force=True)
    dispatched(acme)
    note(acme, in_hand, SendOutcome(Result.DELIVERED, "250 ada@example.org"))
    with acme.town.raw() as raw:
        rows = raw.execute("SELECT status, recipient, detail FROM messages").fetchall()
    assert [tuple(row) for row in rows] == [("dropped", None, "erased")] * 2
    assert appointment.id


def test_a_restored_backup_sends_nothing_that_was_due(acme: Office) -> None:
    acme.change("service", "passport", reminders=[{"before": "PT1H"}])
    appointment = acme.book("10:00")
    assert acme.do(drop_due, {EMAIL}) == 1
    assert shown(acme, appointment) == [
        ("booked", "dropped", "too_late"), ("reminder", "waiting", None),
    ]  # fmt: skip
