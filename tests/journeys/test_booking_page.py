"""People book, move and cancel on the booking page: in a real browser, at a real server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ports import free_port
from rounds import rounds

from .booking_walk import Walk, town
from .chromium import Look, browsing, browsing_as, check_enlarged, check_fits
from .limits_walk import MAIL, limit_states, limited_town
from .serving import Server, installed

pytestmark = pytest.mark.slow

# English by default, the longest words, and from right to left; Dutch in the long form.
WALKS = [("en_US", True), ("de_DE", False), ("ar_XB", False), ("nl_NL", True)][
    : rounds(some=3, many=4)
]


@contextmanager
def serving(folder: Path, **page: object) -> Iterator[tuple[Server, Browser]]:
    """A server with a booking page, and a browser."""
    with server_with(folder, **page) as server, browsing() as browser:
        yield server, browser


@contextmanager
def server_with(folder: Path, **page: object) -> Iterator[Server]:
    """A server with a booking page."""
    installation = installed(folder, town(**page))
    port = free_port()
    installation.environment |= {**MAIL, "OPENSLOT_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with installation.serving(port=port) as server:
        yield server


@pytest.mark.prove
@pytest.mark.parametrize(("lang", "scripts"), WALKS)
def test_every_state_fits_and_is_accessible(tmp_path: Path, lang: str, scripts: bool) -> None:
    with serving(tmp_path) as (server, browser):
        page = browser.new_page(java_script_enabled=scripts)
        page.set_default_timeout(10_000)
        look, seen = Look(browser), []
        for state in Walk(browser, page, server.url, lang=lang).states():
            seen.append(state)
            look.at(page, page.get_by_role("heading", level=1).inner_text())
            check_enlarged(page)
        assert len(seen) == 21


def test_the_limits_fit_and_are_accessible_and_a_puzzle_solves_itself(tmp_path: Path) -> None:
    with serving(tmp_path, **limited_town()["bookingPage"]) as (server, browser):
        page = browser.new_page(java_script_enabled=False)
        look, seen = Look(browser), []
        for state in limit_states(page, server.url, "en_US"):
            seen.append(state)
            look.at(page, page.get_by_role("heading", level=1).inner_text())
            check_enlarged(page)
        assert len(seen) == 5
        with_scripts = browser.new_page()
        with_scripts.goto(f"{server.url}/book/town?lang=en&service=licence")
        with_scripts.locator("[name=start]").last.click()
        with_scripts.wait_for_selector("main[data-step=details]")


def test_a_booking_by_keyboard_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, browser):
        page = browser.new_page()
        page.set_default_timeout(10_000)
        page.set_viewport_size({"width": 360, "height": 480})
        page.goto(f"{server.url}/book/town?lang=en")
        expect(page.get_by_role("button", name="Continue")).to_be_in_viewport(ratio=1)
        _tab_to(page, "service")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        _is_at(page, "branch")
        _tab_to(page, "branch")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        _is_at(page, "time")
        day = page.locator("#month a").first
        page.evaluate("document.activeElement.blur()")
        day.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#times")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "start"
        page.keyboard.press("Enter")
        _is_at(page, "details")
        _tab_to(page, "firstName")
        page.keyboard.press("Enter")
        expect(page.locator("#error-summary")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#firstName")).to_be_focused()
        page.keyboard.type("Wilhelmina")
        for name, text in (("lastName", "Q"), ("email", "w@example.org"), ("question-kids", "2")):
            _tab_to(page, name)
            page.keyboard.type(text)
        _tab_to(page, "consent")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        _is_at(page, "check")
        page.get_by_role("button", name="Change E-mail").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#email")).to_be_focused()
        page.keyboard.press("Enter")
        _is_at(page, "check")
        page.get_by_role("button", name="Confirm appointment").focus()
        page.keyboard.press("Enter")
        _is_at(page, "done")
        confirmation = page.locator("#confirmation")
        expect(confirmation).to_have_text("A confirmation goes to your e-mail address.")
        page.reload()
        _is_at(page, "done")
        _moves_and_cancels_by_keyboard(page)


def _moves_and_cancels_by_keyboard(page: Page) -> None:
    _tab_to(page, "manage")
    page.keyboard.press("Enter")
    _is_at(page, "manage")
    _tab_to_text(page, "Choose another time")
    page.keyboard.press("Enter")
    _is_at(page, "time")
    _tab_to(page, "start", "name")
    page.keyboard.press("Enter")
    _is_at(page, "move")
    _tab_to_text(page, "Move appointment")
    page.keyboard.press("Enter")
    _is_at(page, "manage")
    expect(page.locator("#notice")).to_be_visible()
    _tab_to_text(page, "Cancel appointment")
    page.keyboard.press("Enter")
    _is_at(page, "cancel")
    page.wait_for_timeout(3_100)  # a quicker answer does nothing
    _tab_to(page, "choice")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _is_at(page, "cancelled")


def test_a_hold_warns_and_more_time_keeps_the_focus(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, browser):
        context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-US")
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{server.url}/book/town?lang=en&service=licence")
        button = page.locator("[name=start]").first
        expect(button.locator("[data-own-time]")).to_be_visible()
        page.clock.install()
        button.click()
        _is_at(page, "details")
        expect(page.locator("#hold-warning")).to_be_hidden()
        page.clock.run_for(13 * 60 * 1000 + 30_000)
        expect(page.locator("#hold-warning")).to_be_visible()
        page.locator("#firstName").press_sequentially("W")
        expect(page.locator("#hold-warning")).to_be_hidden()
        expect(page.locator("#firstName")).to_be_focused()
        expect(page.locator("#firstName")).to_have_value("W")
        page.get_by_role("button", name="I need more time").press("Enter")
        page.wait_for_load_state()
        expect(page.get_by_role("button", name="I need more time")).to_be_focused()
        expect(page.locator("#firstName")).to_have_value("W")
        context.close()


def test_a_frame_on_another_site_without_cookies(tmp_path: Path) -> None:
    with _other_site() as site, server_with(tmp_path, embedOrigins=[site.origin]) as server:
        site.script = (
            f'<script src="{server.url}/embed.js" data-account="town" data-lang="en"></script>'
        )
        with _without_cookies(tmp_path / "profile") as context:
            page = context.new_page()
            page.set_viewport_size({"width": 320, "height": 700})
            page.goto(site.origin)
            page.evaluate("document.cookie = 'any=1'")
            assert page.evaluate("document.cookie") == ""
            frame = page.frame_locator("iframe")
            frame.locator("input[value=licence]").check()
            _continue_in(frame)
            frame.locator("[name=start]").first.click()
            frame.locator("#firstName").fill("Wilhelmina")
            frame.locator("#email").fill("w@example.org")
            frame.locator("#consent").check()
            _continue_in(frame)
            frame.get_by_role("button", name="Confirm appointment").click()
            expect(frame.get_by_role("heading", level=1)).to_have_text("Your appointment is booked")
            expect(frame.locator("#manage")).to_have_attribute("target", "_blank")
            check_fits(page)
            inner = page.frames[1].evaluate("document.documentElement.scrollHeight")
            page.wait_for_function(f"document.querySelector('iframe').clientHeight >= {inner} - 1")
            assert context.cookies() == []


def _is_at(page: Page, step: str) -> None:
    page.wait_for_selector(f"main[data-step={step}]")


def _tab_to(page: Page, name: str, what: str = "id") -> None:
    """Presses Tab until the focus is on an element, which is never long."""
    for _ in range(80):
        if page.evaluate(f"document.activeElement.{what}?.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


def _tab_to_text(page: Page, text: str) -> None:
    _tab_to(page, text, "textContent")


def _continue_in(frame: object) -> None:
    frame.get_by_role("button", name="Continue").click()  # type: ignore[attr-defined]


class _Site:
    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.script = ""


@contextmanager
def _other_site() -> Iterator[_Site]:
    """A page of another origin, which has the script in it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The page."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>A town</title><body>{site.script}".encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    site = _Site(server.server_port)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _without_cookies(profile: Path) -> Iterator[BrowserContext]:
    """A browser whose own setting is that no page stores anything."""
    (profile / "Default").mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(blocked))
    with browsing_as(profile) as context:
        yield context
