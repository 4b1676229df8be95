"""The pictures of the manual, taken from the product itself.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.manual_pictures docs/images`.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ..booking_walk import Walk, open_later_day, town
from ..chromium import browsing
from .booking_page_pictures import serving
from .console_pictures import demo

_SIZE = {"width": 1100, "height": 640}
_TOMORROW = datetime.now(ZoneInfo("Europe/Amsterdam")).date() + timedelta(days=1)
_PICTURES = {
    "console-today": "today",
    # Of the next day, so that it is a full one at any hour.
    "console-calendar": f"calendar?date={_TOMORROW}",
    "console-statistics": "statistics",
    "console-start": "start",
    "console-branch": "setup/branches",
}
_FIRST_LINK = {"console-branch": "City Hall"}  # where the picture is of what a link leads to
_PAGE_SIZE = {"width": 640, "height": 860}
_STEPS = ("service", "time", "done")  # of the booking page


def main(folder: Path) -> None:
    """Writes them."""
    _console(folder)
    _booking_page(folder)


def _console(folder: Path) -> None:
    with demo() as (url, administrator), browsing() as browser:
        page = browser.new_page(viewport=_SIZE)  # type: ignore[arg-type]
        page.goto(f"{url}/console/sign-in?account=demo")
        page.get_by_label("E-mail address").fill(administrator["email"])
        page.get_by_label("Password").fill(administrator["password"])
        page.get_by_role("button", name="Sign in").click()
        for name, address in _PICTURES.items():
            page.goto(f"{url}/console/{address}")
            if name in _FIRST_LINK:
                page.get_by_role("link", name=_FIRST_LINK[name]).click()
            page.screenshot(path=folder / f"{name}.png")
            print(name)


def _booking_page(folder: Path) -> None:
    with browsing() as browser, serving(town(languages=["en_US", "nl_NL"])) as url:
        page = browser.new_page(
            viewport=_PAGE_SIZE,  # type: ignore[arg-type]
            timezone_id="Europe/Amsterdam",
        )
        for state in Walk(browser, page, url).states():
            if state == "time":
                open_later_day(page)
            if state in _STEPS:
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=folder / f"booking-page-{state}.png")
                print(state)
            if state == _STEPS[-1]:
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
