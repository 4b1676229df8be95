"""Every version of an appointment has one event, by whatever verb it came about."""

from collections.abc import Callable
from typing import Any

import pytest

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import ADMIN_WRITE, PRIVACY_MANAGE
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import (
    NO_KEY,
    IdempotencyKey,
    RecordedOutcome,
    Replayed,
)
from openslot.scheduling.catalogue import changes
from openslot.scheduling.model.appointment import (
    ARRIVED,
    COMPLETED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.model.errors import SlotUnavailable, VersionMismatch
from openslot.scheduling.people import search_index
from openslot.scheduling.privacy import erasure
from openslot.storage.journal import events
from openslot.storage.journal.events import Event
from openslot.storage.transactions import AccountTx

from .office import CATALOGUE, Office, at, customer, ms
from .test_staff import ANYWAY, book, cancel, move, person, step


def happened(office: Office) -> list[Event]:
    """Everything that the account's list shows."""
    while office.do(search_index.dispatch):
        pass
    return office.do(events.after, 0, 1000)


def of(office: Office, booked: Appointment) -> list[Event]:
    """The events of one appointment, after a look that they are one per version."""
    found = [event for event in happened(office) if event.booking_id == booked.id]
    versions = office.appointment(booked).version
    assert [event.version for event in found] == list(range(1, versions + 1))
    assert [change.version for change in office.history(booked)] == list(range(1, versions + 1))
    return found


def types(office: Office, booked: Appointment) -> list[str]:
    """Their types, without the word that all have in common."""
    return [event.type.removeprefix("appointment.") for event in of(office, booked)]


def test_confirmed_moved_and_cancelled(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    acme.move(booked, acme.reserve("11:00", resource="desk-1"))
    acme.cancel(booked)
    assert types(acme, booked) == ["booked", "moved", "cancelled"]
    first, second, third = (event.data for event in of(acme, booked))
    assert first == {
        "status": "CONFIRMED",
        "branch_id": booked.placement.branch_id,
        "service_ids": list(booked.placement.service_ids),
        "resource_ids": list(booked.placement.resource_ids),
        "party": 1,
        "start": at("10:00"),
        "end": booked.placement.end,
        "time_zone": booked.time_zone,
        "sequence": 0,
        "actor": ["client", "website"],
        "side": "customer",
        "previous": {},
        "changed": [],
    }
    assert second["previous"] == {"start": at("10:00"), "end": booked.placement.end}
    assert (second["start"], second["sequence"]) == (at("11:00"), 1)
    assert third["previous"] == {"status": "CONFIRMED"}
    assert (third["status"], third["sequence"]) == ("CANCELLED", 2)


def test_customer_and_notes_are_updates_that_say_no_content(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.change_customer(booked, customer(first_name="Zsófia-Unmistakable"))
    notes = ("Private-Unmistakable", lambda _: True, NO_KEY)
    acme.do(staff.change_notes, person(acme), booked.id, *notes)
    assert types(acme, booked) == ["booked", "updated", "updated"]
    _, of_customer, of_notes = of(acme, booked)
    assert of_customer.data["changed"] == ["customer"]
    assert of_notes.data["changed"] == ["notes"]
    assert of_notes.data["actor"] == ["user", "desk"]
    assert {event.data["sequence"] for event in of(acme, booked)} == {0}
    assert "Unmistakable" not in str(happened(acme))


def test_a_visit(acme: Office) -> None:
    seen, missed = acme.book("10:00"), acme.book("11:00")
    acme.now(ms(at("12:00")))
    for status in (ARRIVED, IN_SERVICE, COMPLETED):
        step(acme, seen, status)
    step(acme, missed, NO_SHOW)
    assert types(acme, seen) == ["booked", "arrived", "started", "completed"]
    assert types(acme, missed) == ["booked", "no_show"]
    assert of(acme, seen)[2].data["previous"] == {"status": "ARRIVED"}


def test_staff_book_move_and_cancel_against_the_rules(acme: Office) -> None:
    booked = book(acme, "20:00", rule_override=ANYWAY)
    move(acme, booked, "21:00", rule_override=ANYWAY)
    cancel(acme, booked, ANYWAY)
    assert types(acme, booked) == ["booked", "moved", "cancelled"]
    assert "niece" not in str(happened(acme))  # a reason is about a person


def test_another_zone_moves(acme: Office) -> None:
    booked = acme.book("10:00")
    planner = Actor(acme.account_id, "user", "planner", frozenset({ADMIN_WRITE}))

    def change(tx: AccountTx) -> None:
        branch = {**CATALOGUE["branch"]["centre"], "timeZone": "Europe/London"}
        changes.put(tx, planner, "branch", "centre", branch, "keep-wall-time")

    acme.do(change)
    assert types(acme, booked) == ["booked", "moved"]
    last = of(acme, booked)[-1].data
    assert last["time_zone"] == "Europe/London"
    assert last["previous"]["start"] == at("10:00")


def test_erasing_on_request_and_by_age(acme: Office) -> None:
    booked, old = acme.book("10:00"), acme.book("11:00")
    officer = Actor(acme.account_id, "user", "officer", frozenset({PRIVACY_MANAGE}))
    assert booked.identifier is not None
    acme.do(
        erasure.erase_person,
        officer,
        PersonKey(IDENTIFIER, str(booked.identifier)),
        NO_KEY,
        force=True,
    )
    assert types(acme, booked) == ["booked", "erased"]
    assert types(acme, old) == ["booked", "erased"]
    assert of(acme, old)[-1].data["actor"] == ["user", "officer"]


REFUSED: dict[str, tuple[type[Exception], Callable[[Office, Appointment], Any]]] = {
    "a wrong version": (VersionMismatch, lambda o, b: o.cancel(b, if_match=lambda _: False)),
    "a taken time": (SlotUnavailable, lambda o, b: book(o, "10:00", resource="desk-1")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_no_event(acme: Office, what: str) -> None:
    booked = acme.book("10:00", resource="desk-1")
    refusal, act = REFUSED[what]
    before = len(happened(acme))
    with pytest.raises(refusal):
        act(acme, booked)
    assert len(happened(acme)) == before


def test_a_repeated_cancel_and_a_replay_are_no_events(acme: Office) -> None:
    booked = acme.book("10:00")
    key = IdempotencyKey("website", "key-1", b"fingerprint")
    acme.do(lambda tx: key.record(tx, RecordedOutcome(204, "{}", b"")))
    with pytest.raises(Replayed):
        acme.cancel(booked, idempotency_key=key)
    acme.cancel(booked)
    acme.cancel(booked)
    assert types(acme, booked) == ["booked", "cancelled"]


def test_another_account_hears_nothing(acme: Office, globex: Office) -> None:
    acme.book("10:00")
    assert len(happened(acme)) == 1
    assert happened(globex) == []
