"""A message to look at before anybody gets it."""

from typing import Any

import icalendar
import pytest

from openslot.kernel.scopes import ADMIN_READ, APPOINTMENTS_MANAGE, BOOK

from ..contract import faults
from ..site import PERSON, Site
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
UNKNOWN = "01890000-0000-7000-8000-000000000000"
MAIL = {"kind": "booked", "channel": "email", "locale": "en_US"}


async def preview(site: Site, *scopes: str, **fields: Any) -> Any:
    """What a preview answers."""
    body = {**MAIL, **fields}
    return await ask(site, "POST", "/messages/preview", body, scopes=scopes or (ADMIN_READ,))


async def test_a_made_up_person_shows_what_each_kind_looks_like(shared: Site) -> None:
    for kind, method in (
        ("booked", "REQUEST"), ("moved", "REQUEST"), ("cancelled", "CANCEL"), ("reminder", None),
    ):  # fmt: skip
        answer = await preview(shared, kind=kind, serviceId=shared.id("service", "licence"))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        shown = answer.json()
        assert "Licence" in shown["subject"]
        assert "Anna Jansen" in shown["text"]
        assert "Anna Jansen" in shown["html"]
        assert shown["sms"] is None
        if method is None:
            assert shown["calendar"] is None
        else:
            assert icalendar.Calendar.from_ical(shown["calendar"])["METHOD"] == method
    assert "Before" in (await preview(shared, kind="moved")).json()["text"]


async def test_given_texts_take_the_place_of_the_stored_ones(shared: Site) -> None:
    stored = (await preview(shared)).json()
    told = {"subject": "{{ service }}\nnow", "text": "Hi {{ firstName }} <b>"}
    shown = (await preview(shared, **told)).json()
    assert shown["subject"].endswith(" now")
    assert shown["text"] == "Hi Anna <b>\n"
    assert "Hi Anna &lt;b&gt;" in shown["html"]
    only = (await preview(shared, subject="Only {{ reference }}")).json()
    assert only["subject"] == "Only ABC234"
    assert (only["text"], only["html"]) == (stored["text"], stored["html"])
    page = (await preview(shared, html="<p>{{ lastName }}</p>")).json()
    assert "<p>Jansen</p>" in page["html"]
    assert page["text"] == stored["text"]
    dutch = (await preview(shared, locale="nl-NL")).json()
    assert dutch["subject"].startswith("Bevestigd")


async def test_an_sms_says_how_long_it_is(shared: Site) -> None:
    shown = (await preview(shared, channel="sms", text="€" * 80)).json()
    assert shown == {
        "subject": None,
        "text": "€" * 80,
        "html": None,
        "calendar": None,
        "sms": {"encoding": "GSM-7", "characters": 160, "segments": 1},
    }
    shown = (await preview(shared, channel="sms", text="ł" * 71)).json()
    assert shown["sms"] == {"encoding": "UCS-2", "characters": 71, "segments": 2}


async def test_of_an_appointment_it_takes_the_scope_of_those(shared: Site) -> None:
    appointment = await booked(shared)
    named = {"appointmentId": appointment["appointmentId"]}
    before = await ask(shared, "GET", f"/appointments/{named['appointmentId']}/messages")
    answer = await preview(shared, APPOINTMENTS_MANAGE, **named)
    assert f"{PERSON['firstName']} {PERSON['lastName']}" in answer.json()["text"]
    assert appointment["reference"] in answer.json()["text"]
    event = icalendar.Calendar.from_ical(answer.json()["calendar"]).walk("VEVENT")[0]
    assert event["UID"].startswith(named["appointmentId"])
    after = await ask(shared, "GET", f"/appointments/{named['appointmentId']}/messages")
    assert after.json() == before.json()
    assert (await preview(shared, ADMIN_READ, **named)).status_code == 403
    assert (await preview(shared, APPOINTMENTS_MANAGE)).status_code == 200
    assert (await preview(shared, BOOK)).status_code == 403
    body = {**MAIL, **named}
    for scopes, account, status in ((None, "acme", 401), ((APPOINTMENTS_MANAGE,), "globex", 404)):
        answer = await ask(
            shared, "POST", "/messages/preview", body, scopes=scopes, account=account
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "{{ nobody }}"}, {"/text": "invalid_template"}),
        ({"subject": "{% if %}", "html": "{{ 1 + 1 }}"},
         {"/subject": "invalid_template", "/html": "invalid_template"}),
        ({"channel": "sms", "subject": "x", "html": "x"},
         {"/subject": "invalid_value", "/html": "invalid_value"}),
        ({"text": "{{ previousDate }}"}, {"/text": "invalid_template"}),
        ({"text": "x" * 10_001}, {"/text": "invalid_template"}),
        ({"kind": "code"}, {"/kind": "invalid_value"}),
        ({"channel": "letter"}, {"/channel": "invalid_value"}),
        ({"locale": "english"}, {"/locale": "pattern"}),
        ({"colour": "red"}, {"/colour": "unknown_field"}),
    ],
)  # fmt: skip
async def test_faults(shared: Site, fields: dict[str, Any], expected: dict[str, str]) -> None:
    answer = await preview(shared, **fields)
    assert (answer.status_code, faults(answer)) == (422, expected)


async def test_what_is_unknown_or_does_not_go_together(shared: Site) -> None:
    for name in ("serviceId", "branchId"):
        assert (await preview(shared, **{name: UNKNOWN})).status_code == 404
    named = {"appointmentId": UNKNOWN}
    assert (await preview(shared, APPOINTMENTS_MANAGE, **named)).status_code == 404
    both = {**named, "branchId": shared.id("branch", "centre")}
    refused = await preview(shared, APPOINTMENTS_MANAGE, **both)
    assert faults(refused) == {"/branchId": "invalid_value"}
