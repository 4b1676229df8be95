"""Somebody who walks in: booked for now or later today, once, or told that nothing is free."""

from datetime import datetime

import pytest

from openslot.kernel.actor import Actor
from openslot.scheduling.catalogue import changes
from openslot.scheduling.store import clock
from openslot.storage.transactions import AccountTx

from ...html_page import fields_of, form_of
from ...site import Site, at
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def is_now(site: Site, wall: str) -> None:
    """Puts the account's clock to a time of the day."""
    now = round(datetime.fromisoformat(wall).timestamp() * 1000)

    def put(tx: AccountTx) -> None:
        clock.set_clock(tx, now, 0)

    await site.app.database.write(site.tenant().account.id, put)


async def test_from_the_form_to_the_row(site: Site) -> None:
    """Sent twice it books once; a name with markup is a name."""
    await is_now(site, at(0, 10 * 60 + 7))
    eva = await signed_in(site, "desk")
    page = await eva.open("walk-in")
    assert page.heading == "Walk-in"
    refused = await eva.press(page, "Book", {"service": "", "lastName": "x" * 300})
    assert refused.status == 422
    assert refused.root.one("select", id="service").attributes["aria-invalid"] == "true"
    assert refused.id("lastName").attributes["value"] == "x" * 300
    typed = {"service": site.id("service", "passport"), "lastName": "<b>Bos</b>", "notes": "Hi"}
    first = await eva.sent(refused, "Book", typed)
    again = await eva.sent(refused, "Book", typed)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    day = await eva.open(first.headers["location"])
    (row,) = [one for one in day.root.all("tr") if "data-status" in one.attributes]
    assert row.attributes["data-status"] == "ARRIVED"
    assert row.one("td").text == "10:07"
    assert "<b>Bos</b>" in row.text
    assert "<b>Bos" not in day.response.text
    other = await eva.press(refused, "Book", {**typed, "lastName": "Vos"})
    assert other.status == 409


async def test_nothing_free_today(site: Site) -> None:
    await is_now(site, at(0, 23 * 60 + 50))
    eva = await signed_in(site, "desk")
    page = await eva.open("walk-in")
    typed = {"service": site.id("service", "passport"), "lastName": "Bos"}
    answer = await eva.press(page, "Book", typed)
    assert answer.status == 409
    assert "No free time today" in answer.id("error-summary").text
    assert answer.id("lastName").attributes["value"] == "Bos"


async def test_an_account_without_branches_is_told_so(site: Site) -> None:
    eva = await signed_in(site, "planner")
    operator = Actor(site.tenant().account.id, "operator", "operator", frozenset())

    def close_all(tx: AccountTx) -> None:
        changes.replace_catalogue(tx, operator, {"branch": {}})

    await site.app.database.write(site.tenant().account.id, close_all)
    for path in ("walk-in", "book", "calendar"):
        page = await eva.open(path)
        assert page.status == 200, path
        assert "There is no branch yet. Set up your account" in page.root.one("main").text


async def test_whom_it_is_for(site: Site) -> None:
    viewer = await signed_in(site, "viewer")
    assert (await viewer.get("walk-in")).status_code == 403
    eva = await signed_in(site, "desk")
    foreign = site.id("branch", "centre", account="globex")
    assert (await eva.get(f"walk-in?branch={foreign}")).status_code == 404
    page = await eva.open("walk-in")
    pairs = fields_of(page, form_of(page, page.button("Book")), {})
    unknown = site.id("service", "passport", account="globex")
    pairs = [("service", unknown) if name == "service" else (name, v) for name, v in pairs]
    assert (await eva.post("/console/walk-in", pairs)).status_code == 404
