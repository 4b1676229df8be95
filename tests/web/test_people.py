"""A person's data: what is taken, how it comes back, and where it must not turn up."""

import unicodedata
from typing import Any

import httpx
import pytest

from .contract import faults
from .site import PERSON, Site
from .test_every_failure import change_catalogue

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def confirm(site: Site, service: str = "passport", **more: Any) -> httpx.Response:
    """Confirms a reservation of its own."""
    held = await site.reserve(service)
    body = site.person(**more)
    return await site.call("POST", f"/reservations/{held['appointmentId']}/confirm", body)


@pytest.mark.parametrize(
    "name",
    [
        "Ng",
        "O",
        "Жанна",
        "محمد علي",
        "李小龍",
        "सुनीता",
        "Νίκος",
        "Þórður",
        "Anne-Marie d'Êtretat",
        "X Æ A-12",
        "ไพลิน",
        "👩‍👩‍👧",
        "e\u0301lodie",
        "a" * 255,
        "𐍈" * 255,
        "\u200fשרה\u200f",
        "Jr. 3rd, (III)",
    ],
)
async def test_names_in_any_script(shared: Site, name: str) -> None:
    """They come back as written, in NFC."""
    answer = await confirm(shared, firstName=name, lastName=f"  {name[:200]}\u00a0")
    assert answer.status_code == 201, answer.text
    customer = answer.json()["customer"]
    assert customer["firstName"] == unicodedata.normalize("NFC", name)
    assert customer["lastName"] == unicodedata.normalize("NFC", name[:200]).strip()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "too_short"),
        (" \u3000 ", "too_short"),
        ("a" * 256, "too_long"),
        ("a\x00b", "pattern"),
        ("a\nb", "pattern"),
        ("a\x7f", "pattern"),
        ("a\x85b\x9c", "pattern"),
        ("\x1ca", "pattern"),
        ("\u200b\u200d", "pattern"),
        ("\u3164 \ufeff", "pattern"),
    ],
)
async def test_what_is_no_name(shared: Site, name: str, code: str) -> None:
    """Empty, too long, or with control characters; white space around it does not count."""
    assert faults(await confirm(shared, firstName=name, lastName=name)) == {
        "/firstName": code,
        "/lastName": code,
    }


@pytest.mark.parametrize(
    "identifier",
    [
        "a" * 9,
        "a" * 49,
        "a-b" * 5,
        "é" * 10,
        "１２３４５６７８９０",
        "12345 67890",
        "12345\u200b67890",
        "01890000-0000-7000-8000-00000000000",
    ],
)
async def test_what_is_no_identifier(shared: Site, identifier: str) -> None:
    answer = await confirm(shared, personalIdentifier=identifier)
    assert faults(answer) == {"/personalIdentifier": "pattern"}


@pytest.mark.parametrize(
    "identifier", ["a" * 10, "Z9" * 24, "01890000-0000-7000-8000-000000000000"]
)
async def test_identifiers(shared: Site, identifier: str) -> None:
    """10 to 48 letters and digits, or a UUID."""
    answer = await confirm(shared, personalIdentifier=identifier)
    assert answer.status_code == 201
    assert "personalIdentifier" not in answer.json()["customer"]
    customer = {"personalIdentifier": identifier.replace("-", "")}
    found = await shared.call("POST", "/appointments/search", {"customer": customer})
    assert [a["appointmentId"] for a in found.json()] == [answer.json()["appointmentId"]]


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("+31 6 12345678", "+31 6 12345678"),
        ("06-12345678", "06-12345678"),
        (31612345678, None),
        (612345678, "612345678"),
        ("(015) 260 2600", "(015) 260 2600"),
        ("+31\u202f6\u202f12345678", None),
        ("\u00a006-12345678\u2028", "06-12345678"),
        ("+1 415 555 2671", None),
    ],
)
async def test_phone_numbers(shared: Site, phone: str | int, kept: str | None) -> None:
    """Read in the branch's country; a JSON integer is taken as its digits."""
    answer = await confirm(shared, phoneNumber=phone)
    assert answer.status_code == 201, answer.text
    assert answer.json()["customer"]["phoneNumber"] == (kept or str(phone))


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("call me", "invalid_value"),
        ("0612345abc", "invalid_value"),
        ("1234567", "invalid_value"),
        (" \u3000\n", "too_short"),
        ("1", "invalid_value"),
        ("", "too_short"),
        ("1" * 256, "too_long"),
        (1.5, "wrong_type"),
        (True, "wrong_type"),
        ([], "wrong_type"),
        (-5, "invalid_value"),
        (10**300, "too_long"),
    ],
)
async def test_what_is_no_phone_number(shared: Site, phone: Any, code: str) -> None:
    """Nothing is guessed."""
    assert faults(await confirm(shared, phoneNumber=phone)) == {"/phoneNumber": code}


@pytest.mark.parametrize(
    "email", ["a@example.org", "jörg@exämple.org", "a+b@sub.example.org", "用户@例え.jp"]
)
async def test_mail_addresses(shared: Site, email: str) -> None:
    """By the RFCs, without asking a name server."""
    answer = await confirm(shared, email=email)
    assert answer.json()["customer"]["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a",
        "@example.org",
        "a b@example.org",
        "a@example.org\u200b",
        "a@exam ple.org",
        "a@example.org, b@example.org",
        "A <a@example.org>",
    ],
)
async def test_what_is_no_mail_address(shared: Site, email: str) -> None:
    assert faults(await confirm(shared, email=email)) == {"/email": "invalid_value"}


@pytest.mark.parametrize("born", ["1990-02-28", "2000-02-29", "1900-01-01", "2027-01-03"])
async def test_birth_dates(shared: Site, born: str) -> None:
    """Real dates of the past."""
    answer = await confirm(shared, dateOfBirth=born)
    assert answer.json()["customer"]["dateOfBirth"] == born


@pytest.mark.parametrize(
    "born",
    [
        "2027-01-04",
        "2090-01-01",
        "1990-02-29",
        "1990-2-28",
        "28-02-1990",
        "19900228",
        "1990-02-28T00:00Z",
        "0000-01-01",
    ],
)
async def test_what_is_no_birth_date(shared: Site, born: str) -> None:
    assert faults(await confirm(shared, dateOfBirth=born)) == {"/dateOfBirth": "invalid_value"}


PADDING = "\n\u2029\t \u00a0\u202f"


async def test_white_space_around_a_text_is_not_part_of_it(shared: Site) -> None:
    """Of every field of a person, in confirm, search, update, staff booking and privacy alike."""
    question = (await shared.reserve("family"))["service"]["config"]["questions"][0]["id"]
    plain = {**PERSON, "dateOfBirth": "1990-01-01", "notes": "by the door"}
    padded = {name: f"{PADDING}{text}{PADDING}" for name, text in plain.items()}
    answered = {"id": question, "answer": f"{PADDING}2{PADDING}"}
    booked = await confirm(shared, "family", **padded, informationQuestions=[answered])
    assert booked.status_code == 201, booked.text
    path = f"/appointments/{booked.json()['appointmentId']}"
    for number in range(2):
        shown = (await shared.call("GET", path)).json()
        assert shown["customer"] == {n: plain[n] for n in shown["customer"]}
        assert shown["supportNotes"] == "by the door"
        assert shown["informationQuestions"] == [{"id": question, "answer": "2"}]
        assert shown["version"] == 1 + number
        if number == 0:
            changed = await shared.call("PUT", f"{path}/customer", padded)
            assert changed.status_code == 204, changed.text
    person = {"customer": {"personalIdentifier": padded["personalIdentifier"]}}
    found = await shared.call("POST", "/appointments/search", person)
    assert path.rpartition("/")[2] in [a["appointmentId"] for a in found.json()]
    empty = await confirm(
        shared, "family", **padded, informationQuestions=[{"id": question, "answer": PADDING}]
    )
    assert faults(empty) == {"/informationQuestions": "required"}


async def test_what_the_service_asks_for(shared: Site) -> None:
    """Birth date and answers, all missing ones at once; then the reservation still stands."""
    held = await shared.reserve("family")
    path = f"/reservations/{held['appointmentId']}/confirm"
    question = held["service"]["config"]["questions"][0]["id"]
    answer = await shared.call("POST", path, shared.person())
    assert faults(answer) == {"/dateOfBirth": "required", "/informationQuestions": "required"}
    unknown = {"id": "01890000-0000-7000-8000-000000000000", "answer": "1"}
    nested = {"customer": shared.person(dateOfBirth="1990-01-01", informationQuestions=[unknown])}
    assert faults(await shared.call("POST", path, nested)) == {
        "/customer/informationQuestions/0/id": "invalid_value",
        "/customer/informationQuestions": "required",
    }
    beside = {**nested, "informationQuestions": [{"id": question, "answer": "2"}, unknown]}
    assert faults(await shared.call("POST", path, beside)) == {
        "/informationQuestions/1/id": "invalid_value",
        "/customer/informationQuestions/0/id": "invalid_value",
    }
    person = shared.person(
        dateOfBirth="1990-01-01", informationQuestions=[{"id": question.upper(), "answer": "2"}]
    )
    for body in ({"informationQuestions": [{"id": question, "answer": "a" * 2049}]},):
        too_long = {**person, **body}
        assert faults(await shared.call("POST", path, too_long)) == {
            "/informationQuestions/0/answer": "too_long"
        }
    booked = await shared.call("POST", path, person)
    assert booked.json()["informationQuestions"] == [{"id": question, "answer": "2"}]


async def test_notes(shared: Site) -> None:
    """Of the confirm, else of the reservation."""
    for given, kept in ((None, "from before"), ("", ""), ("now", "now")):
        held = await shared.reserve(notes="from before")
        path = f"/reservations/{held['appointmentId']}/confirm"
        answer = await shared.call("POST", path, shared.person(notes=given))
        assert answer.json()["supportNotes"] == kept


async def test_the_customer_form(shared: Site) -> None:
    """The same fields under `customer` are taken, and their faults point there."""
    held = await shared.reserve()
    path = f"/reservations/{held['appointmentId']}/confirm"
    wrong = {"customer": {**PERSON, "email": "x", "phoneNumber": "x"}}
    assert faults(await shared.call("POST", path, wrong)) == {"/customer/email": "invalid_value"}
    wrong["customer"]["email"] = PERSON["email"]
    answer = await shared.call("POST", path, wrong)
    assert faults(answer) == {"/customer/phoneNumber": "invalid_value"}
    mixed = {**PERSON, "customer": PERSON}
    assert set(faults(await shared.call("POST", path, mixed)).values()) == {"unknown_field"}
    assert (await shared.call("POST", path, {"customer": PERSON})).status_code == 201


async def test_changing_the_customer(shared: Site) -> None:
    """A full replacement; the version goes up."""
    booked = await shared.book()
    path = f"/appointments/{booked['appointmentId']}"
    person = {**PERSON, "firstName": "Truus", "personalIdentifier": "Another123456"}
    del person["phoneNumber"]
    answer = await shared.call("PUT", f"{path}/customer", person, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.content) == (204, b"")
    after = (await shared.call("GET", path)).json()
    assert after["version"] == 2
    assert after["customer"]["firstName"] == "Truus"
    assert after["customer"]["phoneNumber"] is None


async def test_a_tag_that_a_proxy_has_weakened_names_the_same_version(shared: Site) -> None:
    """As nginx does when it compresses: `ETag: W/"1"`."""
    path = f"/appointments/{(await shared.book())['appointmentId']}"
    for tag, status in (('W/"2"', 412), ('W/"1"', 204), ('W/"1"', 412)):
        answer = await shared.call("PUT", f"{path}/customer", PERSON, headers={"If-Match": tag})
        assert answer.status_code == status, tag
    gone = await shared.call("DELETE", path, headers={"If-Match": '"1", W/"2"'})
    assert gone.status_code == 204


async def test_nothing_of_a_person_is_logged_or_told(shared: Site, logged: list[Any]) -> None:
    """Neither in log lines nor in errors, whatever fails; ids in paths are not logged either."""
    errors = []
    held = await shared.reserve()
    path = f"/reservations/{held['appointmentId']}/confirm"
    for change in (
        {"email": "wilhelmina at oosterschelde"},
        {"phoneNumber": "Oosterschelde 06-"},
        {"firstName": "Wilhelmina\x00"},
        {"lastName": "Oosterschelde" * 30},
        {"personalIdentifier": "Zx81-Quibble42"},
        {"dateOfBirth": "Wilhelmina"},
    ):
        errors.append(await shared.call("POST", path, shared.person(**change)))
    headers = {"Content-Type": "application/json"}
    broken = b'{"firstName": "Wilhelmina", "lastName": Oosterschelde}'
    errors.append(await shared.call("POST", path, content=broken, headers=headers))
    errors.append(await shared.call("POST", path, PERSON, client="other"))
    booked = await shared.call("POST", path, PERSON)
    assert booked.status_code == 201
    errors.append(await shared.call("POST", path, PERSON))
    search = {"customer": {"personalIdentifier": PERSON["personalIdentifier"], "x": 1}}
    errors.append(await shared.call("POST", "/appointments/search", search))
    assert all(error.is_error for error in errors)
    assert len(logged) > len(errors)
    told = " ".join([*(error.text for error in errors), *map(repr, logged)]).lower()
    for secret in ("wilhelmina", "oosterschelde", "quibble", "061234", "12345678", "bearer e"):
        assert secret not in told
    assert held["appointmentId"] not in " ".join(map(repr, logged))


async def test_a_branch_without_a_country(site: Site) -> None:
    """Then a number needs its country code; an address that is null is none."""
    for address in ({"city": "Delft"}, None):
        await change_catalogue(site, "branch", centre={"address": address})
        assert faults(await confirm(site, phoneNumber="06-12345678")) == {
            "/phoneNumber": "invalid_value"
        }
        assert (await confirm(site, phoneNumber="+31612345678")).status_code == 201


@pytest.mark.parametrize("where", ["", "/customer"])
async def test_all_that_is_missing_is_told_at_once(site: Site, where: str) -> None:
    """What every service needs, and what these do; of a reservation of one's own alone."""

    async def missing(method: str, path: str, client: str = "full") -> set[str]:
        body = {"customer": {}} if where else {}
        answer = await site.call(method, path, body, client=client)
        assert answer.status_code == 422, answer.text
        return set(faults(answer))

    always = {f"{where}/personalIdentifier", f"{where}/firstName"}
    needed = {*always, f"{where}/lastName", f"{where}/email"}
    held = await site.reserve("family")
    path = f"/reservations/{held['appointmentId']}/confirm"
    assert await missing("POST", path) == {*needed, f"{where}/dateOfBirth"}
    assert await missing("POST", path, client="other") == always
    assert await missing("POST", "/reservations/x/confirm") == always
    booked = await site.book("passport")
    assert await missing("PUT", f"/appointments/{booked['appointmentId']}/customer") == needed
    await change_catalogue(site, "service", passport={"customerFields": {"email": "optional"}})
    path = f"/appointments/{booked['appointmentId']}/customer"
    assert await missing("PUT", path) == needed - {f"{where}/email"}
