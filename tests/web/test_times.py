"""Instants and dates, in bodies and queries."""

from datetime import datetime, timedelta

import pytest

from .contract import check_problem, faults
from .site import PERSON, Site

pytestmark = pytest.mark.anyio


def start_at(text: str, site: Site) -> str:
    """A free start, its offset and seconds written as `text` says."""
    wall = datetime.fromisoformat(site.slot())
    utc = wall - timedelta(hours=1)
    return text.format(wall=f"{wall:%Y-%m-%dT%H:%M}", utc=f"{utc:%Y-%m-%dT%H:%M}")


@pytest.mark.parametrize(
    "text",
    [
        "{wall}+01:00",
        "{wall}:00+01:00",
        "{wall}:00.000+01:00",
        "{utc}Z",
        "{utc}:00z",
        "{utc}+00:00",
        "{utc}:00-00:00",
        "{utc}:00.000000000Z",
    ],
)
async def test_spellings_of_an_instant(shared: Site, text: str) -> None:
    """RFC 3339 with any offset; the answer has the branch's."""
    body = shared.reservation(timeSlot={"startTime": start_at(text, shared)})
    answer = await shared.call("POST", "/reservations", body)
    assert answer.status_code == 201, answer.text
    start = answer.json()["timeSlot"]["startTime"]
    assert start.endswith(":00+01:00")
    assert datetime.fromisoformat(start) == datetime.fromisoformat(
        body["timeSlot"]["startTime"].replace("z", "Z").replace("000000000", "000000")
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{wall}", "offset_required"),
        ("{wall}:00", "offset_required"),
        ("{wall}:01+01:00", "invalid_time"),
        ("{wall}:00.001+01:00", "invalid_time"),
        ("{wall}:00.0000000001Z", "invalid_time"),
        ("{wall}:60Z", "invalid_time"),
        ("2016-12-31T23:59:60Z", "invalid_time"),
        ("2027-01-05T24:00:00Z", "invalid_time"),
        ("2027-01-05T24:00Z", "invalid_time"),
        ("2027-02-29T09:00Z", "invalid_time"),
        ("2027-13-01T09:00Z", "invalid_time"),
        ("2027-01-05 09:00Z", "invalid_time"),
        ("2027-01-05T09:00+0100", "invalid_time"),
        ("2027-01-05T09:00+01", "invalid_time"),
        ("2027-01-05T09:00+24:00", "invalid_time"),
        ("2027-01-05T09:00+01:60", "invalid_time"),
        ("2027-01-05T9:00Z", "invalid_time"),
        ("2027-W01-1T09:00Z", "invalid_time"),
        ("20270105T0900Z", "invalid_time"),
        ("２０２７-01-05T09:00Z", "invalid_time"),
        ("2027-01-05T09:00Z\n", "invalid_time"),
        ("0000-01-01T00:00Z", "invalid_time"),
        ("0001-01-01T00:00+23:59", "invalid_time"),
        ("9999-12-31T23:59-23:59", "invalid_time"),
        ("9999-12-31T23:59Z", "invalid_time"),
        ("9998-01-01T00:00Z", "invalid_time"),
        ("10000-01-01T00:00Z", "invalid_time"),
        ("now", "invalid_time"),
        ("1799139600", "invalid_time"),
        ("", "invalid_time"),
    ],
)
async def test_what_is_no_instant(shared: Site, text: str, code: str) -> None:
    """422 with the one code of the two."""
    body = shared.reservation(timeSlot={"startTime": start_at(text, shared)})
    assert faults(await shared.call("POST", "/reservations", body)) == {"/timeSlot/startTime": code}
    person = {"personalIdentifier": PERSON["personalIdentifier"]}
    search = {"customer": person, "from": body["timeSlot"]["startTime"]}
    assert faults(await shared.call("POST", "/appointments/search", search)) == {"/from": code}


@pytest.mark.parametrize("value", [1799139600, 1.5, True, [], {}])
async def test_an_instant_is_a_text(shared: Site, value: object) -> None:
    """Nothing else."""
    body = shared.reservation(timeSlot={"startTime": value})
    assert faults(await shared.call("POST", "/reservations", body)) == {
        "/timeSlot/startTime": "wrong_type"
    }


@pytest.mark.parametrize(
    "text",
    ["1971-01-01T00:00Z", "1969-12-31T23:59Z", "9997-12-31T23:59Z", "1971-01-01T00:00+23:59"],
)
async def test_far_away(shared: Site, text: str) -> None:
    """Times at the ends of the calendar are refused like others, and never a fault of ours."""
    body = shared.reservation(timeSlot={"startTime": text})
    answer = await shared.call("POST", "/reservations", body)
    assert answer.status_code in (409, 422)
    check_problem(answer)
    for params in ({"from": text, "to": text}, {"to": text}, {"from": text}):
        for what in ("timeslots", "dates"):
            answer = await shared.call("GET", f"{place(shared)}/{what}", params=params)
            assert answer.status_code in (200, 422), answer.text


def place(site: Site) -> str:
    """A branch and a service that it offers."""
    return f"/branches/{site.id('branch', 'centre')}/services/{site.id('service', 'passport')}"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"from": "2027-01-05", "to": "2027-01-05"}, 0),
        ({"from": "2027-06-05", "to": "2027-06-06"}, 32),
        ({"from": "2027-06-05T00:00+02:00", "to": "2027-06-05T10:00+02:00"}, 4),
        ({"from": "2027-06-05", "to": "2027-06-05T09:15+02:00"}, 1),
        ({"from": "2027-06-05", "to": "2027-06-06", "limit": "3"}, 3),
        ({"from": "2027-06-05", "to": "2027-06-06", "numberOfReservations": "2"}, 0),
        ({"from": "2030-06-05", "to": "2030-06-06"}, 0),
    ],
)
async def test_ranges(shared: Site, params: dict[str, str], expected: int) -> None:
    """The starts in [from, to)."""
    answer = await shared.call("GET", f"{place(shared)}/timeslots", params=params)
    assert len(answer.json()) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"from": "2027-01-06", "to": "2027-01-05"}, {"/to": "invalid_value"}),
        ({"from": "2027-1-5"}, {"/from": "invalid_time"}),
        ({"from": "2027-02-30", "to": "x"}, {"/from": "invalid_time", "/to": "invalid_time"}),
        ({"from": "0001-01-01"}, {"/from": "invalid_time"}),
        ({"to": "9999-12-31"}, {"/to": "invalid_time"}),
        ({"from": "2027-01-05T09:00"}, {"/from": "offset_required"}),
        ({"from": ""}, {"/from": "invalid_time"}),
        ({"limit": "0"}, {"/limit": "out_of_range"}),
        ({"limit": "1.0"}, {"/limit": "wrong_type"}),
        ({"limit": ""}, {"/limit": "wrong_type"}),
        ({"limit": "٣"}, {"/limit": "wrong_type"}),
        ({"limit": "9" * 5000}, {"/limit": "wrong_type"}),
        ({"numberOfReservations": "-1"}, {"/numberOfReservations": "out_of_range"}),
        ({"numberOfReservations": "true"}, {"/numberOfReservations": "wrong_type"}),
        ({"include": "everything"}, {"/include": "invalid_value"}),
        ({"include": ""}, {"/include": "invalid_value"}),
        ({"reservationId": "x"}, {"/reservationId": "invalid_value"}),
        ({"requestedResourceId": "x"}, {"/requestedResourceId": "invalid_value"}),
    ],
)
async def test_queries_with_faults(
    shared: Site, params: dict[str, str], expected: dict[str, str]
) -> None:
    """Each at its parameter."""
    answer = await shared.call("GET", f"{place(shared)}/timeslots", params=params)
    assert faults(answer) == expected
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("query", ["from=%ff", "from=%E2%82", "from=2027-01-05&from=2027-01-05"])
async def test_queries_that_cannot_be_read(shared: Site, query: str) -> None:
    """Text that is not UTF-8, and a parameter twice."""
    answer = await shared.call("GET", f"{place(shared)}/timeslots?{query}")
    assert len(faults(answer)) == 1


async def test_ids_in_queries(shared: Site) -> None:
    """Not found wherever they stand."""
    unknown = "01890000-0000-7000-8000-000000000000"
    for name in ("requestedResourceId", "rescheduledAppointmentId", "reservationId"):
        answer = await shared.call("GET", f"{place(shared)}/timeslots", params={name: unknown})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
