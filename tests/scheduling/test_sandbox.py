"""The clock of a sandbox, what is forgotten, and what `verify` would say."""

import pytest

from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import NotFound
from openslot.scheduling import sandbox, upkeep, verify
from openslot.scheduling.catalogue import changes
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.errors import ReservationExpired
from openslot.scheduling.people import search_index
from openslot.scheduling.store import catalogue_items, clock, day_sheets, reservations
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx

from .office import HOUR_MS, NOW, Office, at, client


def now_of(office: Office) -> int:
    return office.do(lambda tx: tx.now)


def test_it_stands_still_or_runs_on(acme: Office) -> None:
    acme.do(sandbox.set_clock, acme.actor, NOW + HOUR_MS, frozen=True)
    assert now_of(acme) == now_of(acme) == NOW + HOUR_MS
    acme.do(sandbox.set_clock, acme.actor, NOW, frozen=False)
    assert NOW <= now_of(acme) < NOW + 60_000
    acme.do(sandbox.set_clock, acme.actor, None, frozen=False)
    assert acme.do(lambda tx: tx.now == tx.real_now)
    acme.now(NOW)


def test_it_needs_its_scope_and_a_sandbox(acme: Office) -> None:
    nobody = client(acme.account_id)
    nobody = type(nobody)(nobody.account_id, nobody.kind, nobody.id, frozenset())
    with pytest.raises(InsufficientScope):
        acme.do(sandbox.set_clock, nobody, NOW, frozen=True)
    acme.town.run(acme.town.database.write(acme.account_id, lambda tx: clock.set_clock(tx, NOW, 0)))


def test_what_had_expired_stays_expired_when_the_clock_goes_back(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    acme.now(held.expires_at)
    acme.do(sandbox.set_clock, acme.actor, NOW, frozen=True)
    with pytest.raises(ReservationExpired):
        acme.get(held)
    acme.reserve("10:00", "strict")
    assert acme.problems() == []


def test_what_had_not_expired_lives_on(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    acme.now(held.expires_at - 1)
    acme.do(sandbox.set_clock, acme.actor, NOW - HOUR_MS, frozen=True)
    assert acme.get(held) == held


def test_the_other_account_keeps_its_time(acme: Office, globex: Office) -> None:
    held = globex.reserve("10:00")
    acme.do(sandbox.set_clock, acme.actor, NOW + 48 * HOUR_MS, frozen=True)
    assert now_of(globex) == NOW
    assert globex.get(held) == held


def test_forgetting_waits_for_24_hours(acme: Office, globex: Office) -> None:
    held, theirs = acme.reserve("10:00"), globex.reserve("10:00")
    acme.now(held.expires_at + 24 * HOUR_MS - 1)
    assert [acme.do(upkeep.delete_expired) for _ in range(2)] == [1, 0]  # noted, not deleted
    with pytest.raises(ReservationExpired):
        acme.get(held)
    acme.now(held.expires_at + 24 * HOUR_MS)
    assert acme.do(upkeep.delete_expired) == 1
    with pytest.raises(NotFound):
        acme.get(held)
    assert globex.get(theirs) == theirs


def spoil(office: Office) -> None:
    """Loses a claim."""

    def lose(tx: AccountTx) -> None:
        place = office.ids["branch", "centre"], office.ids["resource", "desk-1"]
        day_sheets.put(tx, *place, Sheet.of(at("10:00") // 1440, []))

    office.do(lose)


def test_verify_finds_and_repairs_a_lost_claim(acme: Office, globex: Office) -> None:
    acme.book("10:00", resource="desk-1")
    globex.book("10:00", resource="desk-1")
    spoil(acme)
    (difference,) = acme.problems()
    assert "missing" in difference
    assert globex.problems() == []
    assert acme.do(verify.verify, repair=True).repaired == 1
    assert acme.problems() == []


def test_verify_finds_a_claim_too_much(acme: Office) -> None:
    held = acme.reserve("10:00", resource="desk-1")
    acme.do(reservations.delete, held.id)
    (difference,) = acme.problems()
    assert "surplus" in difference
    acme.do(verify.verify, repair=True)
    assert acme.problems() == []


def test_verify_finds_what_is_over_capacity_and_excuses_a_lowered_one(acme: Office) -> None:
    acme.book("10:00", "course", party=3)
    acme.change("resource", "hall", capacity=2)
    report = acme.do(verify.verify)
    assert report.differences == []
    assert len(report.excused) == 1


def test_an_expiry_is_told_once_whoever_finds_it(acme: Office, globex: Office) -> None:
    """By upkeep, or by whoever sets the clock; the other account hears nothing."""

    def told(office: Office) -> list[tuple[str, str, int]]:
        office.do(search_index.dispatch)
        found = office.do(events.after, 0, 100)
        return [(e.type, e.booking_id, e.version) for e in found]

    noticed, other = acme.reserve("10:00", "strict"), acme.reserve("11:00", "strict")
    globex.reserve("10:00")
    acme.do(upkeep.delete_expired)
    assert told(acme) == []
    acme.now(noticed.expires_at)
    assert acme.do(upkeep.delete_expired) == 2
    acme.do(upkeep.delete_expired)
    acme.do(sandbox.set_clock, acme.actor, NOW, frozen=True)
    expired = [("reservation.expired", held.id, 0) for held in (noticed, other)]
    assert sorted(told(acme)) == sorted(expired)
    assert told(globex) == []
    assert acme.problems() == []


def test_an_expiry_is_noted_though_its_resource_was_deleted(acme: Office) -> None:
    """Only live reservations hinder that; no sheet of the resource comes back."""
    held = acme.reserve("10:00", resource="desk-1")
    acme.now(held.expires_at)
    desk = acme.ids["resource", "desk-1"]
    [item] = [i for i in acme.do(catalogue_items.all_items) if i.id == desk]
    acme.do(changes.delete, acme.actor, item)
    before = acme.counts()["sheets"]
    assert acme.do(upkeep.delete_expired) == 1
    assert acme.counts()["sheets"] == before
    assert acme.problems() == []
