"""Signing in to the console, changing accounts, and what happens when a session ends."""

import pytest

from openslot.web.console.frame.serving.static_files import script, style_sheet

from ..conftest import Start
from ..html_page import Page
from ..site import Site
from .clerk import PASSWORD, clerk, signed_in
from .conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_somebody_signs_in_and_out(shared: Site) -> None:
    eva = await clerk(shared, "desk")
    answer = await eva.get("/console?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%3Fx%3D1"
    page = await eva.open("/console")
    assert page.heading == "Sign in"
    landed = await eva.sign_in(address="/console/sign-in?next=/console/nowhere")
    assert str(landed.response.url).endswith("/console/nowhere")
    answer = await eva.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/today")
    refused = await eva.post("/console/sign-out", [])
    assert refused.status_code == 403
    assert (await eva.get("/console")).headers["location"] == "/console/today"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/admin", "/console/../admin", "/console/%2e%2e/admin", "https://evil.example",
     "/console/sign-in", "/console/\\evil", "javascript:alert(1)"],
)  # fmt: skip
async def test_a_place_outside_the_console_is_dropped(shared: Site, wanted: str) -> None:
    eva = await clerk(shared, "viewer")
    page = await eva.open(f"/console/sign-in?next={wanted}")
    typed = {"account": "acme", "email": eva.email, "password": "a harbour full of herring"}
    answer = await eva.sent(page, "Sign in", typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


async def test_everything_wrong_gets_the_same_answer(shared: Site) -> None:
    eva = await clerk(shared, "desk")
    texts = set()
    for account, email, password in [
        ("acme", eva.email, "wrong"),
        ("acme", "nobody@acme.example", "wrong"),
        ("unknown", eva.email, "wrong"),
        ("globex", eva.email, "a harbour full of herring"),
    ]:
        page = await eva.open("/console/sign-in")
        typed = {"account": account, "email": email, "password": password}
        answer = await eva.press(page, "Sign in", typed)
        assert answer.status == 200
        assert answer.root.one("title").text.startswith("Error: ")
        texts.add(answer.id("error-summary").text)
    assert texts == {"There is a problem Incorrect email or password"}


async def test_one_browser_has_several_accounts(shared: Site) -> None:
    here = await signed_in(shared, "desk")
    there = await clerk(shared, "viewer", account="globex")
    there.http = here.http
    await there.sign_in()
    answer = await here.get("/console/sign-in?account=acme")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    answer = await here.get("/console/sign-in?account=other")
    assert answer.status_code == 200


async def test_what_was_typed_outlives_the_session(staff: Staff, shared: Site) -> None:
    eva = await signed_in(shared, "desk")
    eva.http.cookies.clear()
    answer = await eva.post("/console/sign-out", [("note", "5 < 6")])
    assert answer.status_code == 401
    page = Page(answer)
    assert page.heading == "Sign in"
    assert page.root.one("input", name="typed").attributes["value"] == "note=5+%3C+6"


async def test_after_signing_in_again_the_page_shows_what_was_typed(shared: Site) -> None:
    ann = await signed_in(shared, "planner")
    form = await ann.open("setup/service-groups/new")
    ann.http.cookies.clear()
    asked = await ann.press(form, "Save", {"name": "Boats & <nets>"})
    assert asked.status == 401
    typed = {"account": "acme", "email": ann.email, "password": PASSWORD}
    shown = await ann.press(asked, "Sign in", typed)
    assert (shown.status, shown.heading) == (200, "New service group")
    assert shown.id("name").attributes["value"] == "Boats & <nets>"
    assert "Boats" not in (await ann.open("setup/service-groups")).root.text, "nothing was done"
    saved = await ann.press(shown, "Save")
    assert saved.id("status").text == "Saved"


async def test_what_was_typed_is_saved_over_what_was_shown_before_signing_in(shared: Site) -> None:
    ann = await signed_in(shared, "administrator")
    made = await ann.press(
        await ann.open("webhooks/new"), "Save", {"url": "https://signing-in.example.org/in"}
    )
    form = await ann.open(made.root.one("a", class_="button").attributes["href"])
    await ann.press(form, "Save", {"description": "of the harbour"})
    ann.http.cookies.clear()
    asked = await ann.press(form, "Save", {"description": "of the town"})
    typed = {"account": "acme", "email": ann.email, "password": PASSWORD}
    shown = await ann.press(asked, "Sign in", typed)
    assert shown.id("description").attributes["value"] == "of the town"
    late = await ann.press(shown, "Save")
    assert "Nothing more was done" in late.id("status").text
    assert late.id("description").attributes["value"] == "of the harbour"


async def test_a_page_that_is_gone_keeps_nobody_from_signing_in(shared: Site) -> None:
    ann = await signed_in(shared, "planner")
    ann.http.cookies.clear()
    gone = "/console/setup/services/00000000-0000-7000-8000-000000000000"
    asked = Page(await ann.post(gone, [("name", "X")]))
    typed = {"account": "acme", "email": ann.email, "password": PASSWORD}
    assert (await ann.sent(asked, "Sign in", typed)).status_code == 303
    assert (await ann.get("/console")).headers["location"] == "/console/today"


async def test_links_begin_with_the_path_of_the_public_url(start: Start) -> None:
    async with start(public_url="https://town.example/slots") as site:
        for address in ("/console/sign-in", "/console/nothing", "/console/a%0A"):
            answer = await site.http.get(address)
            page = Page(answer)
            links = [
                element.attributes[name]
                for element in page.root.all()
                for name in ("href", "src", "action")
                if element.attributes.get(name, "#")[0] != "#"
            ]
            assert len(links) > 2
            assert all(link.startswith("/slots/console") for link in links), links
        answer = await site.http.get("/console")
        assert answer.headers["location"] == "/slots/console/sign-in?next=%2Fconsole"


async def test_static_files_stay_for_ever(shared: Site) -> None:
    files = (style_sheet(), script())
    for file in files:
        answer = await shared.http.get(f"/console/static/{file.name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == file.content
    assert (await shared.http.get("/console/static/console.css")).status_code == 404


async def test_a_form_of_another_site_is_refused(staff: Staff) -> None:
    eva = await staff("desk")
    page = await eva.open("/console/sign-in?account=none")
    answer = await eva.sent(page, "Sign in", Origin="https://evil.example")
    assert answer.status_code == 403
    answer = await eva.sent(page, "Sign in", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
