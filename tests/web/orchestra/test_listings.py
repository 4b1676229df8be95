"""Dates and times: what the other interfaces offer, as wall times of the branch."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from openslot.scheduling.store.clock import set_clock
from openslot.storage.transactions import AccountTx

from .. import world
from ..site import Site, at
from .program import program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DAY = at(1)[:10]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


async def test_times_are_the_slots_of_the_booking_api(shared: Site) -> None:
    """A9 to A12; of one service by either path, with what stands beside them."""
    calling = await program(shared)
    branch, service = calling.branch(), calling.service()
    offered = await shared.call(
        "GET", f"/branches/{branch}/services/{service}/timeslots", params=_day(DAY)
    )
    slots = [slot["startTime"][11:16] for slot in offered.json()]
    assert len(slots) > 20
    one = f"/v1/branches/{branch}/services/{service}/dates"
    several = f"/v2/branches/{branch}/dates"
    parameter = f"servicePublicId={service}"
    for path in (
        f"{one}/{DAY}/times",
        f"{one}/{DAY}T00:00:00/times",
        f"{several}/{DAY}/times;{parameter}",
        f"{several}/{DAY}/times;{parameter};customSlotLength=5/",
    ):
        assert (await calling.get(path))["times"] == slots, path
    found = await calling.get(f"{several};{parameter};{parameter};numberOfCustomers=1")
    meta = found["meta"]
    assert meta["totalResults"] == len(found["dates"]) == 366  # of a horizon of 400
    assert meta["arguments"] == {"servicePublicId": f"[{service}]", "numberOfCustomers": "[1]"}
    assert found["dates"][1] == f"{DAY}T00:00:00"
    assert (await calling.get(one))["dates"] == found["dates"]
    assert found["dates"] == sorted(set(found["dates"]))


async def test_several_services_take_what_each_takes(shared: Site) -> None:
    """In the order asked; what a branch has not combined is 400, what it does not offer empty."""
    calling = await program(shared)
    passport, licence, card = map(calling.service, ("passport", "licence", "card"))
    times = f"/v2/branches/{calling.branch()}/dates/{DAY}/times"
    one = (await calling.get(f"{times};servicePublicId={passport}"))["times"]
    two = await calling.get(f"{times};servicePublicId={passport};servicePublicId={licence}")
    assert (one[-1], two["times"][-1]) == ("16:45", "16:30")
    for path in (f"{times};servicePublicId={passport};servicePublicId={card}", times):
        refused = await calling.call("GET", path)
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (400, "E400")
    harbour = f"/v1/branches/{calling.branch('harbour')}/services/{card}/dates"
    assert (await calling.get(harbour))["dates"] == []
    assert (await calling.get(f"{harbour}/{DAY}/times"))["times"] == []


async def test_people_are_counted_as_the_key_says(site: Site) -> None:
    """A party above the maximum lists nothing; nobody is 400 where all who come are counted."""

    def allow(tx: AccountTx) -> None:
        card = {"maxNumberOfReservations": 3, "additionalCustomerMinutes": 30}
        world.replace(tx, "service", card=card)

    await site.app.database.write(site.tenant().account.id, allow)
    last = {}
    for counting, numbers in (("total", (1, 2, 3, 4)), ("additional", (0, 1, 2, 3))):
        calling = await program(site, party_counting=counting)
        path = f"/v1/branches/{calling.branch()}/services/{calling.service('card')}/dates/{DAY}"
        plain = (await calling.get(f"{path}/times"))["times"]
        listed = [
            (await calling.get(f"{path}/times;numberOfCustomers={number}"))["times"]
            for number in numbers
        ]
        last[counting] = [times[-1] if times else None for times in listed]
        assert plain == listed[0]
    assert last["total"] == last["additional"] == ["16:45", "16:15", "15:45", None]
    calling = await program(site)
    path = f"/v1/branches/{calling.branch()}/services/{calling.service('card')}/dates"
    for number in ("0", "-1", "x", "1.0", "%2B1", "0x1", "1234567890"):
        refused = await calling.call("GET", f"{path};numberOfCustomers={number}")
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (400, "E400"), number
    refused = await calling.call("GET", f"{path};numberOfCustomers=1;numberOfCustomers=2")
    assert refused.status_code == 400
    assert (await calling.get(f"{path};numberOfCustomers=999999999"))["dates"] == []


async def test_dates_that_are_none_and_dates_out_of_reach(shared: Site) -> None:
    calling = await program(shared)
    path = f"/v1/branches/{calling.branch()}/services/{calling.service()}/dates"
    for day in ("2027-02-30", "2027-1-1", "20270101", "today", "2027-01-04T09:00:00", "٢٠٢٧-٠١-٠٤"):
        refused = await calling.call("GET", f"{path}/{day}/times")
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (400, "E400"), day
    for day in ("0001-01-01", "1999-12-31", "2035-01-01", "9999-12-31"):
        assert (await calling.get(f"{path}/{day}/times"))["times"] == []
    for wrong in (f"/v1/branches/{calling.service()}/services/{calling.service()}/dates",
                  f"/v1/branches/x/services/{calling.service()}/dates",
                  f"/v1/branches/{calling.branch()}/services/x/dates/{DAY}/times"):  # fmt: skip
        assert (await calling.call("GET", wrong)).status_code == 404


@pytest.mark.parametrize(
    ("now", "day", "wanted"),
    [
        # 02:00 to 03:00 is skipped, and 02:30 of the opening hours is 03:30.
        ("2027-03-20", "2027-03-28", ["01:00", "01:30", "03:00", "03:30"]),
        # 02:00 to 03:00 comes twice: each time once, as its first occurrence.
        ("2027-10-25", "2027-10-31", ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
    ],
)
async def test_a_time_is_its_first_occurrence(
    site: Site, now: str, day: str, wanted: list[str]
) -> None:
    """On both days of the year when clocks change."""
    calling = await program(site)

    def open_at_night(tx: AccountTx) -> None:
        hours = [{"day": "sunday", "opens": "01:00", "closes": "04:00"}]
        world.replace(tx, "branch", centre={"openingHours": hours})
        world.replace(tx, "service", card={"slotStepMinutes": 30, "durationMinutes": 30})
        set_clock(tx, _millis(now), 0)

    await site.app.database.write(site.tenant().account.id, open_at_night)
    path = f"/v1/branches/{calling.branch()}/services/{calling.service('card')}/dates"
    assert (await calling.get(f"{path}/{day}/times"))["times"] == wanted
    assert f"{day}T00:00:00" in (await calling.get(path))["dates"]
    instants = []
    for time in wanted:  # what is listed is what a reservation gets
        held = await calling.call("POST", f"{path}/{day}/times/{time}/reserve")
        assert held.status_code == 200, held.text
        instants.append(held.json()["start"])
    assert instants == sorted(set(instants))
    wall = [datetime.fromisoformat(each).astimezone(AMSTERDAM) for each in instants]
    assert [each.strftime("%H:%M") for each in wall] == wanted
    assert {each.fold for each in wall} == {0}


async def test_a_repeated_hour_alone_is_no_date(site: Site) -> None:
    """When only its second occurrence is left of a day, nobody can name it here."""
    calling = await program(site)

    def second_hour(tx: AccountTx) -> None:
        hours = [{"day": "sunday", "opens": "02:00", "closes": "03:00"}]
        world.replace(tx, "branch", centre={"openingHours": hours})
        world.replace(tx, "service", card={"horizonDays": 1})
        set_clock(tx, _millis("2027-10-31") + 3_600_000 + 1, 0)  # 02:00 for the second time

    await site.app.database.write(site.tenant().account.id, second_hour)
    path = f"/v1/branches/{calling.branch()}/services/{calling.service('card')}/dates"
    assert (await calling.get(path))["dates"] == []
    assert (await calling.get(f"{path}/2027-10-31/times"))["times"] == []
    offered = await site.call(
        "GET", f"/branches/{calling.branch()}/services/{calling.service('card')}/timeslots"
    )
    assert len(offered.json()) == 3


async def test_no_answer_may_be_stored_and_methods_are_named(shared: Site) -> None:
    calling = await program(shared)
    path = f"/v1/branches/{calling.branch()}/services/{calling.service()}/dates"
    for _ in range(2):  # the second one is from memory
        response = await calling.call("GET", path)
        assert response.headers["Cache-Control"] == "no-store"
        assert re.fullmatch("application/json(;.*)?", response.headers["Content-Type"])
    assert (await calling.call("HEAD", path)).status_code == 200
    refused = await calling.call("PUT", path, {})
    assert (refused.status_code, refused.headers["ERROR_CODE"]) == (405, "E405")
    assert refused.headers["Allow"] == "GET, HEAD"
    ignored = {"content": b"no json", "headers": {"Content-Type": "text/plain"}}
    assert (await calling.call("GET", path, **ignored)).status_code == 200


def _day(day: str) -> dict[str, str]:
    return {"from": day, "to": at(2)[:10]}


def _millis(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC).timestamp() * 1000)
