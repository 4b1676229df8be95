"""What the customer was told of an appointment: who sees it, and who sends it again."""

from typing import Any

import pytest

from openslot.kernel.scopes import ALL, APPOINTMENTS_MANAGE

from ..contract import check_problem
from ..site import PERSON, Site
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

NOBODY = "01890000-0000-7000-8000-000000000000"


async def messages(site: Site, appointment: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of an appointment."""
    path = f"/appointments/{appointment['appointmentId']}/messages"
    answer = await ask(site, "GET", path, scopes=[APPOINTMENTS_MANAGE])
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_who_may(shared: Site) -> None:
    """401 without a token, 403 with every other scope, 404 in another account."""
    appointment = await booked(shared)
    [message] = await messages(shared, appointment)
    path = f"/appointments/{appointment['appointmentId']}/messages"
    others = [scope for scope in ALL if scope != APPOINTMENTS_MANAGE]
    for method, of in (("GET", path), ("POST", f"{path}/{message['id']}/resend")):
        anonymous = await ask(shared, method, of, scopes=None)
        wrong = await ask(shared, method, of, scopes=others)
        foreign = await ask(shared, method, of, account="globex")
        assert [a.status_code for a in (anonymous, wrong, foreign)] == [401, 403, 404]
        for answer in (anonymous, wrong, foreign):
            check_problem(answer)
    unknown = await ask(shared, "POST", f"{path}/{NOBODY}/resend")
    assert unknown.status_code == 404


async def test_a_booking_by_staff_waits_and_is_not_told_when_it_is_cancelled(site: Site) -> None:
    appointment = await booked(site)
    [message] = await messages(site, appointment)
    assert message["to"] == PERSON["email"]
    assert (message["kind"], message["channel"], message["status"]) == (
        "booked", "email", "waiting",
    )  # fmt: skip
    path = f"/appointments/{appointment['appointmentId']}"
    assert (await ask(site, "POST", f"{path}/cancel", {})).status_code == 200
    [message] = await messages(site, appointment)
    assert (message["status"], message["detail"], message["dueAt"]) == ("dropped", "undone", None)


async def test_a_message_is_sent_again_if_it_still_holds(site: Site) -> None:
    appointment = await booked(site)
    path = f"/appointments/{appointment['appointmentId']}"
    [message] = await messages(site, appointment)
    resend = f"{path}/messages/{message['id']}/resend"
    headers = {"Idempotency-Key": "again"}
    first = await ask(site, "POST", resend, headers=headers)
    second = await ask(site, "POST", resend, headers=headers)
    assert (first.status_code, first.json()["status"]) == (202, "queued")
    assert first.json() == second.json()
    assert len(await messages(site, appointment)) == 2
    await ask(site, "POST", f"{path}/cancel", {})
    refused = await ask(site, "POST", resend)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_nothing_is_sent_to_nowhere(site: Site) -> None:
    """The customer had a phone number when the message was planned."""
    service = site.id("service", "passport")
    reminders = {"reminders": [{"before": "PT1M", "channels": ["sms"]}]}
    assert (await ask(site, "PATCH", f"/services/{service}", reminders)).status_code == 200
    appointment = await booked(site, customer={**PERSON, "phoneNumber": "+31 6 12345678"})
    [_, reminder] = await messages(site, appointment)
    assert (reminder["kind"], reminder["to"]) == ("reminder", "+31612345678")
    await forget_phone_number(site, appointment)
    path = f"/appointments/{appointment['appointmentId']}/messages/{reminder['id']}/resend"
    refused = await ask(site, "POST", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_recipient")


async def forget_phone_number(site: Site, appointment: dict[str, Any]) -> None:
    """The booking API takes another customer."""
    path = f"/appointments/{appointment['appointmentId']}/customer"
    person = {name: value for name, value in PERSON.items() if name != "phoneNumber"}
    answer = await site.call("PUT", path, json=person)
    assert answer.status_code in (200, 204), answer.text
