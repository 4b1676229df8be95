"""Reserve, confirm, book at once, read and end: what programs send and what they read."""

import asyncio
from typing import Any

import pytest

from openslot.scheduling.store import history, reservations
from openslot.scheduling.store.clock import set_clock
from openslot.storage.transactions import AccountTx
from rounds import rounds

from .. import world
from ..site import PERSON, Site
from ..world import NOW
from .program import Program, program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

E440 = "No resource is available for the selected date and time"
CUSTOMER = {
    "firstName": PERSON["firstName"],
    "lastName": PERSON["lastName"],
    "email": PERSON["email"],
    "phone": "ask for " + PERSON["phoneNumber"],
    "dateOfBirth": "1961-01-31",
    "addressLine1": "Kade 7",
    "addressCity": "Zierikzee",
    "addressZip": "4301 AB",
    "addressCountry": "Nederland",
    "identificationNumber": "NL-42 / b",
    "externalId": "person@zaak/42",
    "custom": {"bsn": None, "list": [1, ""]},
}


def times(calling: Program, slot: str, service: str = "passport") -> str:
    """The path of a time by way of its service."""
    day, time = slot[:10], slot[11:16]
    branch, service = calling.branch(), calling.service(service)
    return f"/v1/branches/{branch}/services/{service}/dates/{day}/times/{time}"


def several(calling: Program, slot: str) -> str:
    """The path of a time whose services stand in the body."""
    return f"/v2/branches/{calling.branch()}/dates/{slot[:10]}/times/{slot[11:16]}"


def services(calling: Program, *keys: str) -> dict[str, Any]:
    return {"services": [{"publicId": calling.service(key)} for key in keys or ("passport",)]}


async def booked(calling: Program, **customer: Any) -> dict[str, Any]:
    """An appointment of its own time."""
    path = times(calling, calling.site.slot()) + "/book"
    response = await calling.call("POST", path, {"customer": customer or CUSTOMER})
    assert response.status_code == 202, response.text
    shown: dict[str, Any] = response.json()
    return shown


async def refused(
    calling: Program, method: str, path: str, json: Any = None, **more: Any
) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    response = await calling.call(method, path, json, **more)
    return response.status_code, response.headers["ERROR_CODE"], response.json()["msg"]


async def test_book_in_one_step_and_what_is_shown_of_it(shared: Site) -> None:
    """A17, then A19: title, texts and the customer as they were given."""
    calling = await program(shared)
    slot = shared.slot()
    body = {
        **services(calling),
        "title": "Open Formulieren: Paspoort " + "x" * 300,
        "notes": " by bicycle ",
        "custom": '{"peopleServices":[]}',
        "customers": [CUSTOMER],
        "unknown": 1,
    }
    response = await calling.call("POST", several(calling, slot) + "/book", body)
    assert response.status_code == 202
    assert response.headers["Cache-Control"] == "no-store"
    shown = response.json()
    assert "meta" not in shown
    assert shown["status"] == 20
    assert shown["title"] == body["title"][:255]
    assert (shown["notes"], shown["custom"]) == ("by bicycle", body["custom"])
    assert (shown["allDay"], shown["blocking"], shown["customSlotLength"]) == (False, False, None)
    assert [each["publicId"] for each in shown["services"]] == [calling.service()]
    assert shown["branch"]["publicId"] == calling.branch()
    assert shown["resource"]["custom"] is None
    utc = f"{slot[:10]}T{int(slot[11:13]) - int(slot[20:22]):02}{slot[13:16]}:00.000+0000"
    assert shown["start"] == utc
    (customer,) = shown["customers"]
    assert {name: customer[name] for name in CUSTOMER} == {
        **CUSTOMER,
        "dateOfBirth": -281404800000,
        "custom": '{"bsn":null,"list":[1,""]}',
    }
    assert customer["dateOfBirthWithoutTime"] == "1961-01-31"
    assert customer["name"] == f"{PERSON['firstName']} {PERSON['lastName']}"
    assert (customer["addressState"], customer["deletionTimestamp"]) == (None, None)
    found = await calling.get(f"/v1/appointments/{shown['publicId']}")
    assert found["appointment"] == shown
    assert found["meta"]["totalResults"] == 1


async def test_reserve_then_confirm(shared: Site) -> None:
    """A13 and A15, A14 and A16; the title of one that has none is its services."""
    calling = await program(shared)
    for reserve, body, version in (
        (times(calling, shared.slot()), None, "v1"),
        (several(calling, shared.slot()), services(calling), "v2"),
    ):
        held = await calling.call("POST", reserve + "/reserve", body)
        assert held.status_code == 200, held.text
        reserved = held.json()
        assert (reserved["status"], reserved["title"]) == (10, "Pending reservation")
        assert (reserved["customers"], reserved["notes"]) == ([], None)
        live = await calling.get(f"/v1/appointments/{reserved['publicId']}")
        assert live["appointment"] == reserved
        other = await program(shared, "other")
        path = f"/v1/appointments/{reserved['publicId']}"
        assert (await other.call("GET", path)).status_code == 404
        assert (await other.call("DELETE", path)).status_code == 404
        confirm = f"/{version}/branches/appointments/{reserved['publicId']}/confirm"
        calling = await program(shared)
        wrong = {"customer": {"email": "no address"}}
        status, code, msg = await refused(calling, "POST", confirm, wrong)
        assert (status, code) == (400, "E400")
        assert msg == "customer.email: must be an e-mail address"
        done = await calling.call("POST", confirm, {"customers": [{"lastName": "Oost"}, {}]})
        assert done.status_code == 200, done.text
        shown = done.json()
        assert (shown["publicId"], shown["status"]) == (reserved["publicId"], 20)
        assert (shown["title"], shown["numberOfCustomers"]) == ("Passport", 1)
        assert [each["name"] for each in shown["customers"]] == ["Oost"]
        again = await refused(calling, "POST", confirm, {"customer": {}})
        assert again[:2] == (400, "E400")


async def test_a_reservation_that_is_over_is_no_time_any_more(site: Site) -> None:
    """Expired and released alike; ending it again is 204, for 24 hours."""
    calling = await program(site)
    expired, released = [
        (await calling.call("POST", times(calling, site.slot()) + "/reserve")).json()["publicId"]
        for _ in range(2)
    ]
    assert (await calling.call("DELETE", f"/v1/appointments/{released}")).status_code == 204
    await _clock(site, NOW + 16 * 60_000)
    for booking in (expired, released):
        confirm = f"/v1/branches/appointments/{booking}/confirm"
        assert await refused(calling, "POST", confirm, {"customer": {}}) == (400, "E440", E440)
        path = f"/v1/appointments/{booking}"
        assert (await calling.call("GET", path)).status_code == 404
        assert (await calling.call("DELETE", path)).status_code == 204
    await _clock(site, NOW + 26 * 3_600_000)
    assert (await calling.call("DELETE", f"/v1/appointments/{expired}")).status_code == 404


@pytest.mark.prove
async def test_of_two_programs_for_one_time_one_gets_it(site: Site) -> None:
    """The other's refusal leaves nothing; and so with many, on the branch's last place."""
    calling = await program(site)
    for _ in range(rounds(some=1, many=100)):
        await _contest(site, calling)
    count = await site.app.database.read(site.tenant().account.id, _live_reservations)
    assert count == 0


async def _contest(site: Site, calling: Program) -> None:
    slot = site.slot()
    path = times(calling, slot, "strict") + "/book"  # there is one booth
    responses = await asyncio.gather(
        *(calling.call("POST", path, {"customer": {"lastName": str(n)}}) for n in range(6))
    )
    assert sorted(r.status_code for r in responses) == [202, *[400] * 5]
    lost = [r for r in responses if r.status_code == 400]
    assert {r.headers["ERROR_CODE"] for r in lost} == {"E440"}
    assert {r.json()["msg"] for r in lost} == {E440}
    assert {r.headers["ERROR_MESSAGE"] for r in lost} == {E440}
    free = await calling.get(times(calling, slot, "strict").rpartition("/")[0])
    assert slot[11:16] not in free["times"]


async def test_people_count_and_the_first_is_the_customer(site: Site) -> None:
    """Under both countings: in a booking they are those who are listed."""

    def allow(tx: AccountTx) -> None:
        more = {"maxNumberOfReservations": 3, "additionalCustomerMinutes": 10}
        world.replace(tx, "service", passport=more, licence=more)

    await site.app.database.write(site.tenant().account.id, allow)
    for counting, number in (("total", 2), ("additional", 1)):
        calling = await program(site, party_counting=counting)
        slot = site.slot()
        body = {**services(calling, "licence", "passport"), "customers": [{"lastName": "A"}, {}]}
        booking = await calling.call("POST", several(calling, slot) + "/book", body)
        assert booking.status_code == 202, booking.text
        shown = booking.json()
        assert shown["numberOfCustomers"] == 2
        assert [each["lastName"] for each in shown["customers"]] == ["A", "A"]
        names = [each["name"] for each in shown["services"]]
        assert names == ["Licence", "Passport"]
        assert shown["title"] == "Licence, Passport"
        assert _minutes(shown) == 2 * (15 + 10)
        held = await calling.call(
            "POST",
            several(calling, slot) + f"/reserve;numberOfCustomers={number}",
            services(calling, "licence", "passport"),
        )
        assert held.status_code == 200, held.text
        assert (held.json()["numberOfCustomers"], _minutes(held.json())) == (2, 50)
        confirm = f"/v2/branches/appointments/{held.json()['publicId']}/confirm"
        done = await calling.call("POST", confirm, {"customers": [{}, {}, {}]})
        assert done.json()["numberOfCustomers"] == 2
    path = several(calling, site.slot())
    for json in ({**services(calling), "customers": [{}] * 4}, {**services(calling)}):
        assert (await refused(calling, "POST", path + "/book", json))[:2] == (400, "E400")
    over = await refused(calling, "POST", path + "/reserve;numberOfCustomers=3", services(calling))
    assert over[:2] == (400, "E400")


async def test_no_field_is_required_and_what_is_sent_must_be_right(shared: Site) -> None:
    """Each fault names its field and never its value; an empty text is none."""
    calling = await program(shared)
    empty = await booked(calling, firstName="", lastName=None, externalId="", custom="")
    assert empty["customers"][0]["name"] == ""
    assert empty["customers"][0]["firstName"] is None
    number = await booked(calling, phone=31612345678)
    assert number["customers"][0]["phone"] == "31612345678"
    path = times(calling, shared.slot()) + "/book"
    for field, value in (
        ("email", "x@y"),
        ("dateOfBirth", "31-01-1961"),
        ("dateOfBirth", "2061-01-31"),
        ("firstName", "x" * 256),
        ("lastName", "a\u0007b"),
        ("addressZip", "y" * 256),
        ("externalId", 12),
        ("phone", 1.5),
        ("custom", "z" * 2049),
        ("custom", {"long": "z" * 2049}),
    ):
        wrong = {"customers": [{"lastName": "Oost", field: value}]}
        status, code, msg = await refused(calling, "POST", path, wrong)
        assert (status, code) == (400, "E400"), field
        assert msg.startswith(f"customers[0].{field}: "), msg
        assert str(value) not in msg
    for body in ({"notes": "n" * 2049}, {"custom": "c" * 2049}, {"title": 1}, {"customers": {}}):
        wrong = {"customers": [{}], **body}
        assert (await refused(calling, "POST", path, wrong))[:2] == (400, "E400")


async def test_bodies_that_cannot_be_read(shared: Site) -> None:
    calling = await program(shared)
    path = several(calling, shared.slot()) + "/book"
    text = {"Content-Type": "application/json"}
    for content in (b"{", b"[]", b'{"a": 1, "a": 2}', b'"x"', b"\xff", b"{}", b"", b"null"):
        response = await calling.call("POST", path, content=content, headers=text)
        assert (response.status_code, response.headers["ERROR_CODE"]) == (400, "E400"), content
    other = {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}
    assert (await refused(calling, "POST", path, **other))[:2] == (415, "E415")
    large = {"content": b"x" * 70_000, "headers": text}
    assert (await refused(calling, "POST", path, **large))[:2] == (413, "E413")
    reserve = times(calling, shared.slot()) + "/reserve"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await calling.call("POST", reserve, headers=form)).status_code == 200


async def test_times_that_cannot_be_had(shared: Site) -> None:
    """Off the grid, at night, in the past, beyond the horizon, skipped by clocks: E440."""
    calling = await program(shared)
    start = f"/v1/branches/{calling.branch()}/services/{calling.service()}/dates"
    for when in (
        "2027-01-12/times/09:05",
        "2027-01-12/times/03:00",
        "2020-01-12/times/09:00",
        "2033-01-12/times/09:00",
        "2027-03-28/times/02:30",
    ):
        path = f"{start}/{when}"
        assert await refused(calling, "POST", path + "/reserve") == (400, "E440", E440), when
        assert await refused(calling, "POST", path + "/book", {"customer": {}}) == (
            400, "E440", E440,
        )  # fmt: skip
    for when in ("2027-01-12/times/9:00", "2027-01-12/times/24:00", "2027-02-30/times/09:00"):
        assert (await refused(calling, "POST", f"{start}/{when}/reserve"))[:2] == (400, "E400")
    colon = shared.slot()
    path = f"{start}/{colon[:10]}/times/{colon[11:13]}%3A{colon[14:16]}/reserve"
    assert (await calling.call("POST", path)).status_code == 200
    for service in (calling.service("family"), calling.service("twins"), "x"):
        wrong = f"/v1/branches/{calling.branch()}/services/{service}/dates/2027-01-12/times/09:00"
        assert (await refused(calling, "POST", wrong + "/reserve"))[:2] == (404, "E404")
    uncombined = services(calling, "passport", "card")
    path = several(calling, shared.slot()) + "/reserve"
    assert (await refused(calling, "POST", path, uncombined))[:2] == (400, "E400")


async def test_cancel(site: Site) -> None:
    """Of whichever interface; once more does nothing; past the cut-off or the start it is 400."""
    calling = await program(site)
    ours = await booked(calling)
    theirs = await site.book()
    for booking in (ours["publicId"], theirs["appointmentId"]):
        path = f"/v1/appointments/{booking}"
        assert (await calling.call("GET", path)).status_code == 200
        for _ in range(2):
            ended = await calling.call("DELETE", path, headers={"Content-Type": "text/plain"})
            assert (ended.status_code, ended.content) == (204, b"")
        assert (await calling.call("GET", path)).status_code == 404
    history = await _history(site, ours["publicId"])
    assert [change for change, _ in history] == ["booked", "cancelled"]
    assert {key for _, key in history} == {calling.api_key.id}
    slot = "2027-01-05T10:00:00+01:00"
    path = times(calling, slot, "strict") + "/book"
    late = (await calling.call("POST", path, {"customer": {}})).json()["publicId"]
    await _clock(site, NOW + 24 * 3_600_000)
    assert (await refused(calling, "DELETE", f"/v1/appointments/{late}"))[:2] == (400, "E400")
    for unknown in ("x", late[:-1] + "0", calling.branch()):
        path = f"/v1/appointments/{unknown}"
        assert (await refused(calling, "DELETE", path))[:2] == (404, "E404")


async def test_scopes_of_bookings(site: Site) -> None:
    """Who may only reserve cannot book; who may only cancel cannot release."""
    reserving = await program(site, "reschedule")
    path = times(reserving, site.slot())
    held = await reserving.call("POST", path + "/reserve")
    assert held.status_code == 200
    booking = held.json()["publicId"]
    confirm = f"/v1/branches/appointments/{booking}/confirm"
    for refusing in (path + "/book", confirm):
        assert (await refused(reserving, "POST", refusing, {}))[:2] == (403, "E403")
    appointment = (await booked(await program(site)))["publicId"]
    no_cancel = await refused(reserving, "DELETE", f"/v1/appointments/{appointment}")
    assert no_cancel[:2] == (403, "E403")
    assert (await reserving.call("DELETE", f"/v1/appointments/{booking}")).status_code == 204
    cancelling = await program(site, "cancel")
    assert (await refused(cancelling, "POST", path + "/reserve"))[:2] == (403, "E403")
    assert (await cancelling.call("DELETE", f"/v1/appointments/{appointment}")).status_code == 204


async def test_an_idempotency_key_books_once(shared: Site) -> None:
    calling = await program(shared)
    path = times(calling, shared.slot()) + "/book"
    key = {"Idempotency-Key": "one"}
    first = await calling.call("POST", path, {"customer": {}}, headers=key)
    again = await calling.call("POST", path + "/", {"customer": {}}, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await refused(calling, "POST", path, {"customer": {"lastName": "B"}}, headers=key)
    assert other[:2] == (400, "E400")


async def test_too_many_reservations_are_429(start: Any) -> None:
    async with start(max_live_reservations_per_client=1) as site:
        calling = await program(site)
        assert (
            await calling.call("POST", times(calling, site.slot()) + "/reserve")
        ).status_code == 200
        status, code, _ = await refused(calling, "POST", times(calling, site.slot()) + "/reserve")
        assert (status, code) == (429, "E429")


async def test_what_other_interfaces_show(site: Site) -> None:
    """Names that were not given are null; a reservation of here is finished there."""
    calling = await program(site)
    shown = await booked(calling, externalId="Qq81Quibble42", lastName="Oost")
    read = (await site.call("GET", f"/appointments/{shown['publicId']}")).json()
    assert (read["customer"]["lastName"], read["customer"]["email"]) == ("Oost", None)
    found = await site.call(
        "POST", "/appointments/search", {"customer": {"personalIdentifier": "Qq81Quibble42"}}
    )
    assert [each["appointmentId"] for each in found.json()] == [shown["publicId"]]
    held = await calling.call("POST", times(calling, site.slot()) + "/reserve")
    path = f"/reservations/{held.json()['publicId']}/confirm"
    assert (await site.call("POST", path, site.person())).status_code == 201


def _minutes(shown: dict[str, Any]) -> int:
    hours = [int(shown[name][11:13]) * 60 + int(shown[name][14:16]) for name in ("start", "end")]
    return hours[1] - hours[0]


async def _clock(site: Site, now: int) -> None:
    await site.app.database.write(site.tenant().account.id, set_clock, now, 0)


def _live_reservations(tx: AccountTx) -> int:
    return len(reservations.expired(tx, 1 << 60, 10))


async def _history(site: Site, appointment_id: str) -> list[tuple[str, str | None]]:
    changes = await site.app.database.read(
        site.tenant().account.id, history.of_appointment, appointment_id
    )
    return [(change.change, change.api_key_id) for change in changes]
