"""Pictures of every state of the booking page: narrow and wide, light and dark.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.booking_page_pictures FOLDER`.
"""

import sys
import tempfile
from pathlib import Path

from ..booking_walk import Walk, town
from ..chromium import browsing
from ..serving import free_port, installed

_WIDTHS = (320, 1280)
_HEIGHT = 900


def main(folder: Path, lang: str) -> None:
    """Writes a picture for each state, width and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="openslot-pictures-") as name:
        installation = installed(Path(name), town())
        port = free_port()
        installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        with installation.serving(port=port) as server, browsing() as browser:
            page = browser.new_page()
            page.set_default_timeout(10_000)
            for state in Walk(browser, page, server.url, lang=lang).states():
                for width in _WIDTHS:
                    page.set_viewport_size({"width": width, "height": _HEIGHT})
                    for scheme in ("light", "dark"):
                        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                        path = folder / f"{state}-{width}-{scheme}.png"
                        page.screenshot(path=path, full_page=True)
                print(state)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en_US")
