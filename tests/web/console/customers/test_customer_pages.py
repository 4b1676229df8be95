"""People found, seen, given out as a file and erased; each look stands in the audit trail."""

from typing import Any

import pytest

from openslot.kernel.scopes import AUDIT_READ

from ...admin.administrator import administrator
from ...conftest import Start
from ...html_page import Page
from ...site import Site
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CUSTOMERS = "/console/customers"
BOOKED = {
    "firstName": "Ursula",
    "email": "ursula.k@example.org",
    "phoneNumber": "+31 6 55500777",
    "dateOfBirth": "1929-10-21",
}


async def booked(site: Site, last_name: str, **more: Any) -> str:
    """An appointment of somebody; its id."""
    held = await site.reserve()
    body = site.person(**{**BOOKED, "lastName": last_name, **more})
    answer = await site.call("POST", f"/reservations/{held['appointmentId']}/confirm", body)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["appointmentId"]
    return id_


def hits(page: Page) -> list[tuple[str, str]]:
    """Name and number of appointments of whom the page shows."""
    rows = [row for row in page.root.all("tr") if row.all("td")]
    return [(row.one("th").text, row.all("td")[-1].text) for row in rows]


async def trail(site: Site, type_: str) -> list[Any]:
    """The details of events of a type, the newest first."""
    who = await administrator(site, AUDIT_READ)
    found = await who.call("GET", "/audit-events", params={"type": type_})
    return [one["detail"] for one in found.json()]


async def test_a_person_is_found_and_seen(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    first = await booked(shared, "Le-Guinstra", personalIdentifier="Earthsea68")
    second = await booked(shared, "Le-Guinstra", personalIdentifier="Earthsea68")
    other = await booked(shared, "Kroeberdottir", personalIdentifier="Anarres1974")
    page = await eva.open(CUSTOMERS)
    assert page.heading == "Customers"
    page = await eva.press(page, "Find", {"text": "guinstra"})
    assert (page.status, str(page.response.url).endswith(CUSTOMERS)) == (200, True)
    assert hits(page) == [("Ursula Le-Guinstra", "2")]
    assert page.id("text").attributes["value"] == "guinstra"
    short = await eva.press(page, "Find", {"text": "<b"})
    assert (short.status, short.root.one("title").text[:6]) == (422, "Error:")
    assert short.id("text").attributes["value"] == "<b"
    assert hits(await eva.press(page, "Find", {"text": "guinstras"})) == []

    [link] = [a for a in page.root.all("a") if a.text == "Ursula Le-Guinstra"]
    seen = await eva.open(link.attributes["href"])
    assert (seen.heading, seen.root.one("title").text[:8]) == ("Customer", "Customer")
    links = [a.attributes["href"].rpartition("/")[2] for a in seen.root.all("a")]
    assert {first, second, other} <= {*links}  # the other may be the same person
    assert links.count(first) == links.count(second) == 1
    assert "May be the same person" in [h.text for h in seen.root.all("h2")]
    assert not [b for b in seen.root.all("button") if b.name == "Export data"]
    assert (await trail(shared, "customer.viewed"))[0]["appointments"] == 2
    assert (await trail(shared, "customer.searched"))[1]["found"] == 1


async def test_a_user_may_search_and_export_so_often(start: Start) -> None:
    async with start(searches_per_minute_and_client=1) as site:
        eva, adam = await signed_in(site, "desk"), await signed_in(site, "administrator")
        id_ = await booked(site, "Le-Guinstra")
        page = await eva.open(CUSTOMERS)
        assert (await eva.press(page, "Find", {"text": "guinstra"})).status == 200
        refused = await eva.press(page, "Find", {"text": "guinstra"})
        person = await adam.open(f"{CUSTOMERS}/{id_}")
        files = [await adam.sent(person, "Export data") for _ in range(2)]
    assert (refused.status, refused.response.headers["retry-after"]) == (429, "60")
    assert refused.id("text").attributes["value"] == "guinstra"
    assert "Search again in 60 seconds." in refused.response.text
    assert not hits(refused)
    assert [one.status_code for one in files] == [200, 429]
    assert files[1].headers["retry-after"] == "60"


async def test_what_is_held_is_a_file_and_goes(staff: Staff, shared: Site) -> None:
    adam, eva = await staff("administrator"), await staff("desk")
    id_ = await booked(shared, "Atuanova", personalIdentifier="Tenar19710")
    path = f"{CUSTOMERS}/{id_}"
    page = await adam.open(path)
    answer = await adam.sent(page, "Export data")
    assert answer.headers["content-disposition"] == 'attachment; filename="customer.json"'
    document = answer.json()
    assert document["appointmentId"] == id_
    assert document["appointments"][0]["appointment"]["customer"]["lastName"] == "Atuanova"
    assert await trail(shared, "customer.exported") == [{"appointments": 1}]

    question = await adam.open(f"{path}/erase")
    assert "Appointments to come" in [c.text for c in question.root.all("caption")]
    token = (await eva.open(CUSTOMERS)).root.one("input", name="form_token").attributes["value"]
    for act in ("export", "erase"):
        assert (await eva.post(f"{path}/{act}", [("form_token", token)])).status_code == 403
    assert (await eva.get(f"{path}/erase")).status_code == 403
    done = await adam.press(question, "Erase for good")
    assert done.id("status").text == "Erased from 1 appointment"
    assert "Atuanova" not in (await adam.open(path)).response.text
    again = await adam.press(question, "Erase for good")
    assert again.id("status").text == "Erased from 0 appointments"


async def test_who_may_and_where(staff: Staff, shared: Site) -> None:
    viewer, stranger = await staff("viewer"), await signed_in(shared, "desk", account="globex")
    id_ = await booked(shared, "Shevekson", personalIdentifier="Annares1975")
    assert [(await viewer.get(path)).status_code for path in (CUSTOMERS, f"{CUSTOMERS}/{id_}")] == [
        403, 403,
    ]  # fmt: skip
    assert (await stranger.get(f"{CUSTOMERS}/{id_}")).status_code == 404
    page = await stranger.press(await stranger.open(CUSTOMERS), "Find", {"text": "shevekson"})
    assert hits(page) == []
