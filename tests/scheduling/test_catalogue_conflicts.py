"""What a change of the catalogue strands is what no longer fits, asked one by one."""

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, millis_of, minute_of
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue import changes as catalogue_changes
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import appointments, catalogue_items, history
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx
from oracle.catalogue import accounts
from oracle.days import FOCUSES
from oracle.opening import open_minutes
from oracle.wall import local_date, zone_of
from oracle.worlds import World, worlds
from rounds import rounds

from .ledger import ACCOUNT, Ledger
from .office import CATALOGUE, NOW, Office, at
from .world import booking_id, claim_of, documents_of

Record = dict[str, Any]
OPERATOR = Actor(ACCOUNT, "operator", "operator", frozenset())
_HOURS = ("openingHours", "breaks", "overrides", "holidayCalendar")


@st.composite
def changes(draw: DrawFn, account: Record, asked: Record) -> Record:
    """The same account with some things changed, each in one of the ways that may strand."""
    zone = account["branches"][0]["timeZone"]
    day = local_date(minute_of(asked["from"]), zone_of(zone))
    focus = next((f for f in FOCUSES[zone] if f.day == day), FOCUSES[zone][0])
    other = draw(accounts(zone, focus))
    changed = copy.deepcopy(account)
    for field in ("branches", "services", "resources"):
        for place, thing in enumerate(changed[field]):
            if not draw(st.booleans()):
                continue
            another = other[field][place % len(other[field])]
            name = draw(st.sampled_from([*_HOURS, "active", "capacity", "services", "branches"]))
            if name == "active":
                thing["active"] = not thing.get("active", True)
            elif name == "capacity" and field == "resources":
                thing["capacity"] = draw(st.integers(1, 3))
            elif name in another and (name in _HOURS or field in ("services", "resources")):
                thing[name] = [] if name in ("services", "branches") else another[name]
    return changed


def fits(account: Record, appointment: Record, others: list[Record]) -> bool:
    """Whether an appointment fits an account beside others; minutes counted one by one."""
    [branch] = [b for b in account["branches"] if b["key"] == "centre"]
    services = [s for s in account["services"] if s["key"] in appointment["services"]]
    used = [r for r in account["resources"] if r["key"] in appointment["resources"]]
    everything = [branch, *services, *used]
    if not all(thing.get("active", True) for thing in everything):
        return False
    if not all("centre" in s["branches"] for s in services):
        return False
    for service in services:
        for kind in service["resourceTypes"]:
            needing = {s["key"] for s in services if kind in s["resourceTypes"]}
            if not any(r["type"] == kind and needing <= set(r["services"]) for r in used):
                return False
    if appointment["override"]:
        return True
    start, end = minute_of(appointment["start"]), minute_of(appointment["end"])
    zone = zone_of(branch["timeZone"])
    for thing in everything:
        always = thing is not branch and not thing.get("openingHours")
        if set(range(start, end)) - open_minutes(thing, start, end, zone, always):
            return False
    claim = claim_of(appointment)
    for resource in used:
        for minute in range(claim.start - claim.before, claim.end + claim.after):
            taken = sum(
                other.places
                for record in others
                if resource["key"] in record["resources"] and not record["override"]
                for other in [claim_of(record)]
                if other.start - other.before <= minute < other.end + other.after
            )
            if taken + claim.places > resource["capacity"]:
                return False
    return True


def misfits(account: Record, records: list[Record], now: datetime) -> set[str]:
    """The ids of those to come that do not fit."""
    return {
        booking_id(record["id"])
        for record in records
        if record["start"] >= now
        and not fits(account, record, [other for other in records if other is not record])
    }


def booked(record: Record, ids: Mapping[tuple[str, str], str]) -> Appointment:
    """The appointment of a claim of the oracle."""
    claim = claim_of(record)
    placement = Placement(
        ids["branch", "centre"],
        claim.start,
        claim.end,
        claim.before,
        claim.after,
        claim.places,
        1,
        tuple(ids["service", key] for key in record["services"]),
        tuple(ids["resource", key] for key in record["resources"]),
    )
    fixed = {"client_id": "x", "status": CONFIRMED, "version": 1, "created_at": 0, "updated_at": 0}
    nobody = {"identifier": None, "customer": None, "answers": None, "notes": None}
    untold = {
        "reference": None,
        "origin": None,
        "language": None,
        "customer_id": None,
        "particulars": None,
    }
    return Appointment(
        id=booking_id(record["id"]), placement=placement, override=record["override"],
        conflicted=False, wall_start="", time_zone="", **fixed, **nobody, **untold,
    )  # fmt: skip


def fill(tx: AccountTx, records: list[Record], holds: list[Record]) -> None:
    """Writes appointments and their sheets, holds in the sheets alone."""
    ids = {(item.kind, item.key): item.id for item in catalogue_items.all_items(tx)}
    sheets: dict[tuple[str, int], list[Any]] = {}
    for record in [*records, *holds]:
        claim = claim_of(record)
        for key in record["resources"]:
            for day in claim.days:
                sheets.setdefault((ids["resource", key], day), []).append(claim)
    for (resource_id, day), claims in sheets.items():
        sheet_store.put(tx, ids["branch", "centre"], resource_id, Sheet.of(day, claims))
    for record in records:
        appointments.insert(tx, booked(record, ids))


def marked(tx: AccountTx) -> set[str]:
    """The ids of those in conflict."""
    return {a.id for a in appointments.claiming(tx, ("", 0, ""), 1000) if a.conflicted}


@settings(
    max_examples=rounds(few=3, some=100, many=10_000),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(world=worlds(), data=st.data())
def test_what_is_stranded_does_not_fit(ledger: Ledger, world: World, data: st.DataObject) -> None:
    """There and back again."""
    account, claims, asked, now = world
    records = [
        {**c, "services": asked["services"], "override": data.draw(st.integers(0, 9)) == 9}
        for c in claims
        if c["kind"] == "appointment"
    ]
    holds = [claim for claim in claims if claim["kind"] == "reservation"]
    changed = data.draw(changes(account, asked))
    with ledger.at(millis_of(now)) as tx:
        catalogue_changes.replace_catalogue(tx, OPERATOR, documents_of(account))
        fill(tx, records, holds)
        expected = misfits(account, records, now)
        appointments.set_conflicted(tx, expected, conflicted=True)
        for step in (changed, account, changed):
            before, expected = expected, misfits(step, records, now)
            outcome = catalogue_changes.replace_catalogue(tx, OPERATOR, documents_of(step))
            if not outcome.changes:
                assert before == expected
            assert marked(tx) == expected
            assert set(outcome.without_place) == expected - before


def test_deactivation_strands_and_activation_relieves(acme: Office) -> None:
    first, second = acme.book("10:00", resource="desk-1"), acme.book("11:00", resource="desk-2")
    acme.change("resource", "desk-1", active=False)
    assert acme.appointment(first).conflicted
    assert not acme.appointment(second).conflicted
    acme.change("resource", "desk-1")
    assert not acme.appointment(first).conflicted
    assert acme.appointment(first).version == 1


def test_the_past_is_in_no_conflict(acme: Office) -> None:
    appointment = acme.book("10:00")
    acme.now((at("10:00") + 1) * MINUTE_MS)
    acme.change("branch", "centre", active=False)
    assert not acme.appointment(appointment).conflicted


def test_another_account_does_not_notice(acme: Office, globex: Office) -> None:
    appointment = globex.book("10:00")
    acme.change("branch", "centre", active=False)
    assert not globex.appointment(appointment).conflicted


def test_lowered_capacity_strands_all_that_meet(acme: Office) -> None:
    pair = [acme.book("10:00", "course", party=1) for _ in range(2)]
    alone = acme.book("12:00", "course", party=1)
    acme.change("resource", "hall", capacity=1)
    assert [acme.appointment(a).conflicted for a in (*pair, alone)] == [True, True, False]
    acme.cancel(pair[0])
    assert not acme.appointment(pair[1]).conflicted


def test_what_stands_under_a_block_stays_in_conflict(acme: Office) -> None:
    appointment = acme.book("10:00", resource="desk-1")
    desk = acme.ids["resource", "desk-1"]
    acme.do(
        blocks.block, acme.actor, desk, at("10:00"), at("11:00"), None, NO_KEY,
        force=True,
    )  # fmt: skip
    assert acme.appointment(appointment).conflicted
    acme.change("branch", "centre", name="The centre")
    assert acme.appointment(appointment).conflicted


def test_another_zone_needs_a_choice(acme: Office) -> None:
    appointment = acme.book("10:00", resource="desk-1")
    with pytest.raises(ZoneChangeNeedsChoice):
        acme.change("branch", "centre", timeZone="Asia/Tokyo")
    centre = {**CATALOGUE["branch"]["centre"], "timeZone": "Asia/Tokyo"}
    wanted = {"branch": {**CATALOGUE["branch"], "centre": centre}}
    acme.do(catalogue_changes.replace_catalogue, acme.actor, wanted, "keep-wall-time")
    moved = acme.appointment(appointment)
    assert moved.placement.start == appointment.placement.start - 8 * 60
    assert (moved.version, moved.wall_start) == (2, "2027-01-04T10:00")
    assert moved.time_zone == "Asia/Tokyo"
    assert [c.change for c in acme.history(appointment)] == ["booked", "moved"]


def test_keeping_the_instant_strands_what_is_then_closed(acme: Office) -> None:
    appointment = acme.book("10:00", resource="desk-1")
    centre = {**CATALOGUE["branch"]["centre"], "timeZone": "Asia/Tokyo"}
    wanted = {"branch": {**CATALOGUE["branch"], "centre": centre}}
    acme.now(NOW)
    outcome = acme.do(catalogue_changes.replace_catalogue, acme.actor, wanted, "keep-instant")
    assert outcome.without_place == (appointment.id,)
    kept = acme.appointment(appointment)
    assert (kept.version, kept.placement) == (1, appointment.placement)
    assert [c.change for c in acme.do(history.of_appointment, appointment.id)] == ["booked"]
