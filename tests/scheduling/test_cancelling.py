"""Cancelling, and correcting the customer of, an appointment."""

import pytest

from openslot.kernel.errors import Invalid, NotFound, OpenslotError
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW, STATUSES
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.store import appointments as store

from .office import NOW, Office, at, customer, ms
from .test_moving import acknowledge


def test_it_frees_its_time_at_once(acme: Office) -> None:
    booked = acme.book("10:00", "strict")
    acme.now(NOW + 1000)
    acme.cancel(booked)
    cancelled = acme.appointment(booked)
    assert (cancelled.status, cancelled.version) == ("CANCELLED", 2)
    assert cancelled.updated_at == NOW + 1000
    acme.reserve("10:00", "strict")
    booked_, change = acme.history(booked)
    assert (booked_.change, change.change, change.version) == ("booked", "cancelled", 2)
    assert (change.old, change.new) == ({"status": "CONFIRMED"}, {"status": "CANCELLED"})


def test_again_is_no_second_event_also_after_the_start(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.cancel(booked)
    acme.cancel(booked)
    acme.now(ms(at("10:30")))
    acme.cancel(booked)
    assert acme.appointment(booked).version == 2
    assert len(acme.history(booked)) == 2


@pytest.mark.parametrize(("late", "refusal"), [(0, None), (1, TooLate)])
def test_exactly_at_the_cut_off_it_is_still_allowed(
    acme: Office, late: int, refusal: type[OpenslotError] | None
) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:00")) + late)
    if refusal is None:
        acme.cancel(booked)
        return
    with pytest.raises(refusal) as refused:
        acme.cancel(booked)
    assert refused.value.data["cutoffMinutes"] == 60
    assert acme.appointment(booked) == booked


@pytest.mark.parametrize(("late", "refusal"), [(0, None), (1, AppointmentStarted)])
def test_at_the_very_start_it_is_still_allowed(
    acme: Office, late: int, refusal: type[OpenslotError] | None
) -> None:
    booked = acme.book("12:00")
    acme.now(ms(at("12:00")) + late)
    if refusal is None:
        acme.cancel(booked)
        return
    with pytest.raises(refusal):
        acme.cancel(booked)


def test_of_several_services_the_strictest_cut_off_counts(acme: Office) -> None:
    acme.change("service", "licence", cancelCutoffMinutes=30)
    booked = acme.book("12:00", "passport", "licence")
    acme.now(ms(at("11:30")) + 1)
    with pytest.raises(TooLate):
        acme.cancel(booked)


@pytest.mark.parametrize("status", [ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW])
def test_only_what_is_confirmed(acme: Office, status: str) -> None:
    booked = acme.book("10:00")
    acme.do(store.set_status, booked, status)
    acme.do(acknowledge, booked)
    with pytest.raises(WrongState):
        acme.cancel(booked)
    with pytest.raises(WrongState):
        acme.change_customer(booked, customer())


def test_a_wrong_version_changes_nothing_and_comes_first(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:30")))
    with pytest.raises(VersionMismatch):
        acme.cancel(booked, if_match=lambda version: version == 7)
    with pytest.raises(VersionMismatch):
        acme.change_customer(booked, customer(), if_match=lambda version: version == 7)
    assert acme.appointment(booked) == booked
    with pytest.raises(TooLate):
        acme.cancel(booked, if_match=lambda version: version == 1)


def test_a_wrong_version_of_a_cancelled_one_is_still_wrong(acme: Office) -> None:
    booked = acme.book("12:00")
    acme.cancel(booked)
    with pytest.raises(VersionMismatch):
        acme.cancel(booked, if_match=lambda version: version == 1)


def test_the_customer_is_replaced_and_history_names_the_fields_alone(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.now(NOW + 5)
    acme.change_customer(booked, customer(first_name="Grace", identifier="ZYXWVUTSRQ"), "new")
    changed = acme.appointment(booked)
    assert changed.customer is not None
    assert (changed.version, changed.identifier, changed.notes) == (2, "ZYXWVUTSRQ", "new")
    assert changed.customer["firstName"] == "Grace"
    assert changed.placement == booked.placement
    change = acme.history(booked)[1]
    assert (change.change, change.version) == ("customer_changed", 2)
    assert change.new == {"fields": ["firstName", "personalIdentifier"]}
    assert change.old is None


def test_a_customer_that_the_service_cannot_take_is_refused(acme: Office) -> None:
    booked = acme.book("10:00")
    with pytest.raises(Invalid):
        acme.change_customer(booked, customer(phone_number="no number"))
    assert acme.appointment(booked) == booked


def test_the_customer_of_what_is_over_stays(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.now(ms(at("10:00")) + 1)
    with pytest.raises(AppointmentStarted):
        acme.change_customer(booked, customer())
    acme.now(NOW)
    acme.cancel(booked)
    with pytest.raises(WrongState):
        acme.change_customer(booked, customer())


def test_a_persons_appointments_are_found_newest_first_and_in_one_account(
    acme: Office, globex: Office
) -> None:
    early, late = acme.book("10:00"), acme.book("11:00")
    acme.cancel(early)
    acme.confirm(acme.reserve("12:00"), who=customer(identifier="SOMEBODYELSE"))
    theirs = globex.book("10:30")
    far = (1 << 40, "")

    def found(office: Office, *statuses: str, last: int = 1 << 40) -> list[str]:
        search = "ABCDEFGHIJ", statuses, 0, last, far, 10
        return [a.id for a in office.do(appointments.search, *search)]

    assert found(acme, *STATUSES) == [late.id, early.id]
    assert found(acme, "CONFIRMED") == [late.id]
    assert found(acme, *STATUSES, last=at("11:00")) == [early.id]
    assert found(globex, *STATUSES) == [theirs.id]


def test_another_account_finds_nothing(acme: Office, globex: Office) -> None:
    booked = acme.book("10:00")
    for use in (
        lambda: globex.cancel(booked),
        lambda: globex.appointment(booked),
        lambda: globex.change_customer(booked, customer()),
        lambda: globex.reserve("11:00", replaces=booked.id),
    ):
        with pytest.raises(NotFound):
            use()
    assert globex.history(booked) == []
    assert acme.appointment(booked) == booked
    assert len(acme.history(booked)) == 1
