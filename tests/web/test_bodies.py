"""What bodies may hold: JSON itself, spellings, nulls, and every fault at once."""

import gzip
from typing import Any

import pytest

from .contract import check_problem, faults
from .good import combination
from .site import PERSON, Site

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"timeSlot": {"startTime": "x", "startTime": "y"}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        rb'{"a": "\ud800"}',
        rb'{"\udfff": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": +1}',
        b'{"a": "\t"}',
        b"{} {}",
        b"{}x",
        b"// c\n{}",
        b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[{}]",
        b"7",
        b"true",
        b"null",
        b'""',
        b"",
        b" ",
        b"\x00",
    ],
)
async def test_not_readable(shared: Site, body: bytes) -> None:
    """400, and nothing of the body is said back."""
    answer = await shared.call("POST", "/reservations", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json"), answer.text
    check_problem(answer)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"notes": ' + b"[" * 100 + b"]" * 100 + b"}", "/notes"),
        (b'{"numberOfReservations": 1e400}', "/numberOfReservations"),
        (b'{"numberOfReservations": 123456789012345678901234567890}', "/numberOfReservations"),
        (b'{"\\u0000": 1}', "/\x00"),
        (b'{"a/b~c": 1}', "/a~1b~0c"),
        (b'{"": 1}', "/"),
        (b'{"__proto__": {}}', "/__proto__"),
    ],
)
async def test_readable_but_wrong(shared: Site, body: bytes, pointer: str) -> None:
    """422 with the pointer (RFC 6901)."""
    answer = await shared.call("POST", "/reservations", content=body, headers=JSON)
    assert pointer in faults(answer)


@pytest.mark.parametrize("value", [1.0, 1.5, "1", True, [1], {"a": 1}])
async def test_whole_numbers_are_json_integers(shared: Site, value: Any) -> None:
    """Nothing is made a number that is none."""
    body = shared.reservation(numberOfReservations=value)
    assert faults(await shared.call("POST", "/reservations", body)) == {
        "/numberOfReservations": "wrong_type"
    }


@pytest.mark.parametrize("value", [0, -1, 100_001, 10**30])
async def test_a_party_out_of_range(shared: Site, value: int) -> None:
    """Shown by the request alone."""
    answer = await shared.call(
        "POST", "/reservations", shared.reservation(numberOfReservations=value)
    )
    assert faults(answer) == {"/numberOfReservations": "out_of_range"}


async def test_a_party_above_the_services_maximum(shared: Site) -> None:
    """422 too, though it takes the catalogue to know."""
    answer = await shared.call("POST", "/reservations", shared.reservation(numberOfReservations=2))
    assert faults(answer) == {"/numberOfReservations": "out_of_range"}
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json ; charset = utf-8",
    ],
)
async def test_media_types_that_are_taken(shared: Site, media_type: str) -> None:
    """JSON in UTF-8 in every spelling of it."""
    body = shared.http.build_request("POST", "/", json=shared.reservation()).content
    headers = {"Content-Type": media_type}
    answer = await shared.call("POST", "/reservations", content=body, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=latin-1", "application/problem+json", "application/jsonx", "json"],
)
async def test_media_types_that_are_not(shared: Site, media_type: str) -> None:
    """415."""
    headers = {"Content-Type": media_type}
    answer = await shared.call("POST", "/reservations", content=b"{}", headers=headers)
    assert answer.status_code == 415


async def test_nulls_read_as_absent(shared: Site) -> None:
    """For what may be absent; what has to be there is still needed."""
    nothing = ("requestedResourceId", "notes", "rescheduledAppointmentId", "numberOfReservations")
    body = shared.reservation(**dict.fromkeys(nothing))
    body["timeSlot"]["endTime"] = None
    assert (await shared.call("POST", "/reservations", body)).status_code == 201
    body = shared.reservation(branchId=None, timeSlot={"startTime": None})
    assert faults(await shared.call("POST", "/reservations", body)) == {
        "/branchId": "required",
        "/timeSlot/startTime": "required",
    }


async def test_an_empty_text_is_a_value(shared: Site) -> None:
    """It is checked like any other."""
    held = await shared.reserve()
    path = f"/reservations/{held['appointmentId']}/confirm"
    person = dict.fromkeys(PERSON, "") | {"dateOfBirth": ""}
    assert faults(await shared.call("POST", path, person)) == {
        "/personalIdentifier": "pattern",
        "/firstName": "too_short",
        "/lastName": "too_short",
        "/email": "too_short",
        "/phoneNumber": "too_short",
        "/dateOfBirth": "invalid_value",
    }
    body = shared.reservation(requestedResourceId="", notes="")
    assert faults(await shared.call("POST", "/reservations", body)) == {
        "/requestedResourceId": "invalid_value"
    }


async def test_every_fault_at_once(shared: Site) -> None:
    """Those of query, body and headers, wherever they stand."""
    body = {
        "serviceId": "x",
        "branchId": 7,
        "timeSlot": {"startTime": "2027-01-05T09:00:00", "endTime": "tomorrow", "zone": "CET"},
        "numberofReservations": 0,
        "notes": "n" * 2049,
        "requestedResourceID": "r",
        "requestedResourceId": "r",
        "colour": 1,
    }
    headers = {"Idempotency-Key": "a key"}
    answer = await shared.call("POST", "/reservations?dry=1&dry=2", body, headers=headers)
    assert faults(answer) == {
        "/serviceId": "invalid_value",
        "/branchId": "wrong_type",
        "/timeSlot/startTime": "offset_required",
        "/timeSlot/endTime": "invalid_time",
        "/timeSlot/zone": "unknown_field",
        "/numberOfReservations": "out_of_range",
        "/notes": "too_long",
        "/requestedResourceID": "invalid_value",
        "/requestedResourceId": "invalid_value",
        "/colour": "unknown_field",
        "/dry": "unknown_field",
        "": "invalid_value",
    }
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("name", ["numberofReservations", "requestedResourceID"])
async def test_other_published_spellings(shared: Site, name: str) -> None:
    """Taken alone; both at once are a fault."""
    values = {"numberofReservations": 1, "requestedResourceID": shared.id("resource", "desk-1")}
    body = shared.reservation(**{name: values[name]})
    assert (await shared.call("POST", "/reservations", body)).status_code == 201
    usual = {"numberofReservations": "numberOfReservations"}.get(name, "requestedResourceId")
    body = shared.reservation(**{name: values[name], usual: values[name]})
    assert faults(await shared.call("POST", "/reservations", body)) == {f"/{name}": "invalid_value"}
    query = f"/branches/{shared.id('branch', 'centre')}/services/{shared.id('service', 'passport')}"
    answer = await shared.call("GET", f"{query}/dates", params={name: values[name], "limit": 1})
    assert answer.status_code == 200
    both = {name: values[name], usual: values[name]}
    assert len(faults(await shared.call("GET", f"{query}/dates", params=both))) == 1


@pytest.mark.parametrize("name", ["NumberOfReservations", "serviceID", "branchid", "DateOfBirth"])
async def test_no_other_spellings(shared: Site, name: str) -> None:
    """Only those of the published tables."""
    answer = await shared.call("POST", "/reservations", shared.reservation(**{name: "x"}))
    assert faults(answer) == {f"/{name}": "unknown_field"}


async def test_the_other_spelling_of_the_birth_date(shared: Site) -> None:
    """Flat and under customer."""
    for wrap in (lambda p: p, lambda p: {"customer": p}):
        held = await shared.reserve()
        path = f"/reservations/{held['appointmentId']}/confirm"
        both = wrap(shared.person(dateofBirth="1990-01-01", dateOfBirth="1990-01-01"))
        assert len(faults(await shared.call("POST", path, both))) == 1
        answer = await shared.call("POST", path, wrap(shared.person(dateofBirth="1990-01-01")))
        assert answer.json()["customer"]["dateOfBirth"] == "1990-01-01"


async def test_ids_that_stand_in_bodies(shared: Site) -> None:
    """Unknown, foreign and inactive ones are not found; those that are no ids are faults."""
    unknown = "01890000-0000-7000-8000-000000000000"
    foreign = shared.id("service", "passport", "globex")
    for more in (
        {"serviceId": unknown},
        {"serviceId": foreign},
        {"serviceId": shared.id("service", "twins")},
        {"branchId": unknown},
        {"branchId": shared.id("branch", "closed-down")},
        {"requestedResourceId": shared.id("resource", "desk-1", "globex")},
        {"rescheduledAppointmentId": unknown},
    ):
        answer = await shared.call("POST", "/reservations", shared.reservation(**more))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), more
    for text in (
        "x",
        unknown[:-1],
        f"{{{unknown}}}",
        f"urn:uuid:{unknown}",
        unknown.replace("-", ""),
    ):
        answer = await shared.call("POST", "/reservations", shared.reservation(serviceId=text))
        assert faults(answer) == {"/serviceId": "invalid_value"}


async def test_combinations(shared: Site) -> None:
    """A set without repetition, one party for all."""
    path = "/serviceCombination/reservations"
    twice = combination(shared, "passport", "passport")
    assert faults(await shared.call("POST", path, twice)) == {"/services": "invalid_value"}
    assert faults(await shared.call("POST", path, {**twice, "services": []})) == {
        "/services": "too_short"
    }
    many = combination(shared)
    many["services"] = [{"id": f"01890000-0000-7000-8000-{n:012}"} for n in range(21)]
    assert faults(await shared.call("POST", path, many)) == {"/services": "too_long"}
    differs = combination(shared)
    differs["services"][0]["numberOfReservations"] = 2
    answer = await shared.call("POST", path, differs)
    assert faults(answer) == {"/services/1/numberOfReservations": "party_differs"}
    assert answer.json()["code"] == "party_differs"
    one = combination(shared, "card")
    assert (await shared.call("POST", path, one)).status_code == 201


async def test_compressed_bodies(shared: Site) -> None:
    """Are not taken, and say so (RFC 9110 §15.5.16)."""
    body = gzip.compress(b"{}")
    headers = {**JSON, "Content-Encoding": "gzip"}
    answer = await shared.call("POST", "/reservations", content=body, headers=headers)
    assert answer.status_code == 415
    headers = {"Content-Encoding": "identity"}
    answer = await shared.call("POST", "/reservations", shared.reservation(), headers=headers)
    assert answer.status_code == 201
