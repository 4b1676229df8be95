"""From an empty account to a page where somebody books, in the console alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ports import free_port

from ..chromium import Look, browsing
from ..serving import Server, installed
from .town_hall import PASSWORD

pytestmark = pytest.mark.slow
EMAIL = "eva@town.example"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an account that has nothing but a planner."""
    installation = installed(tmp_path_factory.mktemp("empty"), {"account": "acme", "name": "Acme"})
    options = ("--name", "Eva Smit", "--role", "planner", "--password-stdin")
    installation.run("user", "create", "acme", EMAIL, *options, stdin=f"{PASSWORD}\n")
    port = free_port()
    installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    with installation.serving(port=port) as server:
        yield server


def test_an_empty_account_becomes_one_that_is_booked(server: Server) -> None:
    with browsing() as browser:
        look, errors = Look(browser), list[str]()
        page = browser.new_context(locale="en-GB", timezone_id="Europe/Amsterdam").new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}/console/sign-in?account=acme")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        look.at(page, "Set up your account")

        step(page, "Branch")
        look.at(page, "New branch")
        page.get_by_label("Name", exact=True).fill("City hall")
        page.get_by_role("button", name="Fill in Monday to Friday, 09:00 to 17:00").click()
        expect(page.get_by_label("Monday opens")).to_have_value("09:00")
        save(page)
        step(page, "Service")
        look.at(page, "New service")
        page.get_by_label("Name", exact=True).fill("Passport")
        page.get_by_label("Duration in minutes").fill("30")
        expect(page.get_by_label("City hall")).to_be_checked()
        save(page)
        step(page, "Resource")
        look.at(page, "New resource")
        page.get_by_label("Name", exact=True).fill("Desk 1")
        expect(page.get_by_label("Passport")).to_be_checked()
        save(page)
        step(page, "Try the booking page")
        look.at(page, "Booking page")
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_role("status").first).to_have_text("Saved")
        for path in ("messages", "feeds"):
            page.goto(f"{server.url}/console/setup/{path}")
            look.at(page, page.get_by_role("heading", level=1).inner_text())
        start(page)
        expect(page.locator(".steps").get_by_text("Done")).to_have_count(4)
        assert errors == []

        page.locator(".steps a").last.click()
        day = book(page)
        page.goto(f"{server.url}/console/today?date={day}")
        expect(page.locator("main")).to_contain_text("Anna Jansen")


def start(page: Page) -> None:
    """Goes back to the steps, by way of the set-up."""
    page.get_by_role("link", name="Set-up").first.click()
    page.get_by_role("link", name="Set up your account").click()


def step(page: Page, name: str) -> None:
    """Opens the step that is next."""
    if not page.url.endswith("/start"):
        start(page)
    current = page.locator("[aria-current=step]")
    expect(current).to_contain_text(name)
    current.get_by_role("link").click()


def save(page: Page) -> None:
    """Saves a form, and sees that it was."""
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("status").first).to_have_text("Saved")


def book(page: Page) -> str:
    """Somebody books the first time that is offered; returns its date."""
    if page.locator("main[data-step=service]").count():
        page.get_by_role("radio").first.check()
        page.locator("main .buttons button").first.click()
    first = page.locator("[name=start]").first
    day = (first.get_attribute("value") or "")[:10]
    first.click()
    page.wait_for_selector("main[data-step=details]")
    page.locator("#firstName").fill("Anna")
    page.locator("#lastName").fill("Jansen")
    page.locator("#email").fill("anna@jansen.example")
    page.locator("main .buttons button").first.click()
    page.wait_for_selector("main[data-step=check]")
    page.locator("main[data-step=check] .buttons button").first.click()
    page.wait_for_selector("main[data-step=done]")
    return day
