"""What the customer was told of an appointment: who sees it, and who sends it again."""

import asyncio
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


async def test_a_sandbox_records_what_would_leave(site: Site) -> None:
    service = site.id("service", "passport")
    reminders = {"reminders": [{"before": "PT1M", "channels": ["sms"]}]}
    assert (await ask(site, "PATCH", f"/services/{service}", reminders)).status_code == 200
    appointment = await booked(site, customer={**PERSON, "phoneNumber": "+31 6 12345678"})
    path = f"/appointments/{appointment['appointmentId']}/messages"
    for message in await messages(site, appointment):
        assert (await ask(site, "POST", f"{path}/{message['id']}/resend")).status_code == 202
    mail, sms = await recorded(site, 2)
    assert (mail["kind"], mail["channel"], mail["to"]) == ("booked", "email", PERSON["email"])
    assert mail["headers"]["To"] == PERSON["email"]
    assert "METHOD:REQUEST" in mail["calendar"]
    assert (sms["kind"], sms["channel"], sms["to"]) == ("reminder", "sms", "+31612345678")
    assert appointment["service"]["name"] in sms["text"]
    assert (sms["subject"], sms["html"], sms["calendar"]) == (None, None, None)
    sent = [one["id"] for one in await messages(site, appointment) if one["status"] == "sent"]
    assert sorted(sent) == sorted([mail["id"], sms["id"]])


async def recorded(site: Site, count: int) -> list[dict[str, Any]]:
    """What would have left, mail first, as soon as there is so much of it."""
    async with asyncio.timeout(10):
        while True:
            await site.app.look_for_messages()
            found: list[dict[str, Any]] = (await ask(site, "GET", "/sandbox/deliveries")).json()
            if len(found) == count:
                return sorted(found, key=lambda one: str(one["channel"]))
            await asyncio.sleep(0.02)


async def forget_phone_number(site: Site, appointment: dict[str, Any]) -> None:
    """The booking API takes another customer."""
    path = f"/appointments/{appointment['appointmentId']}/customer"
    person = {name: value for name, value in PERSON.items() if name != "phoneNumber"}
    answer = await site.call("PUT", path, json=person)
    assert answer.status_code in (200, 204), answer.text


async def test_an_account_writes_in_its_own_words(site: Site) -> None:
    """Sender, answers, text and calendar, from the next message on."""
    own = {
        "senderName": "Front desk",
        "replyTo": "desk@acme.example",
        "calendar": {"title": "Appointment", "class": "PRIVATE"},
        "texts": [
            {
                "kind": "booked",
                "channel": "email",
                "locale": "en_US",
                "subject": "Come at {{ time }}",
                "text": "Dear {{ firstName }}, {{ service }}",
            }
        ],
    }
    changed = await ask(site, "PATCH", "/account", {"messages": own})
    assert changed.status_code == 200, changed.text
    assert changed.json()["messages"] == own
    wrong = {"texts": [{**own["texts"][0], "text": "{{ phone }}"}]}  # type: ignore[dict-item]
    refused = await ask(site, "PATCH", "/account", {"messages": wrong})
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/messages/texts/0/text"]
    await site.book()
    found: list[dict[str, object]] = []
    for _ in range(100):
        listed = await ask(
            site, "GET", "/sandbox/deliveries", params={"channel": "email", "kind": "booked"}
        )
        found = listed.json()
        if found:
            break
        await asyncio.sleep(0.05)
    [mail] = found
    assert str(mail["subject"]).startswith("Come at ")
    assert str(mail["text"]).startswith("Dear Wilhelmina, ")
    headers = mail["headers"]
    assert isinstance(headers, dict)
    assert headers["Reply-To"] == "desk@acme.example"
    assert headers["From"].startswith("Front desk <")
    assert "SUMMARY:Appointment\r\n" in str(mail["calendar"]).replace("\n", "\r\n").replace(
        "\r\r", "\r"
    )
    assert "CLASS:PRIVATE" in str(mail["calendar"])
