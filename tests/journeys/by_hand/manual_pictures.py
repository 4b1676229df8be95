"""The pictures of the manual, made with the demo.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.manual_pictures docs/images`.
"""

import sys
from pathlib import Path

from ..chromium import browsing
from .console_pictures import demo

_SIZE = {"width": 1100, "height": 640}
_PICTURES = {
    "console-today": "today",
    "console-calendar": "calendar",
    "console-statistics": "statistics",
    "console-start": "start",
    "console-branch": "setup/branches",
}
_FIRST_LINK = {"console-branch": "City Hall"}  # where the picture is of what a link leads to


def main(folder: Path) -> None:
    """Writes them."""
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
