"""What is held of one person: given out in one document, erased wherever it stands."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from openslot.kernel.scopes import (
    ALL,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
    AUDIT_READ,
    PRIVACY_MANAGE,
)
from openslot.scheduling import verify
from openslot.web.api.event_dispatch import dispatch_first

from ..contract import check_problem, faults
from ..site import Site, at
from .administrator import Administrator, administrator

pytestmark = pytest.mark.anyio

EXPORT, ERASE = "/customers/export", "/customers/erase"
ADA = {
    "personalIdentifier": "AdaAugusta1815",
    "firstName": "Augusta-Xq",
    "lastName": "Byronovna-Xq",
    "email": "augusta.xq@byron.example",
    "phoneNumber": "+31 6 87654321",
    "dateOfBirth": "1915-12-10",
}
WRITTEN = ("Loves engines", "Twelve sisters", "Came with the dog", "Broke her leg", "Window seat")
TRACES = (
    *ADA.values(), "87654321", "12345678613", "Augusta", "Byronovna", "augusta.xq",
    "adaaugusta1815", *WRITTEN,
)  # fmt: skip
HER = {"personalIdentifier": ADA["personalIdentifier"]}


async def officer(site: Site, account: str = "acme") -> Administrator:
    """Who may do this, and see what it comes to."""
    of_staff = APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
    return await administrator(site, PRIVACY_MANAGE, AUDIT_READ, *of_staff, account=account)


def kept(key: str) -> dict[str, dict[str, str]]:
    """Makes the answer be kept."""
    return {"headers": {"Idempotency-Key": key}}


async def reserve(site: Site, day: int, account: str = "acme", **more: Any) -> dict[str, Any]:
    """A reservation with notes, whose answer is kept."""
    slot = {
        "branchId": site.id("branch", "centre", account),
        "serviceId": site.id("service", "family", account),
        "timeSlot": {"startTime": at(day, 600)},
        "notes": WRITTEN[0],
        **more,
    }
    held = await site.call("POST", "/reservations", slot, account=account, **kept(f"r{day}"))
    assert held.status_code == 201, held.text
    made: dict[str, Any] = held.json()
    return made


async def visit(site: Site, day: int, account: str = "acme", **person: Any) -> str:
    """An appointment of hers, whose answers are all kept; its id."""
    held = await reserve(site, day, account)
    question = held["service"]["config"]["questions"][0]["id"]
    body = {**ADA, "informationQuestions": [{"id": question, "answer": WRITTEN[1]}], **person}
    path = f"/reservations/{held['appointmentId']}/confirm"
    done = await site.call("POST", path, body, account=account, **kept(f"c{day}"))
    assert done.status_code == 201, done.text
    made: str = done.json()["appointmentId"]
    return made


def rows(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with sqlite3.connect(site.app.database.path) as raw:  # type: ignore[attr-defined]
        tables = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        found = {
            name: raw.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
            for (name,) in tables
        }
    raw.close()
    return found


def traces(site: Site) -> set[tuple[str, str]]:
    """Where anything of her stands: table and what."""
    return {
        (table, trace)
        for table, of_table in rows(site).items()
        for row in of_table
        for value in row
        for trace in TRACES
        if trace.lower() in text_of(value).lower()
    }


async def left_on_disk(site: Site) -> set[tuple[str, str]]:
    """Where anything of her stands in the bytes of the database's files, freed ones included.

    What the log holds is copied and cut off soon after the answer, so this waits for it.
    """
    path: Path = site.app.database.path  # type: ignore[attr-defined]
    found: set[tuple[str, str]] = set()
    for _ in range(2000):
        found = {
            (file.name, trace)
            for file in path.parent.iterdir()
            for trace in TRACES
            if trace.lower().encode() in file.read_bytes().lower()
        }
        if not found:
            break
        await asyncio.sleep(0.01)
    return found


def text_of(value: Any) -> str:
    """A value of a row, bytes and escapes of JSON too."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


async def lived(site: Site, who: Administrator) -> dict[str, str]:
    """One cancelled and one confirmed appointment, with traces of her everywhere; their ids."""
    moved, cancelled = await visit(site, 3), await visit(site, 4)
    place = await reserve(site, 5, rescheduledAppointmentId=moved, notes=WRITTEN[4])
    move = {"reservationId": place["appointmentId"]}
    answer = await site.call("PUT", f"/appointments/{moved}", move, **kept("m"))
    assert answer.is_success, answer.text
    notes = await who.call(
        "PUT", f"/appointments/{moved}/notes", {"notes": WRITTEN[2]}, **kept("n")
    )
    assert notes.status_code == 200, notes.text
    body = {"override": True, "reason": f"{ADA['firstName']}: {WRITTEN[3]}"}
    gone = await who.call("POST", f"/appointments/{cancelled}/cancel", body, **kept("x"))
    assert gone.status_code == 200, gone.text
    await dispatch_first(site.app, site.tenant().account.id)
    return {"moved": moved, "cancelled": cancelled}


async def nothing_wrong(site: Site) -> None:
    """What must always hold."""
    for account in ("acme", "globex"):
        account_id = site.tenant(account).account.id
        assert (await site.app.database.read(account_id, verify.verify)).differences == []


@pytest.mark.parametrize("path", [EXPORT, ERASE])
async def test_who_may(shared: Site, path: str) -> None:
    """401 without a token, 403 with every other scope together."""
    anonymous = await shared.http.post("/admin/v1" + path, json=HER)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    others = await administrator(shared, *(scope for scope in ALL if scope != PRIVACY_MANAGE))
    refused = await others.call("POST", path, HER)
    assert (refused.status_code, refused.json()["scopes"]) == (403, [PRIVACY_MANAGE])
    for answer in (anonymous, refused):
        check_problem(answer)


@pytest.mark.parametrize("path", [EXPORT, ERASE])
async def test_what_is_no_request(shared: Site, path: str) -> None:
    who = await officer(shared)
    bodies: dict[str, tuple[Any, dict[str, str]]] = {
        "none": ({}, {"/personalIdentifier": "required"}),
        "short": ({"personalIdentifier": "short"}, {"/personalIdentifier": "pattern"}),
        "number": ({"personalIdentifier": 7}, {"/personalIdentifier": "wrong_type"}),
        "more": ({**HER, "email": "a@b.example"}, {"/email": "unknown_field"}),
    }
    for body, expected in bodies.values():
        assert faults(await who.call("POST", path, body)) == expected
    unknown = {"personalIdentifier": "NobodyKnowsThis1"}
    answer = await who.call("POST", path, unknown)
    nobody: dict[str, Any] = {EXPORT: {**unknown, "appointments": []}, ERASE: {"erased": 0}}
    assert (answer.status_code, answer.json()) == (200, nobody[path])
    assert (await who.call("POST", path, unknown, params={"force": "yes"})).status_code == 422


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_everything_held_is_given_out(site: Site) -> None:
    who = await officer(site)
    ids = await lived(site, who)
    await visit(site, 6, personalIdentifier="SomebodyElse99")
    answer = await who.call("POST", EXPORT, HER, **kept("e"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["personalIdentifier"] == ADA["personalIdentifier"]
    moved, cancelled = document["appointments"]  # the newest start first
    assert moved["appointment"]["appointmentId"] == ids["moved"]
    assert cancelled["appointment"]["appointmentId"] == ids["cancelled"]
    assert cancelled["appointment"]["status"] == "CANCELLED"
    assert moved["appointment"]["supportNotes"] == WRITTEN[2]
    assert moved["appointment"]["informationQuestions"][0]["answer"] == WRITTEN[1]
    person = {name: value for name, value in ADA.items() if name != "personalIdentifier"}
    assert person.items() <= moved["appointment"]["customer"].items()
    assert [change["change"] for change in moved["history"]] == ["booked", "moved", "notes_changed"]
    assert WRITTEN[3] in cancelled["history"][-1]["new"]["reason"]
    of_globex = await officer(site, "globex")
    assert (await of_globex.call("POST", EXPORT, HER)).json()["appointments"] == []
    entries = (await who.call("GET", "/audit-events", params={"type": "customer.exported"})).json()
    assert [one["detail"] for one in entries] == [{"appointments": 2}]
    # A person's data is not kept for a key.
    assert not [row for row in rows(site)["idempotency_answers"] if "e" in row]


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_nothing_of_an_erased_person_is_left(site: Site, logged: list[Any]) -> None:
    who = await officer(site)
    ids = await lived(site, who)
    assert {table for table, _ in traces(site)} == {
        "appointments", "appointment_history", "customer_words", "idempotency_answers",
        "messages", "reservations",
    }  # fmt: skip
    counted = {table: len(of_table) for table, of_table in rows(site).items()}
    refused = await who.call("POST", ERASE, HER)
    check_problem(refused)
    assert (refused.status_code, refused.json()["code"]) == (409, "has_future_appointments")
    assert refused.json()["appointmentIds"] == [ids["moved"]]
    before = rows(site)
    dry = await who.call("POST", ERASE, HER, params={"force": "true", "dryRun": "true"})
    assert (dry.status_code, dry.json()) == (200, {"erased": 2})
    assert rows(site) == before

    for _ in range(2):  # the same answer for the same key
        answer = await who.call("POST", ERASE, HER, params={"force": "true"}, **kept("erase"))
        assert (answer.status_code, answer.json()) == (200, {"erased": 2})
    await dispatch_first(site.app, site.tenant().account.id)  # messages go with the event
    assert traces(site) == set()
    assert await left_on_disk(site) == set()
    assert not [trace for trace in TRACES if trace in repr(logged)]
    after = {table: len(of_table) for table, of_table in rows(site).items()}
    assert after["customer_words"] == 0
    for table in ("appointments", "appointment_parts", "reservations", "day_sheets"):
        assert after[table] == counted[table], table
    assert after["appointment_history"] == counted["appointment_history"] + 2

    found = await site.call("POST", "/appointments/search", {"customer": HER})
    assert (found.status_code, found.json()) == (200, [])
    assert (await who.call("POST", EXPORT, HER)).json()["appointments"] == []
    left = (await who.call("GET", f"/appointments/{ids['moved']}")).json()
    assert (left["status"], left["personalIdentifier"], left["supportNotes"]) == (
        "CONFIRMED", None, None,
    )  # fmt: skip
    assert set(left["customer"].values()) == {None}
    history = (await who.call("GET", f"/appointments/{ids['cancelled']}/history")).json()
    assert [change["change"] for change in history] == ["booked", "cancelled", "erased"]
    assert history[1]["new"] == {"status": "CANCELLED", "override": True, "reason": None}
    [event] = (await who.call("GET", "/audit-events", params={"type": "customer.erased"})).json()
    detail = event["detail"]
    assert detail.pop("answers") >= 6
    assert detail == {"appointments": 2, "reasons": 1, "reservations": 1, "stillToCome": 1}
    await nothing_wrong(site)


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_others_are_left_alone(site: Site) -> None:
    """Somebody else of the account, and the same person at another account."""
    who = await officer(site)
    other = await visit(site, 3, personalIdentifier="SomebodyElse99", email="else@xq.example")
    await visit(site, 7, "globex")
    await visit(site, 4)

    def apart() -> list[Any]:
        mine = site.tenant().account.id
        found = rows(site)
        theirs = [
            row
            for table in ("appointments", "appointment_history", "idempotency_answers")
            for row in found[table]
            if row[0] != mine or other in text_of(row)
        ]
        assert len(theirs) == 8
        return theirs

    before = apart()
    erased = await who.call("POST", ERASE, HER, params={"force": "true"})
    assert erased.json() == {"erased": 1}
    assert apart() == before
    assert (await who.call("GET", f"/appointments/{other}")).json()["customer"]["email"] == (
        "else@xq.example"
    )
    await nothing_wrong(site)


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_a_person_is_named_by_an_appointment(site: Site) -> None:
    """With it go those of the same person, and nobody else's."""
    who, stranger = await officer(site), await officer(site, "globex")
    first, second = await visit(site, 3), await visit(site, 4)
    other = await visit(site, 6, personalIdentifier="SomebodyElse99")
    named = {"appointmentId": first.upper()}
    document = (await who.call("POST", EXPORT, named)).json()
    assert document["appointmentId"] == first
    ids = [one["appointment"]["appointmentId"] for one in document["appointments"]]
    assert ids == [second, first]
    for path in (EXPORT, ERASE):
        refused = await stranger.call("POST", path, named)
        check_problem(refused)
        assert refused.status_code == 404
        wrong = await who.call("POST", path, {"appointmentId": "x"})
        assert faults(wrong) == {"/appointmentId": "invalid_value"}
    refused = await who.call("POST", ERASE, named)
    assert (refused.status_code, refused.json()["appointmentIds"]) == (409, [first, second])
    erased = await who.call("POST", ERASE, named, params={"force": "true"})
    assert erased.json() == {"erased": 2}
    assert (await who.call("POST", ERASE, named, params={"force": "true"})).json() == {"erased": 0}
    assert (await who.call("POST", EXPORT, HER)).json()["appointments"] == []
    left = (await who.call("GET", f"/appointments/{other}")).json()
    assert left["personalIdentifier"] == "SomebodyElse99"
    await nothing_wrong(site)
