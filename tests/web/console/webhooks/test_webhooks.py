"""Webhooks are made, tried out and ended with the rules of the API; secrets are shown once."""

import re

import pytest

from openslot.delivery.model.webhook import GONE
from openslot.delivery.webhooks import webhooks
from openslot.storage.transactions import AccountTx

from ...html_page import Element, Page
from ...site import Site
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def table(page: Page, name: str) -> list[Element]:
    """The rows of a table below its heads."""
    rows = page.root.one("table", aria_labelledby=name).one("tbody").all("tr")
    return [row for row in rows if row.all("th")]


async def test_the_life_of_a_webhook(shared: Site, staff: Staff) -> None:
    administrator = await staff("administrator")
    form = await administrator.open("webhooks/new")
    faulty = await administrator.sent(form, "Save", {"url": "http://10.0.0.1/x"})
    assert faulty.status_code == 422
    assert 'id="url-fault"' in faulty.text
    typed = {"url": "https://hooks.example.org/in", "description": "Screens <b>"}
    made = Page(await administrator.sent(form, "Save", typed))
    assert made.status == 200
    secret = made.root.all("code")[-1].text
    page = await administrator.open(made.root.one("main").all("a")[-1].attributes["href"])
    assert page.heading == "hooks-example-org"
    assert secret not in page.response.text
    assert "Screens &lt;b&gt;" in page.response.text
    tried = await administrator.press(page, "Send a test")
    await administrator.press(page, "Send a test")
    twice = await administrator.open(page.response.url.path)
    (delivery,) = table(twice, "deliveries")
    assert delivery.one("th").text.startswith("webhook.test")
    assert delivery.one("details").text.count("webhook.test") >= 1
    assert "A test is on its way" in tried.id("status").text
    again = await administrator.press(twice, "Send again")
    assert len(table(again, "deliveries")) == 1
    replayed = await administrator.sent(again, "Replay", {"from": ""})
    assert replayed.status_code == 422
    assert 'id="from-fault"' in replayed.text
    second = await administrator.sent(again, "New secret")
    assert second.status_code == 200
    third = await administrator.sent(await administrator.open(page.response.url.path), "New secret")
    assert third.status_code == 409
    disabled = await administrator.press(page, "Disable")
    assert "Disabled by Administrator Smit since" in disabled.root.text
    late = await administrator.press(again, "Send a test")
    assert "by Administrator Smit. Nothing more was done" in late.id("status").text
    enabled = await administrator.press(disabled, "Enable")
    assert enabled.button("Send a test")
    gone = await administrator.press(await administrator.press(enabled, "Disable"), "Delete")
    assert gone.heading == "Webhooks"
    assert "hooks.example.org" not in gone.root.text


async def test_one_that_was_disabled_by_itself_says_why_and_since_when(
    shared: Site, staff: Staff
) -> None:
    administrator = await staff("administrator")
    form = await administrator.open("webhooks/new")
    await administrator.sent(form, "Save", {"url": "https://gone.example.org/", "key": "gone"})
    account = shared.tenant().account.id

    def end(tx: AccountTx) -> str:
        (webhook,) = (one for one in webhooks.all_webhooks(tx) if one.content.key == "gone")
        webhooks.disable(tx, webhook, GONE)
        return webhook.id

    id_ = await shared.app.database.write(account, end)
    page = await administrator.open(f"webhooks/{id_}")
    assert re.search(r"Disabled since \d+ \w+ \d+, \d\d:\d\d: its server", page.root.text)
    enabled = await administrator.press(page, "Enable")
    assert "Disabled since" not in enabled.root.text
