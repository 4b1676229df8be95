"""The pictures of the manual, taken from the product itself.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.manual_pictures`.
"""

from pathlib import Path

from ..booking_walk import Walk, town
from ..chromium import browsing
from .booking_page_pictures import serving

FOLDER = Path(__file__).parents[3] / "docs" / "images"
SHOWN = ("service", "time", "done")
_SIZE = {"width": 640, "height": 860}


def main() -> None:
    """Writes one for each state that a page of the manual shows."""
    with browsing() as browser, serving(town(languages=["en_US", "nl_NL"])) as url:
        page = browser.new_page(viewport=_SIZE, timezone_id="Europe/Amsterdam")
        for state in Walk(browser, page, url).states():
            if state in SHOWN:
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=FOLDER / f"booking-page-{state}.png")
            if state == SHOWN[-1]:
                return


if __name__ == "__main__":
    main()
