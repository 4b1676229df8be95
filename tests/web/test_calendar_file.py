"""An appointment as a file for calendars: read line by line, not by the library that writes it."""

from datetime import UTC, datetime

import httpx
import pytest

from .contract import BOOKING_API, check_problem
from .site import Site
from .world import PUBLIC_URL

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

HOST = PUBLIC_URL.removeprefix("https://")
PATH = "/appointments/{}/calendar.ics"


async def fetched(site: Site, appointment_id: str, **headers: str) -> httpx.Response:
    """The file of an appointment."""
    answer = await site.call("GET", PATH.format(appointment_id), headers=headers)
    operation = BOOKING_API.operation("GET", PATH.format("{appointmentId}"))
    BOOKING_API.check(operation, answer)
    return answer


async def event_of(site: Site, appointment_id: str) -> dict[str, str]:
    """The properties of the one event in it (RFC 5545 §3.1), texts as people read them."""
    answer = await fetched(site, appointment_id)
    assert answer.status_code == 200, answer.text
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    first, last = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    found = dict(line.split(":", 1) for line in lines[first + 1 : last])
    assert len(found) == last - first - 1
    return {name: value.replace("\\,", ",") for name, value in found.items()}


def instant(text: str) -> str:
    """What the API writes, as RFC 5545 §3.3.5 does in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


async def test_it_says_what_the_appointment_says(site: Site) -> None:
    booked = await site.book()
    event = await event_of(site, booked["appointmentId"])
    assert event["UID"] == f"{booked['appointmentId']}@{HOST}"
    assert event["SEQUENCE"] == "0"
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"] == instant(booked["timeSlot"]["startTime"])
    assert event["DTEND"] == instant(booked["timeSlot"]["endTime"])
    assert event["SUMMARY"] == f"{booked['service']['name']}, {booked['branch']['name']}"
    assert booked["branch"]["name"] in event["LOCATION"]


async def test_its_number_rises_with_moves_and_the_cancellation_alone(site: Site) -> None:
    booked = await site.book()
    id_ = booked["appointmentId"]
    stamps = [(await event_of(site, id_))["DTSTAMP"]]
    assert (await site.call("PUT", f"/appointments/{id_}/customer", site.person())).is_success
    event = await event_of(site, id_)
    assert (event["SEQUENCE"], event["DTSTAMP"]) == ("0", stamps[0])  # nothing of it changed
    other = await site.reserve()
    moved = await site.call(
        "PUT", f"/appointments/{id_}", {"reservationId": other["appointmentId"]}
    )
    event = await event_of(site, id_)
    assert (event["SEQUENCE"], event["STATUS"]) == ("1", "CONFIRMED")
    assert event["DTSTART"] == instant(moved.json()["timeSlot"]["startTime"])
    assert (await site.call("DELETE", f"/appointments/{id_}")).status_code == 204
    event = await event_of(site, id_)
    assert (event["SEQUENCE"], event["STATUS"]) == ("2", "CANCELLED")
    stamps.append(event["DTSTAMP"])
    assert stamps == sorted(stamps)


async def test_its_form(site: Site) -> None:
    """CRLF, at most 75 octets a line, times in UTC, and nobody in it."""
    booked = await site.book()
    answer = await fetched(site, booked["appointmentId"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    body = answer.content
    assert body.count(b"\n") == body.count(b"\r\n") > 10
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    names = {line.partition(b":")[0].partition(b";")[0] for line in body.split(b"\r\n") if line}
    assert not names & {b"METHOD", b"ORGANIZER", b"ATTENDEE", b"TZID"}
    assert b"BEGIN:VTIMEZONE" not in body
    assert b"BEGIN:VALARM" not in body
    told = [v for v in booked["customer"].values() if isinstance(v, str)]
    assert told
    assert not [value for value in told if value in answer.text]


async def test_it_is_known_by_its_tag(site: Site) -> None:
    booked = await site.book()
    id_ = booked["appointmentId"]
    tag = (await fetched(site, id_)).headers["etag"]
    assert (await fetched(site, id_, **{"If-None-Match": tag})).status_code == 304
    await site.call("DELETE", f"/appointments/{id_}")
    assert (await fetched(site, id_, **{"If-None-Match": tag})).status_code == 200


async def test_a_reservation_and_another_accounts_appointment_have_none(site: Site) -> None:
    held, booked = await site.reserve(), await site.book()
    assert (await fetched(site, held["appointmentId"])).status_code == 404
    path = PATH.format(booked["appointmentId"])
    other = await site.call("GET", path, account="globex")
    assert other.status_code == 404
    check_problem(other)
