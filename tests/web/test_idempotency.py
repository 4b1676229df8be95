"""Idempotency-Key over HTTP; that every write takes it is in test_routes."""

import asyncio

import pytest

from .contract import BOOKING_API, faults
from .good import request_for, send
from .site import PERSON, Site
from .test_every_failure import HOUR_MS, set_time
from .world import NOW

pytestmark = pytest.mark.anyio


async def test_one_effect_of_many_at_once(shared: Site) -> None:
    """All get the same answer, one of them the first."""
    body = shared.reservation()
    key = {"Idempotency-Key": "at-once"}
    answers = await asyncio.gather(
        *(shared.call("POST", "/reservations", body, headers=key) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


async def test_the_same_json_in_another_form_is_the_same_request(shared: Site) -> None:
    """Order, spacing, other spellings and nulls change nothing."""
    key = {"Idempotency-Key": "forms"}
    body = shared.reservation(numberOfReservations=1)
    first = await shared.call("POST", "/reservations", body, headers=key)
    del body["numberOfReservations"]
    other = {"notes": None, "numberofReservations": 1, **dict(reversed(body.items()))}
    again = await shared.call("POST", "/Reservations", other, headers=key)
    assert again.content == first.content
    for changed in ({**body, "notes": "x"}, {**body, "numberOfReservations": 1, "notes": ""}):
        answer = await shared.call("POST", "/reservations", changed, headers=key)
        assert faults(answer) == {"": "idempotency_key_reused"}


async def test_keys_belong_to_a_client(shared: Site) -> None:
    """Another client's same key is another key."""
    key = {"Idempotency-Key": "mine"}
    first = await shared.call("POST", "/reservations", shared.reservation(), headers=key)
    other = await shared.call(
        "POST", "/reservations", shared.reservation(), headers=key, client="other"
    )
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["appointmentId"] != other.json()["appointmentId"]


async def test_errors_are_not_kept(shared: Site) -> None:
    """A retry runs again."""
    key = {"Idempotency-Key": "retry"}
    held = await shared.reserve("family")
    path = f"/reservations/{held['appointmentId']}/confirm"
    assert (await shared.call("POST", path, PERSON, headers=key)).status_code == 422
    question = held["service"]["config"]["questions"][0]["id"]
    person = shared.person(
        dateOfBirth="1990-01-01", informationQuestions=[{"id": question, "answer": "1"}]
    )
    answer = await shared.call("POST", path, person, headers=key)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


async def test_kept_for_24_hours(site: Site) -> None:
    """By the account's clock."""
    key = {"Idempotency-Key": "day"}
    body = site.reservation()
    first = await site.call("POST", "/reservations", body, headers=key)
    await set_time(site, NOW + 24 * HOUR_MS - 1)
    again = await site.call("POST", "/reservations", body, headers=key)
    assert again.content == first.content
    await set_time(site, NOW + 24 * HOUR_MS)
    later = await site.call("POST", "/reservations", body, headers=key)
    assert later.status_code == 201
    assert "idempotency-replayed" not in later.headers


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "\x7f"])
async def test_keys_that_are_none(shared: Site, key: str) -> None:
    """1 to 255 visible ASCII characters."""
    headers = [*shared.bearer().items(), ("Idempotency-Key", key.encode())]
    answer = await shared.http.post(
        "/external/v1/reservations", json=shared.reservation(), headers=headers
    )
    assert faults(answer) == {"": "invalid_value"}


async def test_reading_ignores_the_key(shared: Site) -> None:
    """It is for writes."""
    answer = await shared.call("GET", "/services", headers={"Idempotency-Key": "a b"})
    assert answer.status_code == 200


async def test_a_write_that_follows_another(shared: Site) -> None:
    """Replays come before the state: a cancellation is answered again though it is done."""
    operation = BOOKING_API.operation("POST", "/reservations/{appointmentId}/confirm")
    path, made = await request_for(shared, operation)
    key = {"Idempotency-Key": f"confirm-{path}"}
    first = await send(shared, operation, path, made, headers=key)
    await shared.call("DELETE", f"/appointments/{first.json()['appointmentId']}")
    again = await send(shared, operation, path, made, headers=key)
    assert again.content == first.content
