"""What needs somebody: in three lists, with a number beside the link on every page."""

import asyncio

import pytest

from delivery.mail.report_mails import report
from openslot.kernel.scopes import ALL, BOUNCES_WRITE
from openslot.storage.transactions import SystemStatement, SystemTx

from ...admin.administrator import administrator
from ...admin.desk import ask, booked
from ...html_page import Page
from ...site import Site
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ATTENTION = "/console/attention"


def lists(page: Page) -> dict[str, list[str]]:
    """The ids of appointments by the heading of their section."""
    return {
        section.one("h2").text: [
            row.attributes["data-appointment"]
            for row in section.all("tr")
            if "data-appointment" in row.attributes
        ]
        for section in page.root.all("section")
    }


def number(page: Page) -> str:
    """What stands beside the link in the navigation."""
    [entry] = [a for a in page.root.all("a") if a.attributes["href"] == ATTENTION]
    return entry.text.removeprefix("Needs attention").strip()


async def bounce(site: Site, appointment_id: str) -> None:
    """All mail to whoever comes to an appointment comes back."""
    messages = f"/appointments/{appointment_id}/messages"
    [message] = (await ask(site, "GET", messages)).json()
    assert (await ask(site, "POST", f"{messages}/{message['id']}/resend")).is_success
    sent: list[str] = []
    for _ in range(200):
        found = (await ask(site, "GET", messages)).json()
        sent = [one["id"] for one in found if one["status"] == "sent"]
        if "queued" not in {one["status"] for one in found}:
            break
        await site.app.look_for_messages()
        await asyncio.sleep(0.02)
    assert sent
    for id_ in sent:
        mail = {"headers": {"Content-Type": "message/rfc822"}, "scopes": [BOUNCES_WRITE]}
        assert (await ask(site, "POST", "/mail/bounces", content=report(id_), **mail)).is_success


@pytest.mark.parametrize("start", ["sqlite", "postgresql"], indirect=True)
async def test_stranded_bounced_and_unassigned(site: Site) -> None:
    eva = await signed_in(site, "desk")
    page = await eva.open(ATTENTION)
    assert page.heading == "Needs attention"
    assert lists(page) == {"Stranded": [], "Bounced mail": [], "Unassigned": []}
    assert page.response.text.count("Nothing here") == 3
    assert number(page) == ""

    who = await administrator(site, *ALL)
    ids = [(await booked(site))["appointmentId"] for _ in range(3)]
    shown = [(await ask(site, "GET", f"/appointments/{id_}")).json() for id_ in ids]
    block = {**shown[0]["timeSlot"], "reason": "Training"}
    desk = f"/resources/{shown[0]['resources'][0]['id']}/blocks"
    assert (await who.call("POST", desk, block, params={"force": "true"})).status_code == 201
    await bounce(site, ids[1])
    page = await eva.open(ATTENTION)
    assert lists(page) == {"Stranded": [ids[0]], "Bounced mail": [ids[1]], "Unassigned": []}
    assert number(page) == number(await eva.open("/console/today")) == "2"
    alone = Page(await eva.get(f"{ATTENTION}/count"))
    assert alone.root.one("span").text == "2"
    names = [a.text for a in page.root.all("a") if a.attributes["href"].endswith("/move")]
    assert len(names) == 2
    assert all(name.startswith("Move ") for name in names)

    path = f"/resources/{shown[0]['resources'][0]['id']}"
    done = await who.call("PATCH", path, {"active": False})
    assert done.status_code == 200, done.text
    page = await eva.open(ATTENTION)
    found = lists(page)
    assert ids[0] in found["Unassigned"]
    assert (found["Stranded"], found["Bounced mail"]) == ([], [ids[1]])
    assert number(page) == str(len({*found["Unassigned"], ids[1]}))


async def test_who_may(shared: Site) -> None:
    viewer = await signed_in(shared, "viewer")
    assert (await viewer.get(ATTENTION)).status_code == 403
    assert "Needs attention" not in (await viewer.open("/console/today")).response.text
    stranger = await signed_in(shared, "desk", account="globex")
    there = f"{ATTENTION}?branch={shared.id('branch', 'centre')}"
    assert (await stranger.get(there)).status_code == 404


async def test_a_page_stands_where_the_number_cannot_be_counted(site: Site) -> None:
    eva = await signed_in(site, "desk")
    gone = SystemStatement("ALTER TABLE messages RENAME TO elsewhere")
    await site.app.database.write_system("a test", SystemTx.run, gone)
    page = await eva.open("/console/calendar")
    assert (page.status, page.heading, number(page)) == (200, "Calendar", "? not counted")
    assert (await eva.get(f"{ATTENTION}/count")).status_code == 503


async def test_the_number_is_for_whoever_may_look_after_it(shared: Site, staff: Staff) -> None:
    path = f"{ATTENTION}/count"
    viewer, desk = await staff("viewer"), await staff("desk")
    anonymous = await shared.http.get(path, headers={"Cookie": ""})
    found = [anonymous, await viewer.get(path), await desk.get(path)]
    assert [answer.status_code for answer in found] == [303, 403, 200]
