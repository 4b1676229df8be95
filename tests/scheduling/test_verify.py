"""`verify` finds what is wrong, puts right what is derived, and lets be what is known."""

from dataclasses import replace

import pytest

from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.ids import new_id
from openslot.scheduling import expected_sheets, verify
from openslot.scheduling.booking import claims, reservations
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.people import search_index
from openslot.scheduling.store import appointment_parts, appointments
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.scheduling.store import reservations as reservation_store
from openslot.scheduling.store.history import append
from openslot.storage.transactions import AccountTx

from .office import Office, at


def book_again(office: Office, there: Appointment) -> Appointment:
    """A double booking: what every rule is there to prevent."""
    twin = replace(there, id=new_id())

    def insert(tx: AccountTx) -> None:
        place, claim = twin.placement, twin.placement.booked_as(twin.id)
        appointments.insert(tx, twin)
        append(tx, office.actor, twin.id, 1, "booked", None, {})
        search_index.add(tx, [twin.id])
        days = claim.days
        sheets = sheet_store.of_resources(
            tx, place.branch_id, place.resource_ids, days[0], days[-1]
        )
        claims.add(tx, place, claim, sheets)

    office.do(insert)
    return twin


def hold_again(office: Office, there: Reservation) -> None:
    """Two holds of one place."""
    twin = replace(there, id=new_id())

    def insert(tx: AccountTx) -> None:
        place, claim = twin.placement, reservations.claim_of(twin)
        reservation_store.insert(tx, twin)
        days = claim.days
        sheets = sheet_store.of_resources(
            tx, place.branch_id, place.resource_ids, days[0], days[-1]
        )
        claims.add(tx, place, claim, sheets)

    office.do(insert)


def excused(office: Office) -> int:
    """How often something is over its capacity and may be."""
    return len(office.do(verify.verify).excused)


@pytest.mark.parametrize("renamed", [False, True])
def test_a_double_booking_is_found_whether_its_resource_was_changed_or_not(
    acme: Office, renamed: bool
) -> None:
    if renamed:
        acme.change("resource", "desk-1", name="The first desk")
    twin = book_again(acme, acme.book("10:00", resource="desk-1"))
    (difference,) = acme.problems()
    assert "over its capacity of 1" in difference
    assert excused(acme) == 0
    acme.do(appointments.set_conflicted, [twin.id], conflicted=True)
    assert acme.problems() == []
    assert excused(acme) == 1
    acme.cancel(twin)


def test_a_mark_that_is_missing_is_found(acme: Office) -> None:
    pair = [acme.book("10:00", "course") for _ in range(2)]
    acme.change("resource", "hall", capacity=1)
    assert acme.problems() == []
    assert excused(acme) == 1
    acme.do(appointments.set_conflicted, [one.id for one in pair], conflicted=False)
    (difference,) = acme.problems()
    assert "over its capacity of 1" in difference
    acme.cancel(pair[0])
    assert acme.problems() == []


def test_what_was_there_before_the_capacity_was_lowered(acme: Office) -> None:
    for _ in range(2):
        acme.book("10:00", "course")
    acme.now(at("12:00") * MINUTE_MS)
    acme.change("resource", "hall", capacity=1)
    assert acme.problems() == []
    assert excused(acme) == 1


def test_a_hold_may_be_over_a_capacity_that_was_lowered(acme: Office) -> None:
    acme.book("10:00", "course")
    held = acme.reserve("10:00", "course")
    acme.change("resource", "hall", capacity=1)
    assert acme.problems() == []
    assert excused(acme) == 1
    acme.confirm(held)
    assert acme.problems() == []


def test_and_over_one_that_was_not_it_may_not(acme: Office) -> None:
    held = acme.reserve("10:00", resource="desk-1")
    hold_again(acme, held)
    (difference,) = acme.problems()
    assert "over its capacity of 1" in difference
    acme.now(held.expires_at)
    assert acme.problems() == []


@pytest.mark.parametrize("page", [1, 3])
def test_every_sheet_is_compared_however_little_is_read_at_a_time(
    acme: Office, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """One lacks its claims, or holds what nobody has booked; nothing else differs."""
    for module in (verify, expected_sheets):
        monkeypatch.setattr(module, "_PAGE", page)
    for day in (0, 1, 4, 5, 9):
        acme.block("desk-2", at("00:30", day=day), 120)  # until another day
        for start in ("10:00", "14:00"):
            acme.book(at(start, day=day), resource="desk-1")
    acme.reserve("16:00", resource="desk-1")
    assert acme.problems() == []
    every = acme.do(sheet_store.after, ("", 0, ""), 100)
    assert len(every) == 5 + 8
    for (branch_id, day_number, resource_id), sheet in every:
        for wrong in ([], [claim._replace(places=2) for claim in sheet.claims]):
            acme.do(sheet_store.put, branch_id, resource_id, Sheet.of(day_number, wrong))
            (difference,) = acme.problems()
            assert f"sheet of resource {resource_id} at branch {branch_id}" in difference
        report = acme.do(verify.verify, repair=True)
        assert (len(report.differences), report.repaired) == (1, 1)
    assert acme.problems() == []
    day_number = every[-1][0][1] + 1
    acme.do(sheet_store.put, branch_id, resource_id, Sheet.of(day_number, sheet.claims))
    assert len(acme.do(verify.verify, repair=True).differences) == 1


def test_lists_that_are_wrong_are_written_anew(acme: Office, globex: Office) -> None:
    lost, elsewhere = acme.book("10:00"), acme.book("11:00")
    theirs = globex.book("10:00")
    before = acme.do(appointment_parts.every)
    with acme.town.raw() as raw:
        raw.execute("DELETE FROM appointment_parts WHERE appointment_id = ?", (lost.id,))
        raw.execute(
            "UPDATE appointment_parts SET part_id = ? WHERE appointment_id = ? AND part_id = ?",
            (new_id(), elsewhere.id, elsewhere.placement.branch_id),
        )
        raw.execute(
            "INSERT INTO appointment_parts VALUES (?, '', 'CONFIRMED', 0, ?)",
            (acme.account_id, new_id()),  # of nobody
        )
    assert len(acme.problems()) == 4 + 2 + 1
    assert globex.problems() == []
    report = acme.do(verify.verify, repair=True)
    assert (report.relisted, report.repaired) == (3, 0)
    assert acme.problems() == []
    assert acme.do(appointment_parts.every) == before
    assert len(globex.do(appointment_parts.every)) == len(
        appointment_parts.parts_of(theirs.placement)
    )
