"""A town hall whose staff work with the console: a server, people who sign in, who is to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from openslot.kernel.scopes import ADMIN_WRITE, APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE, BOOKING
from ports import free_port

from ..chromium import browsing
from ..serving import Installation, Server, installed
from ..town import account_file, token
from ..wire import Answer, request

PASSWORD = "a harbour full of herring"
MORNING = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)  # a Tuesday, 09:00 in Amsterdam
TODAY = "2027-01-12"


@dataclass
class TownHall:
    """The server, and what its staff have before them."""

    installation: Installation
    server: Server
    browser: Browser
    _token: str = ""
    _ids: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request of another program, which may do everything, below the root."""
        with self.server.wire() as wire:
            if not self._token:
                self._token = token(wire, self.installation.clients["acme", "desks"])
            sent = request(method, path, token=self._token, body=body, headers=headers)
            return wire.ask(sent)

    def id(self, kind: str, key: str) -> str:
        """The id of something in the catalogue: `branches`, `services` or `resources`."""
        if (found := self._ids.get(key)) is None:
            listed = self.call("GET", f"/admin/v1/{kind}").json()
            self._ids |= {one["key"]: one["id"] for one in listed}
            found = self._ids[key]
        return found

    def at(self, moment: datetime, *, stands: bool = True) -> None:
        """Puts the clock of the town to a moment, where it stands still or from where it runs."""
        body = {"now": moment.isoformat(), "frozen": stands}
        answer = self.call("PUT", "/admin/v1/sandbox/clock", body)
        assert answer.status == 200, answer

    def books(self, name: str, time: str, *, day: str = TODAY, service: str = "four") -> str:
        """Somebody calls, and another desk books; the id of the appointment."""
        first, _, last = name.partition(" ")
        body = {
            "serviceId": self.id("services", service),
            "branchId": self.id("branches", "centre"),
            "timeSlot": {"startTime": f"{day}T{time}:00+01:00"},
            "customer": {"firstName": first, "lastName": last},
        }
        answer = self.call("POST", "/admin/v1/appointments", body)
        assert answer.status == 201, answer
        return str(answer.json()["appointmentId"])

    def acts(self, appointment_id: str, act: str) -> None:
        """Another program acts on an appointment, whatever its version."""
        path = f"/admin/v1/appointments/{appointment_id}/{act}"
        answer = self.call("POST", path, {} if act in ("cancel", "undo") else None)
        assert answer.status == 200, answer

    def user(self, name: str, role: str = "desk") -> str:
        """A new user; returns the e-mail address."""
        email = f"{name.lower()}@town.example"
        options = ("--name", f"{name} Smit", "--role", role, "--password-stdin")
        self.installation.run("user", "create", "acme", email, *options, stdin=f"{PASSWORD}\n")
        return email

    def signed_in(self, name: str, role: str = "desk", **options: Any) -> Page:
        """The browser of a new user, on Today."""
        email = self.user(name, role)
        context: BrowserContext = self.browser.new_context(locale="en-GB", **options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{self.server.url}/console/sign-in?account=acme")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        return page


@contextmanager
def town_hall(folder: Path, *, counters: int = 4, **settings: str) -> Iterator[TownHall]:
    """A town hall on a Tuesday at nine, with settings, and counters for the service `four`."""
    document = account_file("acme", sandbox=True)
    first = next(one for one in document["resources"] if one["key"] == "counter-0")
    document["resources"] += [
        {**first, "key": f"counter-{n}", "name": f"Counter-{n}"} for n in range(4, counters)
    ]
    document["clients"].append(
        {
            "key": "desks",
            "name": "Other desks",
            "grants": ["client_credentials"],
            "scopes": [*BOOKING, ADMIN_WRITE, APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE],
        }
    )
    installation = installed(folder, document)
    port = free_port()
    installation.environment |= {f"OPENSLOT_{name.upper()}": v for name, v in settings.items()}
    installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    with browsing() as browser:
        hall = TownHall(installation, installation.start(port=port), browser)
        try:
            hall.at(MORNING)
            yield hall
        finally:  # another one, where a test has started the server again
            hall.server.stop()
