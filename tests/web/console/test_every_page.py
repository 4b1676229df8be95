"""Every page of the console for every role, and what all pages have in common."""

from dataclasses import dataclass
from typing import Any

import pytest

from openslot.kernel.ids import new_id
from openslot.web.console.frame.rendering import POLICY

from ..html_page import Element, Page
from ..site import PERSON, Site
from .clerk import Clerk
from .conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROLES = ("viewer", "desk", "planner", "administrator")
SEEN_BY_ALL, FROM_DESK, FROM_PLANNER, OF_ADMINISTRATORS = ROLES, ROLES[1:], ROLES[2:], ROLES[3:]

# The contract's table: who gets 200 of which page.
PAGES = {
    SEEN_BY_ALL: "today calendar appointments/{appointment} print statistics statistics.csv me",
    FROM_DESK: (
        "book walk-in appointments/{appointment}/move appointments/{appointment}/cancel attention"
        " absences/new blocks/new customers customers/{appointment}"
    ),
    FROM_PLANNER: (
        "start setup setup/account setup/branches setup/branches/new setup/branches/{branch}"
        " setup/branches/{branch}/overrides setup/service-groups setup/service-groups/new"
        " setup/service-groups/{group} setup/services setup/services/new setup/services/{service}"
        " setup/resources setup/resources/new setup/resources/{resource}"
        " setup/service-combinations setup/service-combinations/new"
        " setup/service-combinations/{combination} setup/customer-fields setup/booking-page"
        " setup/messages setup/reminders setup/feeds setup/account-file"
        " setup/account-file.yaml"
    ),
    OF_ADMINISTRATORS: (
        "clients clients/new clients/{client} webhooks webhooks/new webhooks/{webhook}"
        " users users/new users/{user} audit audit.csv audit.jsonl"
    ),
}
CASES = [(roles, path) for roles, paths in PAGES.items() for path in paths.split()]
NAVIGATION = {
    "viewer": ["Today", "Calendar", "Statistics"],
    "desk": ["Today", "Calendar", "Needs attention", "Customers", "Statistics"],
    "planner": [
        "Today", "Calendar", "Needs attention", "Customers", "Statistics", "Set-up"
    ],
    "administrator": [
        "Today", "Calendar", "Needs attention", "Customers", "Statistics", "Set-up", "Clients",
        "Webhooks", "Users", "Audit trail",
    ],
}  # fmt: skip

MARKUP = "<i>in italics</i>"  # somebody typed it as a note


@dataclass(frozen=True)
class Ids:
    """Of things of `acme` that pages are about."""

    values: dict[str, str]

    def path(self, pattern: str) -> str:
        """The path of a page."""
        return "/console/" + pattern.format(**self.values)


@pytest.fixture(scope="module")
async def ids(shared: Site, staff: Staff) -> Ids:
    """One of each kind."""
    booked = await shared.book(notes=MARKUP)
    administrator = await staff("administrator")
    page = await administrator.open("/console/webhooks/new")
    answer = await administrator.press(
        page, "Save", {"url": "https://every-page.example.org/in", "name": "Hook"}
    )
    webhook = _id_in(answer, "/console/webhooks/") or _id_of_first(
        await administrator.open("/console/webhooks"), "/console/webhooks/"
    )
    user = _id_of_first(await administrator.open("/console/users"), "/console/users/")
    client = _id_of_first(await administrator.open("/console/clients"), "/console/clients/")
    return Ids(
        {
            "appointment": booked["appointmentId"],
            "branch": shared.id("branch", "centre"),
            "group": shared.id("service-group", "documents"),
            "service": shared.id("service", "passport"),
            "resource": shared.id("resource", "desk-1"),
            "combination": shared.id("service-combination", "centre:licence+passport"),
            "client": client,
            "webhook": webhook,
            "user": user,
        }
    )


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_gets_its_pages_and_no_other(staff: Staff, ids: Ids, role: str) -> None:
    somebody = await staff(role)
    assert len(CASES) > 45
    found = {path: (await somebody.get(ids.path(path))).status_code for _, path in CASES}
    assert found == {path: 200 if role in roles else 403 for roles, path in CASES}


async def test_nobody_gets_none(shared: Site, ids: Ids) -> None:
    for _, path in CASES:
        answer = await shared.http.get(ids.path(path), headers={"Cookie": ""})
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/console/sign-in?next=%2Fconsole%2F")


@pytest.mark.parametrize("role", ROLES)
async def test_the_navigation_has_what_would_answer(staff: Staff, role: str) -> None:
    somebody = await staff(role)
    page = await somebody.open("today")
    (navigation,) = page.root.all("nav", aria_label="Main")
    links = navigation.all("a")
    assert [_without_number(link) for link in links] == [*NAVIGATION[role], "Preferences"]
    for link in links:
        assert (await somebody.get(link.attributes["href"])).status_code == 200
    assert page.button("Sign out")


async def test_a_refusal_keeps_the_navigation(staff: Staff) -> None:
    viewer = await staff("viewer")
    for path, status in (("users", 403), ("appointments/none", 404), ("nothing/at/all", 404)):
        answer = await viewer.get(f"/console/{path}")
        page = Page(answer)
        assert answer.status_code == status
        links = page.root.one("nav", aria_label="Main").all("a")
        assert [link.text for link in links] == [*NAVIGATION["viewer"], "Preferences"], path
        assert page.button("Sign out")


async def test_another_accounts_things_are_not_there(shared: Site, staff: Staff, ids: Ids) -> None:
    administrator = await staff("administrator")
    foreign = {
        "appointment": new_id(),
        "branch": shared.id("branch", "centre", "globex"),
        "group": shared.id("service-group", "documents", "globex"),
        "service": shared.id("service", "passport", "globex"),
        "resource": shared.id("resource", "desk-1", "globex"),
        "combination": shared.id("service-combination", "centre:licence+passport", "globex"),
        "client": new_id(),
        "webhook": new_id(),
        "user": new_id(),
    }
    paths = [path for _, path in CASES if "{" in path]
    assert len(paths) > 10
    for path in paths:
        answer = await administrator.get("/console/" + path.format(**foreign))
        assert answer.status_code == 404, path
        assert Page(answer).heading == "Page not found"


@pytest.mark.parametrize("role", ROLES)
async def test_every_page_is_complete_and_safe(staff: Staff, ids: Ids, role: str) -> None:
    somebody = await staff(role)
    for roles, path in CASES:
        if role not in roles or path.endswith((".csv", ".jsonl", ".yaml")):
            continue
        answer = await somebody.get(ids.path(path))
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        page = Page(answer)
        assert page.root.one("title").text == f"{page.heading} – acme", path
        assert "Sandbox" in page.root.one("header").text
        for element in page.root.all():
            attributes = element.attributes
            assert "style" not in attributes, (path, attributes)
            assert not [name for name in attributes if name.startswith("on")], path
        for script in page.root.all("script"):
            assert script.attributes["src"].startswith("/console/static/"), path
        named = [e.attributes["id"] for e in page.root.all() if "id" in e.attributes]
        assert len(named) == len(set(named)), (path, sorted(named))


async def test_a_viewer_has_nothing_to_send(staff: Staff, ids: Ids) -> None:
    viewer = await staff("viewer")
    for roles, path in CASES:
        if "viewer" not in roles or path in ("me", "statistics.csv"):
            continue
        page = await viewer.open(ids.path(path))
        posts = [f for f in page.root.all("form") if f.attributes.get("method") == "post"]
        assert [f.attributes["action"] for f in posts] == ["/console/sign-out"], path


async def test_a_viewer_sees_names_and_nothing_else_of_people(
    shared: Site, staff: Staff, ids: Ids
) -> None:
    viewer, desk = await staff("viewer"), await staff("desk")
    answer = await shared.call("GET", f"/appointments/{ids.values['appointment']}")
    day = answer.json()["timeSlot"]["startTime"][:10]
    pages = [f"{path}?date={day}" for path in ("today", "calendar", "print")]
    pages.append("appointments/{appointment}")
    seen_by_desk = ""
    for path in pages:
        text = (await viewer.get(ids.path(path))).text
        assert PERSON["lastName"] in text, path
        for name in ("personalIdentifier", "email", "phoneNumber"):
            assert PERSON[name] not in text, (path, name)
        assert "in italics" not in text
        seen_by_desk += (await desk.get(ids.path(path))).text
    assert PERSON["email"] in seen_by_desk
    assert "in italics" in seen_by_desk


async def test_what_people_typed_is_never_markup(staff: Staff, ids: Ids) -> None:
    somebody = await staff("administrator")
    for _, path in CASES:
        assert MARKUP not in (await somebody.get(ids.path(path))).text, path


@pytest.mark.parametrize("language", ["nl", "de"])
async def test_every_page_speaks_the_readers_language(
    staff: Staff, ids: Ids, language: str
) -> None:
    somebody = await staff("administrator")
    for _, path in CASES:
        if path.endswith((".csv", ".jsonl", ".yaml")):
            continue
        answer = await somebody.get(ids.path(path), **{"Accept-Language": language})
        page = Page(answer)
        assert page.root.one("html").attributes["lang"] == language
        assert answer.headers["content-language"] == language


async def test_forms_of_other_origins_change_nothing(staff: Staff, ids: Ids) -> None:
    """Every form on every page, as another site would send it; and without our token."""
    somebody = await staff("administrator")
    sent = 0
    for _, path in CASES:
        if path.endswith((".csv", ".jsonl", ".yaml")):
            continue
        page = await somebody.open(ids.path(path))
        for form in page.root.all("form"):
            if form.attributes.get("method") != "post":
                continue
            action = form.attributes.get("action") or str(page.response.url)
            elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
            fields = [("form_token", _token(form))]
            assert (await somebody.post(action, fields, **elsewhere)).status_code == 403, action
            assert (await somebody.post(action, [])).status_code == 403, action
            sent += 1
    assert sent > 40
    assert (await somebody.get("today")).status_code == 200


def _token(form: Element) -> str:
    return form.one("input", name="form_token").attributes["value"]


def _without_number(link: Element) -> str:
    return " ".join(c for c in link.children if isinstance(c, str)).strip()


def _id_in(page: Page, prefix: str) -> str:
    path = page.response.url.path
    return path.removeprefix(prefix) if path.startswith(prefix) and "new" not in path else ""


def _id_of_first(page: Page, prefix: str) -> str:
    found: list[Any] = [
        a.attributes["href"].removeprefix(prefix)
        for a in page.root.all("a")
        if a.attributes.get("href", "").startswith(prefix)
    ]
    return str(next(one for one in found if one and "/" not in one and one != "new"))


_ = Clerk
