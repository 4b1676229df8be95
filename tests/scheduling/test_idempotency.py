"""The same key and request again: the same answer, and nothing happens twice."""

from typing import Any

import pytest

from openslot.kernel.errors import NotFound, OpenslotError
from openslot.scheduling.booking import appointments, idempotency, reservations
from openslot.scheduling.booking.idempotency import (
    IdempotencyKey,
    IdempotencyKeyReused,
    RecordedOutcome,
    Replayed,
)
from openslot.scheduling.model.errors import SlotUnavailable, VersionMismatch
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.transactions import AccountTx

from .office import HOUR_MS, NOW, Office, client, customer, details

ANSWER = RecordedOutcome(201, '{"Location": "/here"}', b'{"id":1}')


def once(key: str | None = "key-1", body: object = "body", who: str = "website") -> IdempotencyKey:
    """A request that is to happen once."""
    return IdempotencyKey(who, key, repr(body).encode())


def reserve(office: Office, start: str, asked: IdempotencyKey, **more: Any) -> Reservation:
    """Reserves and keeps the answer in the same transaction, as the routes do."""

    def run(tx: AccountTx) -> Reservation:
        wanted = office.wanted(start, **more)
        held = reservations.reserve(tx, office.actor, wanted, asked, 200)
        asked.record(tx, ANSWER)
        return held

    return office.do(run)


def test_the_same_request_gets_the_same_answer_and_does_nothing(acme: Office) -> None:
    reserve(acme, "10:00", once())
    with pytest.raises(Replayed) as replayed:
        reserve(acme, "10:00", once())
    assert replayed.value.outcome == ANSWER
    assert acme.counts()["live reservations"] == 1


def test_another_request_is_refused(acme: Office) -> None:
    reserve(acme, "10:00", once())
    with pytest.raises(IdempotencyKeyReused):
        reserve(acme, "11:00", once(body="another"))


def test_without_a_key_every_request_runs(acme: Office) -> None:
    reserve(acme, "10:00", once(None))
    reserve(acme, "10:00", once(None))
    assert acme.counts()["live reservations"] == 2


def test_a_refused_request_runs_again(acme: Office) -> None:
    blocking = acme.reserve("10:00", resource="desk-1")
    with pytest.raises(SlotUnavailable):
        reserve(acme, "10:00", once(), resource="desk-1")
    acme.release(blocking)
    reserve(acme, "10:00", once(), resource="desk-1")
    # Nor does a refusal tie its key to the request.
    with pytest.raises(SlotUnavailable):
        reserve(acme, "10:00", once("key-2"), resource="desk-1")
    reserve(acme, "11:00", once("key-2", "another"), resource="desk-1")


def test_a_replay_comes_before_state_and_slot(acme: Office) -> None:
    held = acme.reserve("10:00")

    def confirm(tx: AccountTx) -> None:
        asked = once()
        appointments.confirm(tx, acme.actor, held.id, details(), asked)
        asked.record(tx, ANSWER)

    acme.do(confirm)
    with pytest.raises(Replayed):
        acme.do(confirm)


@pytest.mark.parametrize("use", ["cancel", "change", "move", "release"])
def test_every_write_replays_before_it_looks_at_version_and_state(acme: Office, use: str) -> None:
    booked, held = acme.book("10:00"), acme.reserve("11:00")
    acme.do(lambda tx: once().record(tx, ANSWER))
    with pytest.raises(Replayed):
        match use:
            case "cancel":
                acme.cancel(booked, if_match=lambda _: False, idempotency_key=once())
            case "change":
                acme.change_customer(
                    booked, customer(), if_match=lambda _: False, idempotency_key=once()
                )
            case "move":
                acme.move(booked, held, if_match=lambda _: False, idempotency_key=once())
            case "release":
                acme.release(held, idempotency_key=once())
    assert acme.appointment(booked) == booked
    assert acme.get(held) == held


def test_what_is_not_found_comes_before_a_replay(acme: Office) -> None:
    theirs = acme.reserve("10:00", by=client(acme.account_id, "other"))
    acme.do(lambda tx: once().record(tx, ANSWER))
    with pytest.raises(NotFound):
        acme.release(theirs, idempotency_key=once())


def test_a_wrong_version_is_not_kept(acme: Office) -> None:
    booked = acme.book("10:00")
    with pytest.raises(VersionMismatch):
        acme.cancel(booked, if_match=lambda _: False, idempotency_key=once())
    acme.cancel(booked, idempotency_key=once())
    assert acme.appointment(booked).status == "CANCELLED"


def test_an_answer_is_kept_for_24_hours(acme: Office) -> None:
    reserve(acme, "10:00", once())
    acme.now(NOW + 24 * HOUR_MS - 1)
    with pytest.raises(Replayed):
        acme.do(once().replay)
    acme.now(NOW + 24 * HOUR_MS)
    acme.do(once().replay)
    # The key may then serve for another request.
    acme.do(lambda tx: once(body="another").record(tx, ANSWER))
    with pytest.raises(IdempotencyKeyReused):
        acme.do(once().replay)


def test_a_key_belongs_to_one_client_of_one_account(acme: Office, globex: Office) -> None:
    acme.do(lambda tx: once().record(tx, ANSWER))
    acme.do(once(who="other").replay)
    globex.do(once().replay)
    with pytest.raises(Replayed):
        acme.do(once().replay)


def test_an_operation_that_fails_after_all_keeps_no_answer(acme: Office) -> None:
    class Unexpected(OpenslotError):
        code = title = "unexpected"

    def run(tx: AccountTx) -> None:
        once().record(tx, ANSWER)
        raise Unexpected

    with pytest.raises(Unexpected):
        acme.do(run)
    acme.do(once().replay)


def test_the_time_it_is_kept_is_a_day() -> None:
    assert idempotency.STORED_MS == 24 * HOUR_MS
