"""A real Chromium, driven without scripts in its pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHOSEN = "OPENSLOT_TEST_CHROMIUM"
# WCAG 2.2 AA, and what axe holds to be good besides
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = 320  # CSS pixels: WCAG 2.2, 1.4.10


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
    # The sandbox needs privileges that a container seldom has; the pages are our own.
    flags = ["--no-sandbox", "--disable-dev-shm-usage"]
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


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
        for scheme in ("light", "dark"):
            self._copy.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = Axe().run(self._copy, options={"runOnly": RULES})
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
