"""Feeds by program, and as calendars fetch them: read line by line, not by the library."""

from typing import Any

import httpx
import pytest

from openslot.identity import accounts
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, ALL, PRIVACY_MANAGE
from openslot.storage.transactions import AccountTx

from ..contract import check_problem, faults
from ..site import PERSON, Site, at
from ..test_calendar_file import instant
from ..world import PUBLIC_URL
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WRITER, FULL = [ADMIN_WRITE], [ADMIN_WRITE, PRIVACY_MANAGE]


async def made(site: Site, **more: Any) -> dict[str, Any]:
    """A new feed, of the branch where nothing else is said."""
    content = {"branch": site.id("branch", "centre"), **more}
    answer = await ask(site, "POST", "/feeds", content, scopes=FULL)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    feed: dict[str, Any] = answer.json()
    return feed


async def fetched(site: Site, url: str, method: str = "GET", **headers: str) -> httpx.Response:
    """What a calendar gets, which sends no credential."""
    return await site.http.request(method, url.removeprefix(PUBLIC_URL), headers=headers)


def events(answer: httpx.Response) -> list[dict[str, str]]:
    """The properties of each event (RFC 5545 §3.1), texts as people read them."""
    text = answer.text.replace("\r\n ", "").replace("\\,", ",")
    return [
        dict(line.split(":", 1) for line in part.partition("END:VEVENT")[0].strip().split("\r\n"))
        for part in text.split("BEGIN:VEVENT")[1:]
    ]


async def test_its_life(site: Site) -> None:
    feed = await made(site, language="nl-nl")
    url, path = feed.pop("url"), f"/feeds/{feed['id']}"
    assert url.startswith(f"{PUBLIC_URL}/feeds/")
    assert url.endswith(".ics")
    assert (feed["detail"], feed["language"], feed["resource"]) == ("service", "nl_NL", None)
    assert (await ask(site, "GET", path, scopes=[ADMIN_READ])).json() == feed
    assert (await ask(site, "GET", "/feeds", scopes=[ADMIN_READ])).json() == [feed]
    assert (await fetched(site, url)).status_code == 200
    assert (await ask(site, "GET", path, scopes=WRITER)).json()["lastReadAt"] is not None
    rotated = await ask(site, "POST", f"{path}/rotate", scopes=WRITER)
    assert (rotated.status_code, rotated.headers["cache-control"]) == (200, "no-store")
    new = rotated.json()["url"]
    assert [(await fetched(site, one)).status_code for one in (url, new)] == [404, 200]
    stale = await ask(site, "DELETE", path, headers={"If-Match": '"1"'}, scopes=WRITER)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert (await ask(site, "DELETE", path, scopes=WRITER)).status_code == 204
    gone = await fetched(site, new)
    assert gone.status_code == 404
    check_problem(gone)
    assert (await ask(site, "GET", path, scopes=WRITER)).status_code == 404


async def test_faults(shared: Site) -> None:
    branch, desk = shared.id("branch", "centre"), shared.id("resource", "desk-1")
    for body, expected in (
        ({}, {"/resource": "required"}),
        ({"branch": branch, "resource": desk}, {"/resource": "invalid_value"}),
        ({"branch": "centre"}, {"/branch": "invalid_value"}),
        ({"branch": branch, "detail": "all"}, {"/detail": "invalid_value"}),
        ({"branch": branch, "language": "fr_FR"}, {"/language": "invalid_value"}),
        ({"branch": branch, "url": "https://example.org"}, {"/url": "unknown_field"}),
    ):
        refused = await ask(shared, "POST", "/feeds", body, scopes=WRITER)
        assert (refused.status_code, faults(refused)) == (422, expected), body
    foreign = await ask(shared, "POST", "/feeds", {"branch": branch}, account="globex")
    assert foreign.status_code == 404


async def test_who_may(shared: Site) -> None:
    """401 without a token, 403 without the scope, 404 in another account."""
    content = {"branch": shared.id("branch", "centre")}
    path = f"/feeds/{(await made(shared))['id']}"
    others = [scope for scope in ALL if scope not in (ADMIN_READ, ADMIN_WRITE)]
    calls = [("GET", "/feeds", None), ("POST", "/feeds", content), ("GET", path, None),
             ("POST", f"{path}/rotate", None), ("DELETE", path, None)]  # fmt: skip
    for method, of, body in calls:
        wrong = [ADMIN_READ, *others] if method != "GET" else others
        assert (await ask(shared, method, of, body, scopes=None)).status_code == 401
        refused = await ask(shared, method, of, body, scopes=wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        if of != "/feeds":
            assert (await ask(shared, method, of, body, account="globex")).status_code == 404
    full = await ask(shared, "POST", "/feeds", {**content, "detail": "full"}, scopes=WRITER)
    assert (full.status_code, full.json()["scopes"]) == (403, [PRIVACY_MANAGE])


async def test_what_calendars_see(site: Site) -> None:
    """The service and when, and nobody in it."""
    appointment = await booked(site, notes="Bring the dog")
    cancelled = await booked(site)
    await ask(site, "POST", f"/appointments/{cancelled['appointmentId']}/cancel", {})
    answer = await fetched(site, (await made(site))["url"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    body = answer.content
    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    head = answer.text.partition("BEGIN:VEVENT")[0].split("\r\n")
    for line in ("NAME:Centre", "X-WR-CALNAME:Centre", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
                 "X-PUBLISHED-TTL:PT1H"):  # fmt: skip
        assert line in head
    [event] = events(answer)
    host = PUBLIC_URL.removeprefix("https://")
    assert event["UID"] == f"{appointment['appointmentId']}@{host}"
    assert (event["SEQUENCE"], event["STATUS"], event["SUMMARY"]) == ("0", "CONFIRMED", "Passport")
    assert event["DTSTART"] == instant(appointment["timeSlot"]["startTime"])
    assert event["DTSTAMP"] == event["LAST-MODIFIED"]
    assert not event.keys() & {"ORGANIZER", "ATTENDEE", "DESCRIPTION"}
    assert "METHOD" not in answer.text
    assert not [said for said in (*PERSON.values(), "Bring the dog") if said in answer.text]


async def test_what_those_see_who_may_see_people(site: Site) -> None:
    appointment = await booked(site, notes="Bring the dog")
    feed = await made(site, detail="full", language="nl_NL")
    [event] = events(await fetched(site, feed["url"]))
    assert event["SUMMARY"] == f"Paspoort, {PERSON['firstName']} {PERSON['lastName']}"
    assert event["DESCRIPTION"] == f"{PERSON['phoneNumber']}\\n{PERSON['email']}\\nBring the dog"
    erased = {"personalIdentifier": PERSON["personalIdentifier"]}
    params = {"force": "true"}
    done = await ask(site, "POST", "/customers/erase", erased, params=params, scopes=ALL)
    assert done.status_code == 200, done.text
    answer = await fetched(site, feed["url"])
    assert [event["SUMMARY"] for event in events(answer)] == ["Paspoort"]
    assert not [said for said in (*PERSON.values(), "Bring the dog") if said in answer.text]
    assert appointment["appointmentId"] in answer.text


async def test_its_tag_changes_with_its_content(site: Site) -> None:
    feed = await made(site)
    appointment = await booked(site)
    path = f"/appointments/{appointment['appointmentId']}"
    first = await fetched(site, feed["url"])
    tag = {"If-None-Match": first.headers["etag"]}
    known = await fetched(site, feed["url"], **tag)
    assert (known.status_code, known.content) == (304, b"")
    head = await fetched(site, feed["url"], "HEAD")
    assert (head.headers["etag"], head.content) == (first.headers["etag"], b"")
    await ask(site, "POST", f"{path}/move", {"timeSlot": {"startTime": at(1, 990)}})
    moved = await fetched(site, feed["url"], **tag)
    assert moved.status_code == 200
    assert events(moved)[0]["SEQUENCE"] == "1"
    refused = await fetched(site, feed["url"], "POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_a_resource_has_its_own_and_a_name(site: Site) -> None:
    mine = await booked(site, requestedResourceId=site.id("resource", "desk-1"))
    await booked(site, requestedResourceId=site.id("resource", "desk-2"))
    feed = await made(site, branch=None, resource=site.id("resource", "desk-1"))
    answer = await fetched(site, feed["url"])
    assert "NAME:Desk 1\\, Centre\r\n" in answer.text
    assert [event["UID"].partition("@")[0] for event in events(answer)] == [mine["appointmentId"]]


async def test_a_suspended_account_has_none(site: Site) -> None:
    feed = await made(site)
    for suspended, status in ((True, 404), (False, 200)):

        def change(tx: AccountTx, *, suspended: bool = suspended) -> None:
            (accounts.suspend if suspended else accounts.resume)(tx)

        await site.app.database.write(site.tenant().account.id, change)
        assert (await fetched(site, feed["url"])).status_code == status
    for wrong in ("x.ics", feed["url"].removesuffix(".ics").rpartition("/")[2], ".ics"):
        assert (await fetched(site, f"/feeds/{wrong}")).status_code == 404
