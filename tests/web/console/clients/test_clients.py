"""Clients are made, changed and ended with the rules of the API; secrets are shown once."""

from datetime import UTC, datetime

import pytest

from openslot.kernel.clock import now_ms

from ...admin.administrator import administrator as program
from ...html_page import Element, Page
from ...site import Site
from ..clerk import Clerk, signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def made(administrator: Clerk, name: str) -> tuple[Page, str]:
    """A new client's page, and its first secret."""
    form = await administrator.open("clients/new")
    shown = Page(
        await administrator.sent(form, "Save", {"name": name, "scopes": ["openslot/admin.read"]})
    )
    assert shown.status == 200
    secret = shown.root.all("code")[-1].text
    link = shown.root.one("main").all("a")[-1].attributes["href"]
    return await administrator.open(link), secret


def table(page: Page, name: str) -> list[Element]:
    """The rows of a table below its heads."""
    return page.root.one("table", aria_labelledby=name).one("tbody").all("tr")


async def test_a_secret_is_shown_once_and_a_third_one_is_refused(staff: Staff) -> None:
    administrator = await staff("administrator")
    page, first = await made(administrator, "Website of the town")
    assert page.heading == "Website of the town"
    assert first not in page.response.text
    assert len(table(page, "secrets")) == 1
    response = await administrator.sent(page, "New secret")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    second = Page(response).root.all("code")[-1].text
    assert second != first
    again = await administrator.press(page, "New secret")
    assert again.heading == "Website of the town"
    assert second not in again.response.text
    assert len(table(again, "secrets")) == 2
    third = await administrator.sent(again, "New secret")
    assert third.status_code == 409
    assert "Revoke one of them first" in third.text
    revoke = table(again, "secrets")[0].one("button")
    assert revoke.name == "Revoke"
    left = await administrator.press(again, revoke)
    assert len(table(left, "secrets")) == 1
    late = await administrator.press(again, revoke)
    assert "Nothing more was done" in late.id("status").text
    assert len(table(late, "secrets")) == 1


async def test_a_client_is_changed_and_ended(staff: Staff) -> None:
    administrator = await staff("administrator")
    page, _ = await made(administrator, "Kiosk")
    faulty = await administrator.sent(page, "Save", {"grants": ["refresh_token"], "jwks": "{"})
    assert faulty.status_code == 422
    assert 'id="jwks-fault"' in faulty.text
    typed = {"name": "Kiosk at the door", "grants": ["client_credentials"]}
    saved = await administrator.press(page, "Save", typed)
    assert saved.heading == "Kiosk at the door"
    stale = await administrator.press(page, "Disable")
    assert "Administrator Smit" in stale.id("status").text
    disabled = await administrator.press(saved, "Disable")
    assert disabled.button("Enable")
    gone = await administrator.press(disabled, "Delete")
    assert gone.heading == "Clients"
    assert "Kiosk" not in gone.root.text


async def test_the_tokens_of_a_day_are_counted(shared: Site, staff: Staff) -> None:
    administrator = await staff("administrator")
    client, tenant = shared.tenant().clients["full"], shared.tenant()
    for _ in range(3):
        shared.app.issued_counts.note(tenant.account.id, client.client_id, now_ms())
    await shared.app.issued_counts.flush()
    page = await administrator.open(f"clients/{client.id}")
    (of_days,) = [t for t in page.root.all("table") if t.all("caption")]
    days = of_days.one("tbody").all("tr")
    assert len(days) == 30
    assert days[0].one("th").text.startswith(f"{datetime.now(UTC).day} ")
    assert days[0].one("td").text == "3"
    assert page.root.one("svg", role="img").name == "Tokens per day"


async def test_what_is_not_there_is_404(shared: Site, staff: Staff) -> None:
    administrator = await staff("administrator")
    other = shared.tenant("globex").clients["full"].id
    assert (await administrator.get(f"clients/{other}")).status_code == 404


async def test_api_keys_are_there_with_the_orchestra_interface(site: Site) -> None:
    administrator = await signed_in(site, "administrator")
    page, _ = await made(administrator, "Counter system")
    assert "API keys" not in page.root.text
    caller = await program(site)
    await caller.call("PATCH", "/account", {"orchestra": {"enabled": True}})
    page = await administrator.open(page.response.url.path)
    faulty = await administrator.sent(
        page, "New API key", {"key": "", "expiresAt": "2020-01-01T10:00"}
    )
    assert faulty.status_code == 422
    assert 'id="key-fault"' in faulty.text
    assert 'value="Counter system"' in faulty.text
    typed = {"key": "door", "partyCounting": "additional", "customerLookUp": ["yes"]}
    shown = Page(await administrator.sent(page, "New API key", typed))
    assert shown.status == 200
    text = shown.root.all("code")[-1].text
    again = await administrator.press(page, "New API key", typed)
    assert text not in again.response.text
    (row,) = table(again, "api-keys")
    assert [cell.text for cell in row.all("td")][:3] == ["Those beside the first", "yes", "never"]
    left = await administrator.press(again, row.one("button"))
    assert "The API key is revoked" in left.id("status").text


async def test_a_form_that_was_sent_and_then_changed_says_so(staff: Staff) -> None:
    administrator = await staff("administrator")
    form = await administrator.open("clients/new")
    typed = {"name": "Once", "scopes": ["openslot/admin.read"]}
    assert (await administrator.sent(form, "Save", typed)).status_code == 200
    changed = Page(await administrator.sent(form, "Save", {**typed, "name": "Twice"}))
    assert changed.status == 422
    assert "sent before" in changed.id("error-summary").text
