"""Pictures of every page of the console, made with the demo: narrow and wide, light and dark.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.console_pictures FOLDER`; more
arguments choose pages by a part of their name.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ports import free_port

from ..chromium import browsing

_WIDTHS = (360, 1280)
_HEIGHT = 900
_OPENSLOT = Path(sys.executable).parent / "openslot"

# The pages by name; a pattern stands for the first link that it fits on the page before it.
PAGES: tuple[tuple[str, str], ...] = (
    ("today", "today"),
    ("appointment", r"appointments/[0-9a-f-]{36}$"),
    ("move", r"appointments/[0-9a-f-]{36}/move$"),
    ("cancel", r"appointments/[0-9a-f-]{36}/cancel$"),
    ("walk-in", "walk-in"),
    ("book", "book"),
    ("calendar", "calendar"),
    ("calendar-week", "calendar?view=week"),
    ("block", "blocks/new"),
    ("absence", "absences/new"),
    ("attention", "attention"),
    ("customers", "customers"),
    ("statistics", "statistics"),
    ("print", "print"),
    ("start", "start"),
    ("setup", "setup"),
    ("account", "setup/account"),
    ("branches", "setup/branches"),
    ("branch", r"setup/branches/[0-9a-f-]{36}$"),
    ("overrides", r"setup/branches/[0-9a-f-]{36}/overrides$"),
    ("branch-new", "setup/branches/new"),
    ("service-groups", "setup/service-groups"),
    ("services", "setup/services"),
    ("service", r"setup/services/[0-9a-f-]{36}$"),
    ("service-new", "setup/services/new"),
    ("resources", "setup/resources"),
    ("resource", r"setup/resources/[0-9a-f-]{36}$"),
    ("service-combinations", "setup/service-combinations"),
    ("customer-fields", "setup/customer-fields"),
    ("booking-page", "setup/booking-page"),
    ("messages", "setup/messages"),
    ("reminders", "setup/reminders"),
    ("feeds", "setup/feeds"),
    ("account-file", "setup/account-file"),
    ("clients", "clients"),
    ("client", r"clients/[0-9a-z-]{20,}$"),
    ("client-new", "clients/new"),
    ("webhooks", "webhooks"),
    ("webhook-new", "webhooks/new"),
    ("users", "users"),
    ("user", r"users/[0-9a-f-]{36}$"),
    ("user-new", "users/new"),
    ("audit", "audit"),
    ("preferences", "me"),
    ("not-found", "nothing-here"),
)


def main(folder: Path, wanted: list[str]) -> None:
    """Writes a picture for each page, width and scheme, and says what axe finds."""
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as (url, administrator), browsing() as browser:
        page = browser.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: print("  console:", message.text))
        page.goto(f"{url}/console/sign-in?account=demo")
        _take(page, folder, "sign-in", wanted)
        page.get_by_label("E-mail address").fill(administrator["email"])
        page.get_by_label("Password").fill(administrator["password"])
        page.get_by_role("button", name="Sign in").click()
        for name, address in PAGES:
            if address.endswith("$"):
                links = [
                    link.get_attribute("href") or "" for link in page.get_by_role("link").all()
                ]
                fitting = [link for link in links if re.search(address, link)]
                if not fitting:
                    print(f"{name}: no link on {page.url}")
                    continue
                page.goto(url + fitting[0])
            else:
                page.goto(f"{url}/console/{address}")
            _take(page, folder, name, wanted)


def _take(page: Page, folder: Path, name: str, wanted: list[str]) -> None:
    if wanted and not any(part in name for part in wanted):
        return
    found = set()
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.add(f"{wide} wide at {width}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            for violation in Axe().run(page).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"][:2]]
                found.add(f"{violation['impact']} {violation['id']} {nodes}")
    print(name, *sorted(found), sep="\n  ")


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """A demo that serves: its address, and the administrator's address and password."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="openslot-demo-") as folder:
        process = subprocess.Popen(
            [_OPENSLOT, "demo", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "OPENSLOT_LOG_LEVEL": "warning"},
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    urlopen(f"{url}/health/ready").close()  # noqa: S310
                    break
                except OSError:
                    time.sleep(0.1)
            saved = next(Path(folder).glob("*.json"))
            yield url, json.loads(saved.read_text())["administrator"]
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
