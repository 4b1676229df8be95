"""The audit trail through the admin API: who may read it, how it is asked, how it is written."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from openslot.identity.clients import clients
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import ADMIN_WRITE, ALL, AUDIT_READ, BOOK, CLIENTS_MANAGE
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.audit.accepted_formats import preferred
from openslot.web.api.audit_formats import COLUMNS

from ..contract import check_problem, faults
from ..site import Site
from ..world import PUBLIC_URL
from .administrator import Administrator, administrator

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "/audit-events"
OF_ANN = ["test.both", "test.suffered", "test.did"]


async def auditor(site: Site, account: str = "acme") -> Administrator:
    """Who may read the trail and write clients."""
    return await administrator(site, AUDIT_READ, CLIENTS_MANAGE, account=account)


async def events(who: Administrator, **asked: Any) -> list[dict[str, Any]]:
    """The trail, the newest first."""
    answer = await who.call("GET", PATH, params={"limit": 200, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_who_may(shared: Site) -> None:
    """401 without a token, 403 with any other scope."""
    anonymous = await shared.http.get("/admin/v1" + PATH)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    others = await administrator(shared, *(s for s in ALL if s != AUDIT_READ))
    refused = await others.call("GET", PATH)
    assert (refused.status_code, refused.json()["scopes"]) == (403, [AUDIT_READ])
    for answer in (anonymous, refused):
        check_problem(answer)
    who = await auditor(shared)
    assert (await who.call("POST", PATH, {})).status_code == 405
    assert (await who.call("DELETE", PATH)).status_code == 405
    answer = await who.call("GET", PATH)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Accept")


async def test_what_a_user_did_and_what_was_done_to_them(site: Site) -> None:
    """Each event once, page after page, also with another filter; nobody else's."""
    who, acme = await auditor(site), site.tenant().account.id
    ann, eve = (f"01890000-0000-7000-8000-00000000000{number}" for number in (1, 2))
    done = ((ann, "did", None), (None, "suffered", ann), (ann, "both", ann), (eve, "other", eve))

    def write(tx: AccountTx) -> None:
        for actor, name, about in done:
            by = Actor(acme, "user", actor, frozenset()) if actor else None
            audit.record(tx, f"test.{name}", by, **({"user": about} if about else {}))

    await site.app.database.write(acme, write)
    found = await events(who, user=ann)
    assert [event["type"] for event in found] == OF_ANN
    assert [event["type"] for event in await events(who, user=ann, type="test.did")] == ["test.did"]
    assert await events(who, user=ann, client="a" * 26) == []
    first = await who.call("GET", PATH, params={"limit": 2, "user": ann})
    assert first.json() == found[:2]
    following = first.headers["link"].partition("/admin/v1")[2].partition(">")[0]
    assert (await who.call("GET", following)).json() == found[2:]
    refused = await who.call("GET", PATH, params={"user": "ann"})
    assert faults(refused) == {"/user": "invalid_value"}
    assert await events(await auditor(site, "globex"), user=ann) == []


async def test_a_change_over_http_says_who_and_from_where(site: Site) -> None:
    """Actor, address and request id; the secret's id and never the secret."""
    who = await auditor(site)
    body = {"key": "kiosk", "name": "K", "grants": ["client_credentials"], "scopes": [BOOK]}
    answer = await who.call("POST", "/clients", body)
    client = answer.json()
    secret_made, client_created = (await events(who, client=client["clientId"]))[:2]
    [manager] = (await events(who, type="client.created"))[1:2]
    [secret] = (await who.call("GET", f"/clients/{client['id']}/secrets")).json()
    common = {
        "actor": {"type": "client", "id": manager["client"]},
        "client": client["clientId"],
        "address": "127.0.0.1",
        "requestId": answer.headers["x-request-id"],
    }
    assert client_created == {
        **common, "id": client_created["id"], "at": client_created["at"],
        "type": "client.created", "secretId": None, "detail": {"key": "kiosk", "scopes": [BOOK]},
    }  # fmt: skip
    assert secret_made == {
        **common, "id": secret_made["id"], "at": secret_made["at"],
        "type": "secret.made", "secretId": secret["id"], "detail": {},
    }  # fmt: skip
    assert client["clientSecret"] not in json.dumps(await events(who))


async def test_a_sandbox_clock_that_was_set(site: Site) -> None:
    """By scheduling, in the same trail."""
    who = await administrator(site, AUDIT_READ, ADMIN_WRITE)
    await who.call("PUT", "/sandbox/clock", {"now": "2027-02-01T09:00:00Z", "frozen": True})
    [event] = await events(who, type="sandbox.clock_set")
    assert event["detail"] == {"now": "2027-02-01T09:00:00.000+00:00", "frozen": True}


async def test_a_trail_is_its_accounts_own(site: Site) -> None:
    """Neither whole nor filtered does it show another account's."""
    acme, globex = await auditor(site), await auditor(site, "globex")
    ours, theirs = await events(acme), await events(globex)
    assert ours
    assert theirs
    assert not {e["id"] for e in ours} & {e["id"] for e in theirs}
    foreign = site.tenant("globex").clients["full"].client_id
    assert await events(acme, client=foreign) == []
    assert await events(globex, client=foreign) != []


async def test_filters(site: Site) -> None:
    """Type, client, and instants of which the last is exclusive; all of them together."""
    who = await auditor(site)
    whole = await events(who)
    places = [(event["at"], event["id"]) for event in whole]
    assert places == sorted(places, reverse=True)
    made = await events(who, type="client.created")
    assert made == [event for event in whole if event["type"] == "client.created"]
    book = site.tenant().clients["book"].client_id
    [created] = await events(who, client=book, type="client.created")
    assert created["detail"]["key"] == "book"
    at = whole[0]["at"]
    assert await events(who, **{"from": at}) == [e for e in whole if e["at"] >= at]
    assert await events(who, to=at) == [e for e in whole if e["at"] < at]
    assert await events(who, **{"from": at}, to=at) == []
    assert await events(who, type="no.such") == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"limit": "0"}, {"/limit": "out_of_range"}),
        ({"limit": "201"}, {"/limit": "out_of_range"}),
        ({"limit": "1001", "format": "csv"}, {"/limit": "out_of_range"}),
        ({"limit": "many"}, {"/limit": "wrong_type"}),
        ({"cursor": "!"}, {"/cursor": "invalid_value"}),
        ({"cursor": "YQpi"}, {"/cursor": "invalid_value"}),
        ({"client": "website"}, {"/client": "pattern"}),
        ({"from": "2027-01-04"}, {"/from": "invalid_time"}),
        ({"to": "2027-01-04T09:00:00"}, {"/to": "offset_required"}),
        (
            {"from": "2027-01-05T09:00:00Z", "to": "2027-01-04T09:00:00Z"},
            {"/to": "invalid_value"},
        ),
        ({"format": "xml"}, {"/format": "invalid_value"}),
        ({"colour": "red", "from_": "x"}, dict.fromkeys(("/colour", "/from_"), "unknown_field")),
    ],
)
async def test_questions_that_cannot_be_asked(
    shared: Site, asked: dict[str, str], expected: dict[str, str]
) -> None:
    """Each fault has its pointer."""
    who = await auditor(shared)
    assert faults(await who.call("GET", PATH, params=asked)) == expected


@pytest.mark.parametrize("form", ["json", "csv", "jsonl"])
async def test_pages(site: Site, form: str) -> None:
    """Each event once, in every form, with the filters kept on the way."""
    who = await auditor(site)
    whole = await events(who, type="client.created", to="2090-01-01T00:00:00Z")
    params = {"limit": "3", "format": form, "type": "client.created", "to": "2090-01-01T00:00:00Z"}
    url = f"{PATH}?{httpx.QueryParams(params)}"
    ids: list[str] = []
    while url:
        answer = await who.call("GET", url)
        page = _ids(answer, form)
        assert 1 <= len(page) <= 3
        ids += page
        url = answer.links.get("next", {}).get("url", "").removeprefix(f"{PUBLIC_URL}/admin/v1")
    assert ids == [event["id"] for event in whole]


def _ids(answer: httpx.Response, form: str) -> list[str]:
    if form == "json":
        return [event["id"] for event in answer.json()]
    if form == "jsonl":
        return [json.loads(line)["id"] for line in answer.text.splitlines()]
    return [row["id"] for row in csv.DictReader(io.StringIO(answer.text))]


async def test_exports_say_the_same(site: Site) -> None:
    """CSV and JSON lines, by Accept or by name."""
    who = await auditor(site)
    whole = await events(who)
    for asked in ({"headers": {"Accept": "text/csv"}}, {"params": {"format": "csv"}}):
        answer = await who.call("GET", PATH, **asked)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        assert answer.headers["content-disposition"].startswith("attachment")
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        assert tuple(rows[0]) == COLUMNS
        assert answer.text.count("\r\n") == len(whole) + 1
        for row, event in zip(rows, whole, strict=True):
            actor = event["actor"]
            assert (row["actorType"], row["actorId"]) == (actor["type"], actor["id"])
            assert json.loads(row["detail"]) == event["detail"]
            for name in ("id", "type", "at", "client", "secretId", "address", "requestId"):
                assert row[name] == (event[name] or "")
    for asked in (
        {"headers": {"Accept": "application/x-ndjson"}},
        {"params": {"format": "jsonl"}, "headers": {"Accept": "text/csv"}},
    ):
        answer = await who.call("GET", PATH, **asked)
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert [json.loads(line) for line in answer.text.splitlines()] == whole


async def test_no_cell_is_a_formula(site: Site) -> None:
    """A spreadsheet that opens the file runs nothing; JSON has it as it is."""
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=cmd|"/c calc"!A1']

    def record(tx: AccountTx) -> None:
        for number, text in enumerate(evil):
            by = Actor(tx.account.id, "client", text, frozenset(), text, f"{number}")
            audit.record(tx, "test.recorded", by, note=text)

    await site.app.database.write(site.tenant().account.id, record)
    who = await auditor(site)
    answer = await who.call("GET", PATH, params={"format": "csv", "type": "test.recorded"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert sorted(row["actorId"] for row in rows) == sorted("'" + text for text in evil)
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    found = await events(who, type="test.recorded")
    assert sorted(event["actor"]["id"] for event in found) == sorted(evil)
    assert sorted(event["detail"]["note"] for event in found) == sorted(evil)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html", "json"),
        ("application/json", "json"),
        ("TEXT/CSV", "csv"),
        ("text/csv;q=0.5, application/x-ndjson", "jsonl"),
        ("text/csv, application/json", "csv"),
        ("text/csv;q=0", "json"),
        ("text/csv;q=x", "json"),
        ("application/json;q=0.1, text/csv; charset=utf-8; q=0.2", "csv"),
        (";,;q=,", "json"),
    ],
)
def test_what_an_accept_header_asks_for(accept: str, form: str) -> None:
    """The best liked of the three, JSON where none is."""
    assert preferred(accept) == form


async def test_a_large_trail(site: Site) -> None:
    """A thousand events a page, every one of them once."""

    def record(tx: AccountTx) -> None:
        for number in range(1500):
            audit.record(tx, "test.recorded", None, number=number)

    await site.app.database.write(site.tenant().account.id, record)
    who = await auditor(site)
    asked = {"format": "jsonl", "limit": "1000", "type": "test.recorded"}
    answer = await who.call("GET", PATH, params=asked)
    numbers = [json.loads(line)["detail"]["number"] for line in answer.text.splitlines()]
    url = answer.links["next"]["url"].removeprefix(f"{PUBLIC_URL}/admin/v1")
    rest = await who.call("GET", url)
    numbers += [json.loads(line)["detail"]["number"] for line in rest.text.splitlines()]
    assert numbers == list(range(1500))[::-1]
    assert "next" not in rest.links


async def test_what_the_operator_did_is_shown(site: Site) -> None:
    """At the machine: no address and no request."""
    who = await auditor(site)
    client = site.tenant().clients["nothing"]
    await site.app.database.write(site.tenant().account.id, clients.disable, client)
    [event] = await events(who, type="client.disabled")
    assert event["actor"] == {"type": "operator", "id": "operator"}
    assert (event["address"], event["requestId"]) == (None, None)
