"""The trail is shown by name, page by page, and taken away whole in the API's formats."""

import csv
import io
import json
from typing import Any

import pytest

from openslot.kernel.scopes import AUDIT_READ
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

from ...admin.administrator import administrator as program
from ...site import Site
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MANY = 230  # more than a part of a file


async def filled(site: Site, kind: str) -> None:
    """Events of a type that nothing else has."""

    def fill(tx: AccountTx) -> None:
        for number in range(MANY):
            audit.record(tx, kind, None, formula="=1+1", number=number)

    await site.app.database.write(site.tenant().account.id, fill)


async def test_files_are_whole_and_as_the_api_writes_them(shared: Site, staff: Staff) -> None:
    await filled(shared, "test.files")
    reader = await staff("administrator")
    lines = (await reader.get("audit.jsonl?type=test.files")).text.splitlines()
    assert len(lines) == MANY
    numbers = [json.loads(line)["detail"]["number"] for line in lines]
    assert numbers == list(reversed(range(MANY)))
    caller = await program(shared, AUDIT_READ)
    path = "/audit-events?type=test.files&limit=1000&format="
    answers: dict[str, Any] = {}
    for form in ("csv", "jsonl"):
        answers[form] = (await caller.call("GET", f"{path}{form}")).text
    assert "\n".join(lines) + "\n" == answers["jsonl"]
    response = await reader.get("audit.csv?type=test.files")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text == answers["csv"]
    assert len(list(csv.reader(io.StringIO(response.text)))) == MANY + 1


async def test_older_leads_through_the_whole_trail(shared: Site, staff: Staff) -> None:
    await filled(shared, "test.older")
    reader = await staff("administrator")
    page = await reader.open("audit?type=test.older")
    shown = 0
    while True:
        rows = page.root.one("tbody").all("tr")
        shown += len(rows)
        older = [link for link in page.root.all("a") if link.name == "Older"]
        if not older:
            break
        page = await reader.open(older[0].attributes["href"])
    assert shown >= MANY
    assert shown % MANY == 0


async def test_actors_are_shown_by_name_and_dates_are_checked(shared: Site, staff: Staff) -> None:
    reader = await staff("administrator")
    form = await reader.open("users/new")
    await reader.sent(form, "Invite", {"email": "named@example.org", "name": "Nora Named"})
    page = await reader.open("audit?type=user.created")
    first = page.root.one("tbody").all("tr")[0]
    assert "Administrator Smit" in first.text
    assert "Nora Named" in first.text
    refused = await reader.get("audit?from=2027-01-02&to=2027-01-01")
    assert refused.status_code == 422
    assert 'id="to-fault"' in refused.text
    assert (await reader.get("audit?from=1971-01-01&to=1971-01-02")).status_code == 200
