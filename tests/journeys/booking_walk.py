"""Every state of the booking page, one after the other, in a real browser."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Locator, Page

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in DAYS]
# 16 × 16 pixels of one colour
_LOGO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAGElEQVR4nGNgYPhP"
    "IhrVMKphVMOwVwMA0GX/AeVpfgEAAAAASUVORK5CYII="
)


def town(**page: Any) -> dict[str, Any]:
    """An account file with a page; `page` are more fields of it."""
    one = {"durationMinutes": 20, "slotStepMinutes": 60, "horizonDays": 60, "branches": ["centre"]}
    return {
        "account": "town",
        "name": "Town of Zilverdam",
        "locales": ["en_US", "nl_NL", "de_DE"],
        "bookingPage": {
            "texts": {
                "intro": "Book an appointment at one of our desks.\nIt takes about a minute.",
                "consent": "I agree that the town uses my details for this appointment.",
                "done": "Please be there five minutes early.",
            },
            "logo": _LOGO,
            "contact": {"phone": "+31 15 123 4567", "email": "info@zilverdam.example"},
            "privacyUrl": "https://www.zilverdam.example/privacy",
            "languages": ["en_US", "nl_NL", "de_DE", "ar_XB"],
            "limits": {
                "openAppointmentsPerPerson": 0,
                "holdsPerAddress": 0,
                "bookingsPerAddressAndHour": 0,
            },
            **page,
        },
        "branches": [
            {
                "key": key,
                "name": name,
                "timeZone": "Europe/Amsterdam",
                "address": {"streetName": street, "city": "Zilverdam", "country": "NL"},
                "openingHours": _HOURS,
            }
            for key, name, street in (
                ("centre", "City Hall", "Markt 1"),
                ("harbour", "Harbour office", "Kade 12"),
            )
        ],
        "serviceGroups": [{"key": "documents", "name": "Documents"}],
        "services": [
            {
                **one,
                "key": "passport",
                "name": {"en_US": "Passport or identity card", "nl_NL": "Paspoort of ID-kaart"},
                "group": "documents",
                "branches": ["centre", "harbour"],
                "resourceTypes": ["desk"],
                "maxNumberOfReservations": 4,
                "customerFields": {"lastName": "required", "dateOfBirth": "optional"},
                "whatToBring": "Your old passport\nA photo",
                "questions": [{"key": "kids", "text": "How many children?", "required": True}],
            },
            {
                **one,
                "key": "licence",
                "name": "Driving licence",
                "group": "documents",
                "resourceTypes": ["booth"],
            },
            {**one, "key": "wedding", "name": "Wedding", "resourceTypes": ["hall"]},
        ],
        "resources": [
            *(
                {
                    "key": f"{branch}-{number}",
                    "branch": branch,
                    "name": f"Desk {number}",
                    "type": "desk",
                    "services": ["passport"],
                }
                for branch in ("centre", "harbour")
                for number in (1, 2)
            ),
            {
                "key": "booth",
                "branch": "centre",
                "name": "Booth",
                "type": "booth",
                "services": ["licence"],
            },
        ],
    }


def open_later_day(page: Page) -> None:
    """Opens a day of the next month: of today few times may be left, and of this month few days."""
    follow(page, page.locator(".nav a").last)
    follow(page, page.locator("#month a").nth(1))


def follow(page: Page, button: Locator) -> None:
    """Presses what leads to another page, and waits for it: a slow machine shows the old one."""
    with page.expect_navigation():
        button.click()


class Walk:
    """Goes through the page as one visitor, and as a second one who is faster."""

    def __init__(self, browser: Browser, page: Page, url: str, *, lang: str = "en_US") -> None:
        """`url` is the server's; `lang` is the language that is walked through."""
        self._page = page
        self._other = browser.new_page(java_script_enabled=False)
        self._first = f"{url}/book/town?lang={lang}"
        self._url = url

    def states(self) -> Iterator[str]:
        """Leaves the page in each state, and says which."""
        page = self._page
        page.goto(self._first)
        yield "service"
        page.goto(f"{self._first}&service=passport&people=9")
        yield "service-fault"
        page.goto(self._first)
        page.locator("input[value=passport]").check()
        page.locator("#people").fill("2")
        self._continue()
        yield "branch"
        page.get_by_role("radio").first.check()
        self._continue()
        yield "time"
        open_later_day(page)
        follow(page, page.locator("[name=start]").nth(3))
        yield "details"
        self._continue()
        yield "details-faults"
        page.locator("#firstName").fill("Wilhelmina")
        page.locator("#lastName").fill("van der Oosterschelde-Quibble")
        page.locator("#email").fill("wilhelmina@oosterschelde.example")
        page.locator("#question-kids").fill("Two, and one on the way")
        page.locator("#consent").check()
        self._continue()
        yield "check"
        follow(page, page.locator("[name=choose]"))
        yield "time-again"
        follow(page, page.locator("[name=start]").first)
        page.locator("main[data-step=check] .buttons button").first.click()
        page.wait_for_selector("main[data-step=done]")
        yield "done"
        follow(page, page.locator("#manage"))
        yield from self._manage()
        yield from self._lost()
        page.goto(f"{self._first}&service=licence&date=2020-01-01")
        yield "time-notice"
        page.goto(f"{self._first}&service=wedding")
        yield "none"
        page.goto(f"{self._url}/book/town/nothing?lang=en")
        yield "gone"
        page.goto(f"{self._url}/manage/nothing")
        yield "gone-link"

    def _manage(self) -> Iterator[str]:
        page = self._page
        yield "manage"
        follow(page, page.locator("main ul a").first)
        yield "move-time"
        open_later_day(page)
        page.locator("[name=start]").nth(1).click()
        page.wait_for_selector("main[data-step=move]")
        yield "move"
        page.locator("main form button").click()
        page.wait_for_selector("main[data-step=manage]")
        yield "moved"
        follow(page, page.locator("main ul a").nth(1))
        yield "cancel"
        self._continue()
        yield "cancel-fault"
        page.wait_for_timeout(3_100)
        page.locator("#choice-cancel").check()
        self._continue()
        page.wait_for_selector("main[data-step=cancelled]")
        yield "cancelled"

    def _lost(self) -> Iterator[str]:
        """Two want the last time of a day; the other is faster."""
        for page in (self._page, self._other):
            page.goto(f"{self._first}&service=licence")
            open_later_day(page)
        follow(self._other, self._other.locator("[name=start]").nth(1))
        self._page.locator("[name=start]").nth(1).click()
        self._page.wait_for_selector("main[data-step=lost]")
        yield "lost"

    def _continue(self) -> None:
        follow(self._page, self.button_of_form())

    def button_of_form(self) -> Locator:
        """The button that leads on."""
        return self._page.locator("main .buttons button").first
