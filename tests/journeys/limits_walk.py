"""The states of the booking page at its limits, one after the other, in a browser without scripts.

With scripts the puzzle is solved before anybody can look at the page.
"""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from .booking_walk import open_later_day, town

# Nobody is there to take the mail with the code.
MAIL = {"OPENSLOT_SMTP_URL": "smtp://127.0.0.1:9", "OPENSLOT_MAIL_FROM": "noreply@example.org"}


def limited_town() -> dict[str, Any]:
    """One that lets an address hold one time, and a person book one."""
    return town(
        limits={
            "openAppointmentsPerPerson": 1,
            "holdsPerAddress": 1,
            "bookingsPerAddressAndHour": 0,
        }
    )


def limit_states(page: Page, url: str, lang: str) -> Iterator[str]:
    """Leaves the page in each state, and says which."""
    for step in ("check", "limit"):
        _hold(page, url, lang, 0)
        page.locator("#firstName").fill("Wilhelmina")
        page.locator("#email").fill("wilhelmina@oosterschelde.example")
        page.locator("#consent").check()
        _press(page)
        page.wait_for_selector(f"main[data-step={step}]")
        if step == "check":
            _press(page)
            page.wait_for_selector("main[data-step=done]")
    yield "limit"
    _hold(page, url, lang, 1)
    page.wait_for_selector("main[data-step=challenge]")
    yield "challenge"
    page.locator("#challengeEmail").fill("nobody")
    _press(page)
    yield "challenge-fault"
    page.locator("#challengeEmail").fill("wilhelmina@oosterschelde.example")
    _press(page)
    yield "challenge-code"
    page.locator("#challengeCode").fill("12345")
    _press(page)
    yield "challenge-code-fault"


def _hold(page: Page, url: str, lang: str, number: int) -> None:
    page.goto(f"{url}/book/town?lang={lang}&service=licence")
    open_later_day(page)
    page.locator("[name=start]").nth(number).click()


def _press(page: Page) -> None:
    page.locator("main .buttons button").first.click()
