"""What staff do with appointments, over HTTP."""

from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, ALL, APPOINTMENTS_OVERRIDE, BOOK

from ..contract import faults
from ..site import PERSON, Site, at
from ..test_every_failure import HOUR_MS, change_catalogue, set_time
from ..world import NOW
from .desk import STAFF, ask, booked, booking, nothing_wrong

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
UNKNOWN = "01890000-0000-7000-8000-000000000000"
ANYWAY = {"override": True, "reason": "The only train"}


def of(appointment: dict[str, Any], *more: str) -> str:
    """The path of an appointment."""
    return "/".join(("/appointments", appointment["appointmentId"], *more))


async def test_an_appointment_as_staff_see_it(site: Site) -> None:
    made = await ask(site, "POST", "/appointments", booking(site, notes="Bring both"))
    assert made.status_code == 201
    mine = made.json()
    assert made.headers["location"].endswith("/admin/v1" + of(mine))
    assert made.headers["etag"] == '"1"'
    assert {k: mine[k] for k in ("personalIdentifier", "stranded", "override", "status")} == {
        "personalIdentifier": PERSON["personalIdentifier"],
        "stranded": False,
        "override": False,
        "status": "CONFIRMED",
    }
    read = await ask(site, "GET", of(mine))
    assert (read.json(), read.headers["etag"]) == (mine, '"1"')
    published = (await site.call("GET", of(mine))).json()
    extra = {"personalIdentifier", "stranded", "override", "reference", "origin", "language"}
    of_programs = {"id", "externalId", "identificationNumber", "address", "customerCustom"}
    shared = {k: v for k, v in mine.items() if k not in {*extra, "custom", "durationMinutes"}}
    shared["customer"] = {k: v for k, v in mine["customer"].items() if k not in of_programs}
    assert shared == published
    assert mine["customer"]["id"]
    dutch = await ask(site, "GET", of(mine), headers={"Accept-Language": "nl_NL"})
    assert dutch.json()["service"]["name"] == "Paspoort"
    await nothing_wrong(site)


async def test_a_last_name_is_enough(shared: Site) -> None:
    made = await booked(shared, customer={"lastName": "Lovelace"}, language="nl-NL")
    assert (made["origin"], made["language"]) == ("staff", "nl_NL")
    nothing = {
        "id": made["customer"]["id"],
        "firstName": None,
        "lastName": "Lovelace",
        "email": None,
        "phoneNumber": None,
        "dateOfBirth": None,
        "externalId": None,
        "identificationNumber": None,
        "address": None,
        "customerCustom": None,
    }
    assert made["customer"] == nothing
    assert len(made["personalIdentifier"]) == 32
    other = await booked(shared, customer={"lastName": "Lovelace"})
    assert other["personalIdentifier"] != made["personalIdentifier"]
    assert other["language"] == "en_US"


async def test_an_appointment_is_found_by_its_reference(shared: Site) -> None:
    made = await booked(shared)
    for spelling in (made["reference"], made["reference"].lower(), f" {made['reference']} "):
        found = await ask(shared, "GET", "/appointments", params={"reference": spelling})
        assert [one["appointmentId"] for one in found.json()] == [made["appointmentId"]]
    elsewhere = {
        "reference": made["reference"],
        "branch": made["branch"]["id"],
        "status": "ARRIVED",
    }
    assert (await ask(shared, "GET", "/appointments", params=elsewhere)).json() == []
    theirs = {"reference": made["reference"]}
    found = await ask(shared, "GET", "/appointments", account="globex", params=theirs)
    assert found.json() == []


async def test_several_services(shared: Site) -> None:
    body = booking(shared)
    shared.slot()
    del body["serviceId"]
    ids = [{"id": shared.id("service", key)} for key in ("licence", "passport")]
    made = await ask(shared, "POST", "/appointments", {**body, "services": ids})
    assert [s["name"] for s in made.json()["services"]] == ["Licence", "Passport"]
    other = [*ids, {"id": shared.id("service", "card")}]
    refused = await ask(shared, "POST", "/appointments", {**body, "services": other, **ANYWAY})
    assert faults(refused) == {"/services": "services_not_combinable"}
    ids[1]["numberOfReservations"] = 2  # type: ignore[assignment]
    refused = await ask(shared, "POST", "/appointments", {**body, "services": ids})
    assert faults(refused) == {"/services/1/numberOfReservations": "party_differs"}


async def test_faults_of_a_booking(shared: Site) -> None:
    needed = ("serviceId", "branchId", "timeSlot", "customer")
    refused = await ask(shared, "POST", "/appointments", {"override": True})
    assert faults(refused) == {f"/{n}": "required" for n in (*needed, "reason")}
    body = booking(shared)
    for more, expected in (
        ({"override": True, "reason": " "}, {"/reason": "too_short"}),
        ({"services": []}, {"/services": "too_short"}),
        ({"services": [{"id": body["serviceId"]}]}, {"/serviceId": "invalid_value"}),
        ({"customer": {}}, {"/customer/lastName": "required"}),
        ({"customer": {"lastName": "Lovelace", "email": "no address"}},
         {"/customer/email": "invalid_value"}),
        ({"language": "fr_FR"}, {"/language": "invalid_value"}),
        ({"requestedResourceId": shared.id("resource", "booth")},
         {"/requestedResourceId": "resource_not_qualified"}),
        ({"numberOfReservations": 2}, {"/numberOfReservations": "out_of_range"}),
        ({"timeSlot": {"startTime": at(1), "endTime": at(1, 541)}},
         {"/timeSlot/endTime": "end_mismatch"}),
        ({"colour": "red"}, {"/colour": "unknown_field"}),
    ):  # fmt: skip
        refused = await ask(shared, "POST", "/appointments", {**body, **more})
        assert faults(refused) == expected, more
    for name in ("serviceId", "branchId", "requestedResourceId"):
        refused = await ask(shared, "POST", "/appointments", {**body, name: UNKNOWN})
        assert refused.status_code == 404


async def test_breaking_the_rules(shared: Site) -> None:
    body = booking(shared, timeSlot={"startTime": at(1, 3 * 60 + 1)})
    refused = await ask(shared, "POST", "/appointments", body)
    assert (refused.status_code, refused.json()["reason"]) == (409, "closed")
    refused = await ask(shared, "POST", "/appointments", {**body, **ANYWAY}, scopes=STAFF)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert refused.json()["scopes"] == [APPOINTMENTS_OVERRIDE]
    made = await ask(shared, "POST", "/appointments", {**body, **ANYWAY})
    assert made.json()["override"] is True
    [entry] = (await ask(shared, "GET", of(made.json(), "history"))).json()
    assert entry["new"]["override"] is True
    assert entry["new"]["reason"] == ANYWAY["reason"]
    assert entry["new"]["startTime"] == at(1, 3 * 60 + 1)
    await nothing_wrong(shared)


async def test_a_day_at_the_desk(site: Site) -> None:
    """Every step, its version, its history."""
    made = await booked(site, timeSlot={"startTime": at(1, 600)})
    early = await ask(site, "POST", of(made, "no-show"))
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    body = {"timeSlot": {"startTime": at(1, 615), "endTime": at(1, 630)}, "reason": "Traffic"}
    moved = await ask(site, "POST", of(made, "move"), body, headers={"If-Match": '"1"'})
    assert (moved.json()["timeSlot"]["startTime"], moved.headers["etag"]) == (at(1, 615), '"2"')
    noted = await ask(site, "PUT", of(made, "notes"), {"notes": "Has a dog"})
    assert (noted.json()["supportNotes"], noted.json()["version"]) == ("Has a dog", 3)
    for number, (step, status) in enumerate(
        (("arrive", "ARRIVED"), ("start", "IN_SERVICE"), ("complete", "COMPLETED")), 4
    ):
        for wrong in {"start", "complete"} - {step} if step == "arrive" else {"no-show"}:
            refused = await ask(site, "POST", of(made, wrong))
            assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
        stale = await ask(site, "POST", of(made, step), headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
        done = await ask(site, "POST", of(made, step), headers={"If-Match": f'"{number - 1}"'})
        assert (done.json()["status"], done.headers["etag"]) == (status, f'"{number}"')
    for last in ("move", "cancel", "arrive", "start", "complete", "no-show"):
        sent = {"move": body, "cancel": {}}.get(last)
        refused = await ask(site, "POST", of(made, last), sent)
        assert refused.json()["appointmentStatus"] == "COMPLETED"
    entries = (await ask(site, "GET", of(made, "history"))).json()
    changes = ["booked", "moved", "notes_changed", "arrived", "started", "completed"]
    assert [entry["change"] for entry in entries] == changes
    assert [entry["version"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[1]["old"]["startTime"] == at(1, 600)
    assert (entries[1]["new"]["startTime"], entries[1]["new"]["reason"]) == (at(1, 615), "Traffic")
    assert entries[0]["actor"] == {
        "type": "client", "id": site.tenant().clients["everything"].client_id,
    }  # fmt: skip
    assert "Has a dog" not in str(entries)
    await nothing_wrong(site)


async def test_nobody_came(site: Site) -> None:
    made = await booked(site, timeSlot={"startTime": at(1, 600)})
    await set_time(site, NOW + 26 * HOUR_MS)
    assert (await ask(site, "POST", of(made, "no-show"))).status_code == 409
    await set_time(site, NOW + 26 * HOUR_MS + 1)
    answer = await ask(site, "POST", of(made, "no-show"))
    assert (answer.json()["status"], answer.json()["version"]) == ("NO_SHOW", 2)
    for last in ("cancel", "move"):
        body = {"timeSlot": {"startTime": at(3)}} if last == "move" else {}
        refused = await ask(site, "POST", of(made, last), body)
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_cut_offs_and_the_start(site: Site) -> None:
    """The override breaks the cut-offs; what has begun has begun."""
    made = await booked(site, timeSlot={"startTime": at(1, 600)})
    cutoffs = {"cancelCutoffMinutes": 1440, "rescheduleCutoffMinutes": 1440}
    await change_catalogue(site, "service", passport=cutoffs)
    await set_time(site, NOW + 10 * HOUR_MS)
    to = {"timeSlot": {"startTime": at(1, 660)}}
    for path, body in (("move", to), ("cancel", {"reason": "Ill"})):
        refused = await ask(site, "POST", of(made, path), body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_late")
        refused = await ask(site, "POST", of(made, path), {**body, **ANYWAY}, scopes=STAFF)
        assert refused.status_code == 403
    moved = await ask(site, "POST", of(made, "move"), {**to, **ANYWAY})
    assert moved.json()["override"] is True
    await set_time(site, NOW + 27 * HOUR_MS + 1)
    for path, body in (("move", to), ("cancel", {})):
        refused = await ask(site, "POST", of(made, path), {**body, **ANYWAY})
        assert refused.json()["code"] == "appointment_started"
    await set_time(site, NOW + 27 * HOUR_MS)
    gone = await ask(site, "POST", of(made, "cancel"), ANYWAY)
    assert (gone.json()["status"], gone.json()["version"]) == ("CANCELLED", 3)
    again = await ask(site, "POST", of(made, "cancel"), {})
    assert (again.status_code, again.json()["version"]) == (200, 3)
    entries = (await ask(site, "GET", of(made, "history"))).json()
    assert entries[2]["new"] == {"status": "CANCELLED", **ANYWAY}
    await nothing_wrong(site)


async def test_somebody_walks_in(site: Site) -> None:
    """Without a name, and here at once; nobody is told."""
    await set_time(site, NOW + 3 * HOUR_MS + 30_000)
    body = {n: v for n, v in booking(site).items() if n in ("serviceId", "branchId")}
    dry = await ask(
        site, "POST", "/appointments", {**body, "walkIn": True}, params={"dryRun": "true"}
    )
    assert dry.json()["changes"][0]["action"] == "created"
    made = await ask(site, "POST", "/appointments", {**body, "walkIn": True})
    assert (made.status_code, made.headers["etag"]) == (201, '"2"')
    shown = made.json()
    assert (shown["status"], shown["timeSlot"]["startTime"]) == ("ARRIVED", at(0, 11 * 60))
    assert {value for name, value in shown["customer"].items() if name != "id"} == {None}
    entries = (await ask(site, "GET", of(shown, "history"))).json()
    assert [entry["change"] for entry in entries] == ["booked", "arrived"]
    assert (await ask(site, "GET", of(shown, "messages"))).json() == []
    slot = {"startTime": at(1)}
    for more, expected in (
        ({"walkIn": True, "timeSlot": slot}, {"/timeSlot": "invalid_value"}),
        ({"walkIn": False}, {"/timeSlot": "required", "/customer": "required"}),
        ({"timeSlot": slot, "customer": {"firstName": "Ann"}}, {"/customer/lastName": "required"}),
        ({"walkIn": True, "customer": {"email": "x"}}, {"/customer/email": "invalid_value"}),
    ):
        refused = await ask(site, "POST", "/appointments", {**body, **more})
        assert faults(refused) == expected, more
    await set_time(site, NOW + 15 * HOUR_MS)
    late = await ask(site, "POST", "/appointments", {**body, "walkIn": True})
    assert (late.json()["code"], late.json()["reason"]) == ("slot_unavailable", "closed")
    await nothing_wrong(site)


async def test_a_length_of_its_own(site: Site) -> None:
    """It is kept by a move that says nothing of it, and null gives it up."""
    made = await booked(site, timeSlot={"startTime": at(1, 600)}, durationMinutes=50)
    assert (made["durationMinutes"], made["timeSlot"]["endTime"]) == (50, at(1, 650))
    path, to = of(made, "move"), {"timeSlot": {"startTime": at(1, 720)}}
    kept = await ask(site, "POST", path, to, scopes=STAFF)
    assert (kept.json()["durationMinutes"], kept.json()["timeSlot"]["endTime"]) == (50, at(1, 770))
    refused = await ask(site, "POST", path, {**to, "durationMinutes": 40}, scopes=STAFF)
    assert (refused.status_code, refused.json()["scopes"]) == (403, [APPOINTMENTS_OVERRIDE])
    back = await ask(site, "POST", path, {**to, "durationMinutes": None}, scopes=STAFF)
    assert (back.json()["durationMinutes"], back.json()["timeSlot"]["endTime"]) == (
        None,
        at(1, 735),
    )
    for wrong, code in ((0, "out_of_range"), (1441, "out_of_range"), ("50", "wrong_type")):
        answer = await ask(site, "POST", path, {**to, "durationMinutes": wrong})
        assert faults(answer) == {"/durationMinutes": code}


async def test_taking_back(site: Site) -> None:
    """With and without a body; and nothing twice."""
    made = await booked(site)
    refused = await ask(site, "POST", of(made, "undo"))
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_undo")
    await ask(site, "POST", of(made, "arrive"))
    await ask(site, "POST", of(made, "start"))
    stale = await ask(site, "POST", of(made, "undo"), headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    dry = await ask(site, "POST", of(made, "undo"), {}, params={"dryRun": "true"})
    assert dry.json()["changes"][0]["action"] == "changed"
    back = await ask(site, "POST", of(made, "undo"), headers={"If-Match": '"3"'})
    assert (back.json()["status"], back.headers["etag"]) == ("ARRIVED", '"4"')
    assert (await ask(site, "POST", of(made, "undo"), {})).json()["status"] == "CONFIRMED"
    await ask(site, "POST", of(made, "cancel"), {})
    wrong = await ask(site, "POST", of(made, "undo"), {"notify": "no"})
    assert faults(wrong) == {"/notify": "wrong_type"}
    back = await ask(site, "POST", of(made, "undo"), {"notify": True})
    assert back.json()["status"] == "CONFIRMED"
    await ask(site, "POST", of(made, "cancel"), {})
    taken = booking(site, timeSlot=made["timeSlot"], requestedResourceId=made["resources"][0]["id"])
    assert (await ask(site, "POST", "/appointments", taken)).status_code == 201
    refused = await ask(site, "POST", of(made, "undo"))
    assert (refused.json()["code"], refused.json()["reason"]) == ("slot_unavailable", "taken")
    entries = (await ask(site, "GET", of(made, "history"))).json()
    assert [entry["change"] for entry in entries[3:]] == [
        "restored", "restored", "cancelled", "restored", "cancelled",
    ]  # fmt: skip
    listed = (
        await ask(site, "GET", "/events", params={"appointment": made["appointmentId"]}, scopes=ALL)
    ).json()
    assert [e["type"].partition(".")[2] for e in listed][3:6] == [
        "restored",
        "restored",
        "cancelled",
    ]
    await nothing_wrong(site)


async def test_nobody_is_told(site: Site) -> None:
    """`notify: false` stands in the history, and leads to no message."""
    quiet = {"notify": False}
    made = await booked(site, **quiet)
    to = {"timeSlot": {"startTime": site.slot()}, **quiet}
    for path, body in (("move", to), ("cancel", quiet), ("undo", quiet), ("arrive", None)):
        assert (await ask(site, "POST", of(made, path), body)).status_code == 200
    entries = (await ask(site, "GET", of(made, "history"))).json()
    assert [entry.get("notified") for entry in entries] == [False, False, False, False, None]
    assert (await ask(site, "GET", of(made, "messages"))).json() == []
    told = await booked(site)
    [entry] = (await ask(site, "GET", of(told, "history"))).json()
    assert "notified" not in entry
    [message] = (await ask(site, "GET", of(told, "messages"))).json()
    assert message["kind"] == "booked"


async def test_dry_runs_change_nothing(shared: Site) -> None:
    made = await booked(shared)
    dry = {"params": {"dryRun": "true"}}
    body = booking(shared)
    answer = await ask(shared, "POST", "/appointments", body, **dry)
    [change] = answer.json()["changes"]
    assert (answer.status_code, change["kind"], change["action"]) == (200, "appointment", "created")
    for method, path, sent in (
        ("POST", "move", {"timeSlot": {"startTime": shared.slot()}}),
        ("POST", "cancel", {}),
        ("POST", "arrive", None),
        ("PUT", "notes", {"notes": "x"}),
    ):
        answer = await ask(shared, method, of(made, path), sent, **dry)
        change = {"kind": "appointment", "key": made["appointmentId"], "action": "changed"}
        assert answer.json() == {"changes": [change], "stranded": []}
    refused = await ask(shared, "POST", of(made, "start"), **dry)
    assert refused.status_code == 409
    assert (await ask(shared, "GET", of(made))).json() == made
    assert (await ask(shared, "POST", "/appointments", body)).status_code == 201


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "history", None),
    ("POST", "move", {"timeSlot": {"startTime": at(390)}}),
    ("PUT", "notes", {"notes": "x"}),
    ("POST", "arrive", None),
    ("POST", "start", None),
    ("POST", "complete", None),
    ("POST", "no-show", None),
    ("POST", "cancel", {}),
    ("POST", "undo", None),
]


@pytest.mark.parametrize(("method", "call", "body"), CALLS)
async def test_who_may(shared: Site, method: str, call: str, body: Any) -> None:
    made = await booked(shared)
    path = of(made, *([call] if call else []))
    anonymous = await ask(shared, method, path, body, scopes=None)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    reading = () if method == "GET" else (ADMIN_READ,)
    for scope in (BOOK, ADMIN_WRITE, APPOINTMENTS_OVERRIDE, *reading):
        answer = await ask(shared, method, path, body, scopes=[scope])
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    foreign = await ask(shared, method, path, body, account="globex")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    for unknown in (UNKNOWN, "x"):
        answer = await ask(shared, method, path.replace(made["appointmentId"], unknown), body)
        assert answer.status_code == 404
    before = (await ask(shared, "GET", of(made))).json()
    assert before == made
    answer = await ask(shared, method, path, body, scopes=STAFF)
    assert answer.status_code in (200, 409)


@pytest.mark.parametrize(("method", "call", "body"), [c for c in CALLS if c[0] != "GET"])
async def test_a_key_does_it_once(shared: Site, method: str, call: str, body: Any) -> None:
    made = await booked(shared)
    for step in {
        "start": ["arrive"],
        "complete": ["arrive", "start"],
        "undo": ["arrive"],
    }.get(call, []):
        await ask(shared, "POST", of(made, step))
    if call == "no-show":
        return  # it needs time to pass, and takes the same way
    key = {"Idempotency-Key": f"{call}-{made['appointmentId']}"}
    first = await ask(shared, method, of(made, call), body, headers=key)
    again = await ask(shared, method, of(made, call), body, headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    other = await booked(shared)
    reused = await ask(shared, method, of(other, call), body, headers=key)
    assert list(faults(reused).values()) == ["idempotency_key_reused"]


async def test_lists_and_booking_take_the_scope(shared: Site) -> None:
    for method, body in (("GET", None), ("POST", booking(shared))):
        assert (await ask(shared, method, "/appointments", body, scopes=None)).status_code == 401
        for scope in (BOOK, ADMIN_WRITE, *(() if method == "GET" else (ADMIN_READ,))):
            answer = await ask(shared, method, "/appointments", body, scopes=[scope])
            assert answer.status_code == 403
        assert (await ask(shared, method, "/appointments", body, scopes=STAFF)).is_success
    foreign = await ask(shared, "POST", "/appointments", booking(shared), account="globex")
    assert foreign.status_code == 404


async def test_who_may_read_the_account_alone_sees_names(site: Site) -> None:
    """And nothing else of a person, neither alone nor in a list."""
    held = await site.reserve("family")
    [asked] = held["service"]["config"]["questions"]
    question = {"id": asked["id"], "answer": "Three and a half"}
    person = {**PERSON, "dateOfBirth": "1980-02-03", "informationQuestions": [question]}
    answer = await ask(
        site, "POST", "/appointments", booking(site, "family", customer=person, notes="A dog")
    )
    made = answer.json()
    assert answer.status_code == 201, made
    [listed] = (await ask(site, "GET", "/appointments", scopes=[ADMIN_READ])).json()
    alone = await ask(site, "GET", of(made), scopes=[ADMIN_READ])
    assert alone.json() == listed
    names = {"firstName": PERSON["firstName"], "lastName": PERSON["lastName"]}
    nothing = {"phoneNumber": None, "email": None, "dateOfBirth": None}
    assert listed["customer"].items() >= {**names, **nothing}.items()
    for member in ("supportNotes", "informationQuestions", "personalIdentifier"):
        assert (listed[member], bool(made[member])) == (None, True)
    told = [v for k, v in person.items() if isinstance(v, str) and k not in names]
    for answer in (alone, await ask(site, "GET", of(made, "history"), scopes=[ADMIN_READ])):
        assert answer.status_code == 200
        hidden = (*told, "Three and a half", "A dog")
        assert not [value for value in hidden if value in answer.text]


async def test_lists(site: Site) -> None:
    harbour = site.id("branch", "harbour")
    made = [
        await booked(site, timeSlot={"startTime": at(day, 600)}, **more)
        for day, more in ((3, {}), (1, {}), (2, {"branchId": harbour}), (4, {}))
    ]
    made.sort(key=lambda one: one["timeSlot"]["startTime"])
    made[0] = (await ask(site, "POST", of(made[0], "arrive"))).json()
    harbour_desk = site.id("resource", "harbour-desk")
    for query, expected in (
        ({}, made),
        ({"branch": harbour}, made[1:2]),
        ({"resource": harbour_desk}, made[1:2]),
        ({"resource": harbour_desk, "branch": site.id("branch", "centre")}, []),
        ({"service": site.id("service", "passport")}, made),
        ({"service": site.id("service", "licence")}, []),
        ({"status": "ARRIVED"}, made[:1]),
        ({"status": "ARRIVED", "branch": harbour}, []),
        ({"stranded": "false"}, made),
        ({"stranded": "true"}, []),
        ({"from": at(2, 600), "to": at(4, 600)}, made[1:3]),
        ({"from": at(2, 0)[:10], "to": at(3, 0)[:10], "branch": harbour}, made[1:2]),
    ):
        answer = await ask(site, "GET", "/appointments", params=query)
        assert answer.json() == expected, query
        assert "link" not in answer.headers
    assert (await ask(site, "GET", "/appointments", account="globex")).json() == []
    foreign = await ask(site, "GET", "/appointments", params={"branch": harbour}, account="globex")
    assert foreign.status_code == 404
    service, since = site.id("service", "passport"), at(1, 0).replace("+", "%2B")
    listed, url = [], f"/appointments?limit=1&service={service}&stranded=false&from={since}"
    while True:
        answer = await ask(site, "GET", url)
        listed += answer.json()
        if "link" not in answer.headers:
            break
        url = answer.headers["link"].partition("/admin/v1")[2].partition(">")[0]
    assert listed == made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "201"}, {"/limit": "out_of_range"}),
        ({"limit": "x"}, {"/limit": "wrong_type"}),
        ({"cursor": "MTIzCng"}, {"/cursor": "invalid_value"}),
        (
            {"branch": "x", "status": "GONE"},
            {"/branch": "invalid_value", "/status": "invalid_value"},
        ),
        ({"stranded": "yes"}, {"/stranded": "wrong_type"}),
        ({"from": "2027-01-04"}, {"/from": "offset_required"}),
        ({"from": at(2), "to": at(1)}, {"/to": "invalid_value"}),
        ({"colour": "red"}, {"/colour": "unknown_field"}),
    ],
)
async def test_faults_of_a_list(
    shared: Site, query: dict[str, str], expected: dict[str, str]
) -> None:
    assert faults(await ask(shared, "GET", "/appointments", params=query)) == expected
