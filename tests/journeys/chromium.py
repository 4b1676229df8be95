"""A real Chromium, driven without scripts in its pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHOSEN = "OPENSLOT_TEST_CHROMIUM"
# WCAG 2.2 AA, and what axe holds to be good besides
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OF_COLOURS = ["color-contrast"]  # all that dark changes
# The sandbox needs privileges that a container seldom has; the pages are our own.
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
NARROW = 320  # CSS pixels: WCAG 2.2, 1.4.10

expect.set_options(timeout=20_000)  # others are at work on the machine; a promise names its own


def chromium_path() -> str:
    """Where a Chromium is; without one the test is skipped, but never where CI counts on it."""
    chosen = os.environ.get(_CHOSEN)
    found = chosen or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        why = f"no Chromium here; run bin/install-browser, or name one in {_CHOSEN}"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser of the test's own."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def browsing_as(profile: Path) -> Iterator[BrowserContext]:
    """A browser with the settings of a profile."""
    path = chromium_path()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=path, args=_FLAGS
        )
        yield context
        context.close()


class Look:
    """Looks at pages of a browser in which no scripts run: axe is one, so it gets a copy."""

    def __init__(self, browser: Browser) -> None:
        self._copy = browser.new_page()

    def at(self, page: Page, heading: str) -> None:
        """What holds for every page: it fits, and axe finds nothing, in light and in dark.

        `heading` is that of the page one should be at by now.
        """
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        check_fits(page)
        self._copy.set_content(page.content())
        for sheet in page.locator("link[rel=stylesheet]").all():
            address = urljoin(page.url, sheet.get_attribute("href") or "")
            self._copy.add_style_tag(content=page.request.get(address).text())
        for scheme, rules in (("light", RULES), ("dark", _OF_COLOURS)):
            self._copy.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = Axe().run(self._copy, options={"runOnly": rules})
            assert found.response["passes"], "axe has looked at nothing"
            assert found.violations_count == 0, f"{scheme} {page.url}\n{found.generate_report()}"


def check_fits(page: Page) -> None:
    """Nothing of the page lies beside a narrow screen, where one would have to scroll sideways."""
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW, f"{page.url} is {width} wide"
    if size is not None:
        page.set_viewport_size(size)


def check_enlarged(page: Page) -> None:
    """Nothing lies beside the screen at 200 %: of the page, or of its letters alone."""
    size = page.viewport_size
    page.set_viewport_size({"width": 1280 // 2, "height": 450})
    for letters in ("", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 1280 // 2, f"{page.url} is {width} wide, letters {letters}"
    page.evaluate("document.documentElement.style.fontSize = ''")
    if size is not None:
        page.set_viewport_size(size)
