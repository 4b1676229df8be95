"""Examples worked by hand from the text of scheduling.md, to pin the oracle itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rounds import rounds

from .predicate import answer, assign, reason_at
from .worlds import World, starts, worlds

Record = dict[str, Any]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEDNESDAY = date(2027, 6, 2)
GAP_DAY, DOUBLED_DAY = date(2027, 3, 28), date(2027, 10, 31)


def hours(opens: str, closes: str, *days: str, **more: Any) -> list[Record]:
    return [{"day": d, "opens": opens, "closes": closes, **more} for d in days or WEEK]


def pauses(starts: str, ends: str) -> list[Record]:
    return [{"day": day, "starts": starts, "ends": ends} for day in WEEK]


def desk(key: str = "desk-1", **more: Any) -> Record:
    fields = {"branch": "centre", "type": "desk", "services": ["passport"], "sortOrder": 1}
    return {"key": key, "name": key, "capacity": 1} | fields | more


def service(key: str = "passport", **more: Any) -> Record:
    fields = {"durationMinutes": 30, "slotStepMinutes": 30, "horizonDays": 730}
    return {"key": key, "resourceTypes": ["desk"], "branches": ["centre"]} | fields | more


def account(
    opening: list[Record] | None = None,
    services: list[Record] | None = None,
    resources: list[Record] | None = None,
    combinations: list[list[str]] | None = None,
    **branch: Any,
) -> Record:
    centre = {"key": "centre", "timeZone": "Europe/Amsterdam", **branch}
    centre["openingHours"] = hours("09:00", "11:00") if opening is None else opening
    return {
        "account": "acme",
        "branches": [centre],
        "services": services or [service()],
        "resources": resources or [desk()],
        "serviceCombinations": [
            {"branch": "centre", "services": keys} for keys in combinations or []
        ],
    }


def at(clock: str, day: date = WEDNESDAY, fold: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM, fold=fold)
    return wall.astimezone(UTC)


def question(day: date = WEDNESDAY, **more: Any) -> Record:
    asked = {"branch": "centre", "services": ["passport"], "party": 1, "resource": None}
    span = {"from": at("00:00", day), "to": at("00:00", day + timedelta(days=1))}
    return asked | {"replaces": None, "ignoring": None} | span | more


def claim(start: str, end: str, kind: str = "appointment", **more: Any) -> Record:
    found = {"kind": kind, "id": f"{kind}-1", "resources": ["desk-1"], "places": 1}
    found |= {"start": at(start), "end": at(end), "bufferBefore": 0, "bufferAfter": 0}
    found |= {"replaces": None, "expiresAt": None}
    if kind == "reservation":
        found["expiresAt"] = LONG_AGO + timedelta(minutes=15)
    return found | more


def listed(
    world: Record, claims: list[Record] | None = None, asked: Record | None = None
) -> dict[str, str | None]:
    """The answer with wall times of Amsterdam as keys."""
    answers = answer(world, claims or [], asked or question(), LONG_AGO)
    return {s.astimezone(AMSTERDAM).strftime("%H:%M"): r for s, r in answers.items()}


def reason(world: Record, claims: list[Record], clock: str, **asked: Any) -> str | None:
    return reason_at(world, claims, question(**asked), at(clock), LONG_AGO)


# Time (section 3).


def test_a_begin_in_the_gap_is_pushed_on_by_the_gap() -> None:
    opening = hours("02:30", "04:30")
    answers = answer(account(opening), [], question(GAP_DAY), LONG_AGO)
    assert list(answers) == [at("03:30", GAP_DAY), at("04:00", GAP_DAY)]


def test_a_period_inside_the_gap_and_the_hour_after_it_is_empty() -> None:
    # 02:30 is 03:30 and 03:15 is 03:15: the end comes before the begin.
    assert listed(account(hours("02:30", "03:15")), asked=question(GAP_DAY)) == {}


def test_a_doubled_time_is_its_first_at_a_begin_and_its_last_at_an_end() -> None:
    opening = hours("02:30", "02:45")
    step = service(slotStepMinutes=15, durationMinutes=15)
    answers = answer(account(opening, [step]), [], question(DOUBLED_DAY), LONG_AGO)
    first, last = at("02:30", DOUBLED_DAY, 0), at("02:30", DOUBLED_DAY, 1)
    assert list(answers) == [first + n * timedelta(minutes=15) for n in range(5)]
    assert max(answers) == last


def test_a_break_reads_doubled_times_the_same_way() -> None:
    world = account(hours("01:00", "05:00"), breaks=pauses("02:30", "02:30"))
    start = at("02:30", DOUBLED_DAY)
    asked = question(DOUBLED_DAY)
    refused = {s for s, r in answer(world, [], asked, LONG_AGO).items() if r == "closed"}
    # The break lasts from the first 02:30 to the second: two half hours.
    assert refused == {start, start + timedelta(minutes=30)}


def test_midnight_in_a_gap_is_the_change_itself() -> None:
    santiago = ZoneInfo("America/Santiago")
    world = account(hours("00:00", "02:00"), timeZone="America/Santiago")
    change = datetime(2027, 9, 5, 4, tzinfo=UTC)
    asked = question() | {"from": change - timedelta(hours=3), "to": change + timedelta(hours=3)}
    found = list(answer(world, [], asked, LONG_AGO))
    assert found == [change, change + timedelta(minutes=30)]
    assert found[0].astimezone(santiago).strftime("%H:%M") == "01:00"


def test_24_00_is_the_end_of_the_date_and_23_59_is_not() -> None:
    assert "23:30" in [k for k, r in listed(account(hours("23:00", "24:00"))).items() if r is None]
    assert listed(account(hours("23:00", "23:59"))) == {"23:00": None, "23:30": "closed"}


def test_a_period_past_midnight_belongs_to_the_date_it_opens_on() -> None:
    night = hours("23:00", "01:00", "tuesday", closesNextDay=True)
    assert listed(account(night)) == {"00:00": None, "00:30": None}
    closed = [{"date": WEDNESDAY, "closed": True}]
    assert listed(account(night, overrides=closed)) == {"00:00": None, "00:30": None}
    assert listed(account(night, overrides=[closed[0] | {"date": date(2027, 6, 1)}])) == {}


def test_an_appointment_may_run_over_midnight_where_the_next_date_opens() -> None:
    late = hours("23:30", "24:00")
    world = account(late, [service(durationMinutes=60)])
    assert reason(world, [], "23:30") == "closed"
    world = account(late + hours("00:00", "01:00"), [service(durationMinutes=60)])
    assert reason(world, [], "23:30") is None


def test_touching_periods_are_one_before_the_grid_is_laid() -> None:
    step = [service(slotStepMinutes=40, durationMinutes=20)]
    touching = account(hours("09:00", "09:50") + hours("09:50", "11:00"), step)
    assert list(listed(touching)) == ["09:00", "09:40", "10:20"]
    apart = account(hours("09:00", "09:50") + hours("09:51", "11:00"), step)
    assert list(listed(apart)) == ["09:00", "09:40", "09:51", "10:31"]


def test_breaks_cut_open_time_and_do_not_restart_the_grid() -> None:
    world = account(breaks=pauses("09:40", "09:50"))
    assert listed(world) == {"09:00": None, "09:30": "closed", "10:00": None, "10:30": None}


def test_the_grid_counts_elapsed_minutes_over_a_clock_change() -> None:
    world = account(hours("00:00", "06:00"), [service(slotStepMinutes=120)])
    found = answer(world, [], question(GAP_DAY), LONG_AGO)
    assert list(found) == [at(clock, GAP_DAY) for clock in ("00:00", "03:00", "05:00")]


def test_an_override_beats_a_holiday_and_a_holiday_beats_the_week() -> None:
    kings_day = date(2027, 4, 27)
    world = account(holidayCalendar="NL")
    assert listed(world, asked=question(kings_day)) == {}
    override = {"date": kings_day, "hours": [{"opens": "10:00", "closes": "11:00"}]}
    world = account(holidayCalendar="NL", overrides=[override], breaks=pauses("10:00", "10:30"))
    assert listed(world, asked=question(kings_day)) == {"10:00": None, "10:30": None}


def test_a_holiday_or_an_override_lifts_the_weekly_breaks_of_its_date() -> None:
    kings_day = date(2027, 4, 27)
    # The night of the 26th reaches into the 27th; only the breaks of the 27th could cut it there.
    night = hours("23:00", "01:00", "monday", closesNextDay=True)
    pause = pauses("00:00", "00:30")
    asked = question(kings_day)
    weekly = account(night, breaks=pause)
    assert listed(weekly, asked=asked) == {"00:00": "closed", "00:30": None}
    lifted = {"00:00": None, "00:30": None}
    assert listed(account(night, breaks=pause, holidayCalendar="NL"), asked=asked) == lifted
    overrides = [{"date": kings_day, "closed": True}]
    assert listed(account(night, breaks=pause, overrides=overrides), asked=asked) == lifted


def test_valid_from_and_valid_to_are_inclusive() -> None:
    day = timedelta(days=1)
    for bound, sign in (("validFrom", 1), ("validTo", -1)):
        assert listed(account(hours("09:00", "10:00", **{bound: WEDNESDAY})))
        assert not listed(account(hours("09:00", "10:00", **{bound: WEDNESDAY + sign * day})))


# The predicate (section 2).


def test_open_time_of_the_service_and_of_the_resource_narrow_that_of_the_branch() -> None:
    narrow = {"openingHours": hours("09:30", "10:30")}
    expected = {"09:00": "closed", "09:30": None, "10:00": None, "10:30": "closed"}
    assert listed(account(services=[service(**narrow)])) == expected
    assert listed(account(resources=[desk(**narrow)])) == expected
    # Enough that one of them is open.
    assert listed(account(resources=[desk(**narrow), desk("desk-2")]))["09:00"] is None
    paused = desk(breaks=pauses("09:00", "09:30"))
    assert listed(account(resources=[paused]))["09:00"] == "closed"


def test_buffers_may_stick_out_of_open_time() -> None:
    world = account(services=[service(bufferBeforeMinutes=60, bufferAfterMinutes=60)])
    assert set(listed(world).values()) == {None}


def test_closed_comes_before_off_grid() -> None:
    assert reason(account(), [], "09:10") == "off_grid"
    assert reason(account(), [], "10:40") == "closed"
    assert reason(account(), [], "08:59") == "closed"


def test_neighbours_touch() -> None:
    world = account(services=[service(slotStepMinutes=15)])
    answers = listed(world, [claim("09:30", "10:00")])
    assert answers["09:00"] is None and answers["10:00"] is None
    assert answers["09:15"] == answers["09:45"] == "taken"


@pytest.mark.parametrize(("start", "expected"), [("09:39", "taken"), ("09:40", None)])
def test_buffers_of_two_neighbours_add_up(start: str, expected: str | None) -> None:
    step = service(slotStepMinutes=1, bufferBeforeMinutes=4)
    before = claim("09:00", "09:30", bufferAfter=6)
    assert reason(account(services=[step]), [before], start) == expected


def test_mode_extend_takes_longer_and_one_place() -> None:
    step = service(maxNumberOfReservations=3, additionalCustomerMinutes=15)
    world = account(services=[step])
    assert reason(world, [], "10:00", party=3) is None
    assert reason(world, [], "10:30", party=3) == "closed"
    assert (
        reason(world, [], "10:00", party=4) == reason(world, [], "10:00", party=0) == "not_offered"
    )


def test_mode_occupy_takes_a_place_for_each() -> None:
    step = service(maxNumberOfReservations=3, additionalCustomerMinutes=15, partyMode="occupy")
    world = account(services=[step], resources=[desk(capacity=3)])
    present = [claim("10:30", "11:00")]
    assert reason(world, present, "10:30", party=2) is None
    assert reason(world, present, "10:30", party=3) == "capacity"
    assert reason(account(services=[step]), [], "10:30", party=2) == "taken"


def test_a_reservation_expires_at_the_very_instant() -> None:
    held = [claim("09:00", "09:30", "reservation")]
    instant = held[0]["expiresAt"]
    second = timedelta(seconds=1)
    assert reason_at(account(), held, question(), at("09:00"), instant - second) == "held"
    assert reason_at(account(), held, question(), at("09:00"), instant) is None


def test_reasons_of_claims_come_in_their_order() -> None:
    hold, block = claim("09:00", "09:30", "reservation"), claim("09:00", "09:30", "block")
    booked = claim("09:00", "09:30")
    assert reason(account(), [hold], "09:00") == "held"
    assert reason(account(), [block], "09:00") == "blocked"
    # Neither the hold alone nor the block alone is what stands in the way.
    assert reason(account(), [hold, block], "09:00") == "taken"
    assert reason(account(), [hold, booked], "09:00") == "taken"
    wide = account(resources=[desk(), desk("desk-2", capacity=2)])
    full = [claim("09:00", "09:30", resources=["desk-1", "desk-2"], places=2)]
    assert reason(wide, full, "09:00") == "capacity"
    assert reason(wide, full, "09:00", resource="desk-1") == "taken"


def test_a_block_takes_its_whole_resource_at_any_capacity() -> None:
    world = account(resources=[desk(capacity=4)])
    assert reason(world, [claim("09:00", "09:30", "block")], "09:00") == "blocked"


def test_an_own_hold_can_be_shown_as_free() -> None:
    hold = claim("09:00", "09:30", "reservation")
    assert reason(account(), [hold], "09:00", ignoring=hold["id"]) is None


def test_what_replaces_an_appointment_counts_with_it_as_the_larger() -> None:
    step = service(maxNumberOfReservations=4, partyMode="occupy", slotStepMinutes=15)
    world = account(services=[step], resources=[desk(capacity=4)])
    moved = claim("09:00", "09:30", places=3)
    asked = {"replaces": moved["id"]}
    assert reason(world, [moved], "09:00", party=2) == "capacity"
    assert reason(world, [moved], "09:15", party=4, **asked) is None
    # Another live reservation for the same move is added to this one, not to the appointment.
    other = claim("09:00", "09:30", "reservation", places=2, replaces=moved["id"])
    assert reason(world, [moved, other], "09:00", party=2, **asked) is None
    assert reason(world, [moved, other], "09:00", party=3, **asked) == "held"
    # Somebody else finds the larger of the two taken, and where the appointment has no claim
    # the reservation counts itself.
    assert reason(world, [moved, other], "09:00", party=1) is None
    assert reason(world, [moved, other], "09:00", party=2) == "capacity"
    later = other | {"start": at("09:30"), "end": at("10:00")}
    assert reason(world, [moved, later], "09:30", party=2) is None
    assert reason(world, [moved, later], "09:30", party=3) == "held"


def test_services_in_one_appointment() -> None:
    first = service(bufferBeforeMinutes=10, minimumNoticeMinutes=5)
    second = service("licence", slotStepMinutes=60, bufferAfterMinutes=20)
    both = {"services": ["passport", "licence"]}
    able = [desk(services=["licence", "passport"])]
    world = account(
        services=[first, second], resources=able, combinations=[["licence", "passport"]]
    )
    assert listed(world, asked=question(**both)) == {"09:00": None, "10:00": None}
    # The buffer before is the first's and the buffer after the last's.
    assert reason(world, [claim("10:20", "10:30")], "09:00", **both) is None
    assert reason(world, [claim("10:19", "10:30")], "09:00", **both) == "taken"
    swapped = {"services": ["licence", "passport"]}
    assert reason(world, [claim("10:00", "10:30")], "09:00", **swapped) is None
    alone = account(services=[first, second], resources=able)
    assert reason(alone, [], "09:00", **both) == "not_offered"
    # Two desks that each can do one of the two are not one desk that can do both.
    split = [desk(), desk("desk-2", services=["licence"])]
    world = account(
        services=[first, second], resources=split, combinations=[[*able[0]["services"]]]
    )
    assert reason(world, [], "09:00", **both) == "closed"


def test_each_needed_type_must_have_room() -> None:
    step = service(resourceTypes=["desk", "room"])
    world = account(services=[step], resources=[desk(), desk("room-1", type="room")])
    assert assign(world, [], question(), at("09:00"), LONG_AGO) == {
        "desk": "desk-1",
        "room": "room-1",
    }
    assert reason(world, [claim("09:00", "09:30", resources=["room-1"])], "09:00") == "taken"


def test_horizon_and_notice() -> None:
    step = service(horizonDays=1, minimumNoticeMinutes=60)
    world = account(services=[step])
    asked = question()
    # The local date rules: 23:59 on the day before last is two dates away.
    days = date(2027, 5, 31), date(2027, 6, 1)
    assert reason_at(world, [], asked, at("09:00"), at("23:59", days[0])) == "horizon"
    assert reason_at(world, [], asked, at("09:00"), at("00:00", days[1])) is None
    assert reason_at(world, [], asked, at("09:00"), at("08:00")) is None
    late = at("08:00") + timedelta(seconds=1)
    assert reason_at(world, [], asked, at("09:00"), late) == "notice"


def test_inactive_things_do_not_serve() -> None:
    assert reason(account(active=False), [], "09:00") == "not_offered"
    assert reason(account(services=[service(active=False)]), [], "09:00") == "not_offered"
    assert reason(account(resources=[desk(active=False)]), [], "09:00") == "closed"


def test_assignment_by_load_of_the_local_day_then_sort_order_then_id() -> None:
    world = account(
        resources=[desk("desk-1"), desk("desk-2", sortOrder=0), desk("desk-3", sortOrder=0)]
    )

    def chosen(*claims: Record) -> str | None:
        found = assign(world, list(claims), question(), at("10:00"), LONG_AGO)
        return found and found["desk"]

    on_two = claim("09:00", "09:30", resources=["desk-2"])
    on_three = claim("09:00", "09:20", resources=["desk-3"], bufferAfter=15)
    on_one = claim("09:00", "09:10", resources=["desk-1"], places=2)
    assert chosen() == "desk-2"
    assert chosen(on_two) == "desk-3"
    # Buffers do not count, places do, blocks and other dates do not.
    assert chosen(on_two, on_three) == "desk-1"
    assert chosen(on_two, on_three, on_one) == "desk-3"
    assert chosen(on_two | {"kind": "block"}) == "desk-2"
    yesterday = {"start": at("23:00", date(2027, 6, 1)), "end": at("00:00")}
    assert chosen(on_two | yesterday) == "desk-2"
    assert assign(world, [], question(resource="desk-3"), at("10:00"), LONG_AGO) == {
        "desk": "desk-3"
    }
    assert assign(world, [], question(), at("10:10"), LONG_AGO) is None


def test_a_range_holds_the_starts_from_its_begin_and_before_its_end() -> None:
    asked = question() | {"from": at("09:30"), "to": at("10:30")}
    assert list(listed(account(), asked=asked)) == ["09:30", "10:00"]


@settings(max_examples=rounds(few=5, some=60, many=5000), deadline=None)
@given(worlds(), st.data())
def test_one_start_and_the_list_agree(world: World, data: st.DataObject) -> None:
    account_, claims, asked, now = world
    answers = answer(*world)
    assume(answers)
    listed_start = data.draw(st.sampled_from(list(answers)))
    assert reason_at(account_, claims, asked, listed_start, now) == answers[listed_start]
    start = data.draw(starts(asked, list(answers)))
    found = reason_at(account_, claims, asked, start, now)
    assert (assign(account_, claims, asked, start, now) is None) == (found is not None)
