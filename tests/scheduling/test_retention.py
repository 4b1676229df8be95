"""People are erased when an account's retention has passed; counts and history stay."""

import time

import pytest

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling import upkeep
from openslot.scheduling.booking import appointments, idempotency, staff
from openslot.scheduling.booking.idempotency import NO_KEY, IdempotencyKey, RecordedOutcome
from openslot.scheduling.model.appointment import CANCELLED, NO_SHOW, Appointment
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy import erasure
from openslot.scheduling.store import appointment_parts, personal_data
from openslot.scheduling.store import idempotency as stored_responses
from openslot.storage.journal import audit
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx, SystemTx

from .office import HOUR_MS, Office, at, customer, ms
from .test_staff import ANYWAY, cancel, person, step

MINUTE_MS = 60_000
DAY_MS = 24 * HOUR_MS


def after_retention(booked: Appointment, days: int = 365) -> Minute:
    """The minute at which retention has passed."""
    return booked.placement.end + days * MINUTES_PER_DAY


def is_erased(office: Office, booked: Appointment) -> bool:
    """Whether all of the person is gone; half of it is a fault."""
    now = office.appointment(booked)
    gone = {part is None for part in (now.identifier, now.customer, now.answers)}
    [all_of_it] = gone
    if all_of_it:
        assert now.notes is None
    return all_of_it


def test_it_is_erased_at_the_minute(acme: Office) -> None:
    """By the account's own clock, a year after the end and no sooner."""
    booked = acme.book("10:00", notes="Ada is shy")
    acme.now(ms(after_retention(booked) - 1))
    assert acme.do(upkeep.delete_expired) == 0
    assert not is_erased(acme, booked)
    acme.now(ms(after_retention(booked)))
    assert acme.do(upkeep.delete_expired) == 1
    assert is_erased(acme, booked)
    assert acme.do(upkeep.delete_expired) == 0
    now = acme.appointment(booked)
    assert (now.placement, now.status, now.version) == (booked.placement, booked.status, 2)
    [_, change] = acme.history(booked)
    assert (change.change, change.actor_type, change.actor_id, change.old, change.new) == (
        "erased", audit.OPERATOR, "retention", None, None,
    )  # fmt: skip


def due(*offices: Office) -> set[str]:
    """The ids of those that upkeep would write in."""
    town = offices[0].town

    def ask(tx: SystemTx) -> set[str]:
        return upkeep.due(tx, [tx.account(office.account_id).account for office in offices])

    return town.run(town.database.read_system("a test", ask))


def test_upkeep_knows_beforehand_where_people_are_to_be_erased(
    acme: Office, globex: Office
) -> None:
    """By each account's own clock and retention, to the minute."""
    booked = acme.book("10:00")
    globex.book("10:00")
    for office in (acme, globex):
        office.now(ms(after_retention(booked) - 1))
        while office.do(upkeep.delete_expired):
            pass
    assert due(acme, globex) == set()
    acme.now(ms(after_retention(booked)))
    assert due(acme, globex) == {acme.account_id}
    assert acme.do(upkeep.delete_expired) == 1
    assert due(acme, globex) == set()
    globex.settings(retentionDays=30)
    assert due(acme, globex) == {globex.account_id}


def test_upkeep_knows_beforehand_what_else_is_to_be_forgotten(acme: Office, globex: Office) -> None:
    """Reservations that are over, and answers that nobody asks for again."""
    held = acme.reserve("10:00")
    end = held.expires_at + DAY_MS
    acme.now(end - 1)
    assert due(acme, globex) == {acme.account_id}  # the expiry is noted
    assert [acme.do(upkeep.delete_expired) for _ in range(2)] == [1, 0]
    assert due(acme, globex) == set()
    acme.now(end)
    assert due(acme, globex) == {acme.account_id}
    assert acme.do(upkeep.delete_expired) == 1
    acme.do(
        lambda tx: stored_responses.record(
            tx, "website", "k", b"f", RecordedOutcome(201, "{}", b"")
        )
    )
    assert due(acme, globex) == set()
    acme.now(end + DAY_MS - 1)
    assert due(acme, globex) == set()
    acme.now(end + DAY_MS)
    assert due(acme, globex) == {acme.account_id}
    assert acme.do(upkeep.delete_expired) == 1
    assert due(acme, globex) == set()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_nothing_of_it_is_left_on_the_disk(acme: Office) -> None:
    """Neither in what the file has freed, nor in the log, which is cut off a moment later."""
    booked = acme.book("10:00", notes="Ada is very shy")
    folder = acme.town.database.path.parent

    def left() -> bool:
        return any(b"very shy" in file.read_bytes() for file in folder.iterdir())

    assert left()
    acme.now(ms(after_retention(booked)))
    acme.do(upkeep.delete_expired)
    until = time.monotonic() + 10
    while left() and time.monotonic() < until:
        time.sleep(0.01)
    assert not left()


def test_another_account_keeps_its_own_time(acme: Office, globex: Office) -> None:
    theirs, ours = globex.book("10:00"), acme.book("10:00")
    acme.now(ms(after_retention(ours)))
    for office in (acme, globex):
        office.do(upkeep.delete_expired)
    assert is_erased(acme, ours)
    assert not is_erased(globex, theirs)


def test_the_account_says_how_long(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.settings(retentionDays=30)
    acme.now(ms(after_retention(booked, 30) - 1))
    assert acme.do(erasure.erase_old) == 0
    acme.now(ms(after_retention(booked, 30)))
    assert acme.do(erasure.erase_old) == 1


def test_what_staff_wrote_goes_and_counts_stay(acme: Office) -> None:
    gone, missed = acme.book("10:00"), acme.book("11:00")
    cancel(acme, gone, ANYWAY)
    acme.now(ms(at("11:01")))
    step(acme, missed, NO_SHOW)
    acme.now(ms(after_retention(missed)))
    before = acme.do(appointment_parts.every)
    assert acme.do(erasure.erase_old) == 2
    assert [acme.appointment(one).status for one in (gone, missed)] == [CANCELLED, NO_SHOW]
    assert acme.do(appointment_parts.every) == before
    assert acme.history(gone)[1].new == {"status": CANCELLED, "override": True, "reason": None}
    with acme.town.raw() as raw:
        everything = [raw.execute(f"SELECT * FROM {table}").fetchall() for table in (  # noqa: S608
            "appointments", "appointment_history", "reservations", "audit_events",
        )]  # fmt: skip
    text = repr(everything)
    for trace in ("Ada", "Lovelace", "ada@", "ABCDEFGHIJ", "niece"):
        assert trace not in text


def test_notes_written_afterwards_are_erased_too(acme: Office) -> None:
    """And the answer that was kept for writing them."""
    booked = acme.book("10:00")
    acme.now(ms(after_retention(booked)))
    acme.do(erasure.erase_old)
    key = IdempotencyKey("desk", "late", b"print")

    def note(tx: AccountTx) -> None:
        anything = (lambda _: True, NO_KEY)
        staff.change_notes(tx, person(acme), booked.id, "Ada called", *anything)
        body = f'{{"appointmentId":"{booked.id}","supportNotes":"Ada called"}}'.encode()
        key.record(tx, RecordedOutcome(200, "{}", body))
        IdempotencyKey("desk", "other", b"print").record(tx, RecordedOutcome(200, "{}", b"{}"))

    acme.do(note)
    assert acme.appointment(booked).notes == "Ada called"
    assert acme.do(erasure.erase_old) == 1
    assert acme.appointment(booked).notes is None
    now = acme.do(lambda tx: tx.now) - idempotency.STORED_MS
    assert acme.do(stored_responses.recorded, "desk", "late", now) is None
    assert acme.do(stored_responses.recorded, "desk", "other", now) is not None


def test_small_steps(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    booked = [acme.book(f"{hour}:00") for hour in range(9, 14)]
    kept = acme.book("14:00")
    acme.now(ms(after_retention(booked[-1])))
    assert [acme.do(upkeep.delete_expired) for _ in range(4)] == [2, 2, 1, 0]
    assert all(is_erased(acme, one) for one in booked)
    assert not is_erased(acme, kept)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_small_steps_by_the_index(acme: Office) -> None:
    explaining = AccountStatement(f"EXPLAIN QUERY PLAN {personal_data._ENDED}")
    plan = acme.do(lambda tx: tx.all(explaining, before=7, limit=200))
    assert ["USING INDEX appointments_not_erased" in row[3] for row in plan] == [True]


def test_an_erased_appointment_still_lives(acme: Office) -> None:
    """Erased by request before its time, it can be looked up, corrected, moved and cancelled."""
    booked = acme.book("10:00")
    officer = person(acme, PRIVACY_MANAGE)
    with pytest.raises(erasure.HasFutureAppointments) as refused:
        acme.do(erasure.erase_person, officer, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY)
    assert refused.value.data == {"appointmentIds": [booked.id]}
    once = NO_KEY
    assert (
        acme.do(
            erasure.erase_person, officer, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), once, force=True
        )
        == 1
    )
    assert is_erased(acme, booked)
    moved = acme.move(booked, acme.reserve("12:00"))
    acme.change_customer(moved, customer(identifier="KLMNOPQRST"))
    assert acme.appointment(booked).identifier == "KLMNOPQRST"
    acme.cancel(moved)
    assert acme.do(erasure.erase_person, officer, PersonKey(IDENTIFIER, "KLMNOPQRST"), once) == 1
    changes = [change.change for change in acme.history(booked)]
    assert changes == ["booked", "erased", "moved", "customer_changed", "cancelled", "erased"]
    with pytest.raises(NotFound):
        acme.do(appointments.get, "nothing")


def test_a_visit_of_today_does_not_hinder(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.now(ms(at("10:00")) + HOUR_MS)
    officer = person(acme, PRIVACY_MANAGE)
    assert acme.do(erasure.erase_person, officer, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY) == 1
    assert is_erased(acme, booked)


@pytest.mark.parametrize("damage", ["DELETE FROM appointment_parts WHERE part_id = ''", "UPDATE"])
def test_lists_that_are_wrong_are_found(acme: Office, damage: str) -> None:
    booked = acme.book("10:00")
    if damage == "UPDATE":
        damage = "UPDATE appointment_parts SET status = 'CANCELLED' WHERE part_id = ''"
    with acme.town.raw() as raw:
        kept = raw.execute("SELECT * FROM appointment_parts WHERE part_id = ''").fetchall()
        raw.execute(damage)
        problems = acme.problems()
        assert f"appointment {booked.id}: not listed, account" in problems
        assert len(problems) == (2 if damage.startswith("UPDATE") else 1)
        raw.execute("DELETE FROM appointment_parts WHERE part_id = ''")
        for row in kept:
            raw.execute("INSERT INTO appointment_parts VALUES (?, ?, ?, ?, ?)", row)
