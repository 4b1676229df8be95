"""Pictures of every state of the booking page: narrow and wide, light and dark.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.booking_page_pictures FOLDER`.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from ports import free_port

from ..booking_walk import Walk, town
from ..chromium import browsing
from ..limits_walk import MAIL, limit_states, limited_town
from ..serving import installed

_WIDTHS = (320, 1280)
_HEIGHT = 900


def main(folder: Path, lang: str) -> None:
    """Writes a picture for each state, width and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with browsing() as browser:
        with serving(town()) as url:
            page = browser.new_page()
            for state in Walk(browser, page, url, lang=lang).states():
                _take(page, folder, state)
        with serving(limited_town()) as url:
            page = browser.new_page(java_script_enabled=False)
            for state in limit_states(page, url, lang):
                _take(page, folder, state)


@contextmanager
def serving(account: dict[str, Any]) -> Iterator[str]:
    """The address of a server with an account."""
    with tempfile.TemporaryDirectory(prefix="openslot-pictures-") as name:
        installation = installed(Path(name), account)
        port = free_port()
        installation.environment |= {**MAIL, "OPENSLOT_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        with installation.serving(port=port) as server:
            yield server.url


def _take(page: Page, folder: Path, state: str) -> None:
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{state}-{width}-{scheme}.png", full_page=True)
    print(state)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en_US")
