"""The account that journeys book at, and the requests that they make."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from openslot.kernel.scopes import ADMIN_WRITE, BOOKING

from .serving import Credentials
from .wire import Answer, Wire, request

API = "/external/v1"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERSON = {
    "personalIdentifier": "1234567890",
    "firstName": "Noor",
    "lastName": "Visser",
    "email": "noor@example.org",
    "phoneNumber": "+31612345678",
}


def account_file(name: str = "acme", *, sandbox: bool = False) -> dict[str, Any]:
    """One branch, and services with one place, three places, four desks and a pair of types."""

    def service(key: str, *types: str) -> dict[str, Any]:
        return {
            "key": key,
            "name": key.title(),
            "durationMinutes": 30,
            "slotStepMinutes": 15,
            "horizonDays": 730,
            "resourceTypes": list(types),
            "branches": ["centre"],
        }

    def resource(key: str, kind: str, *services: str, capacity: int = 1) -> dict[str, Any]:
        return {
            "key": key,
            "branch": "centre",
            "name": key.title(),
            "type": kind,
            "capacity": capacity,
            "services": list(services),
        }

    return {
        "account": name,
        "name": name.title(),
        "sandbox": sandbox,
        "locales": ["en_US"],
        "settings": {"reservationMinutes": 15},
        "branches": [
            {
                "key": "centre",
                "name": "Centre",
                "timeZone": "Europe/Amsterdam",
                "address": {"country": "NL"},
                "openingHours": [{"day": d, "opens": "08:00", "closes": "20:00"} for d in _DAYS],
            }
        ],
        "services": [
            service("single", "desk"),
            service("three", "classroom"),
            service("four", "counter"),
            service("pair", "adviser", "room"),
        ],
        "resources": [
            resource("desk", "desk", "single"),
            resource("classroom", "classroom", "three", capacity=3),
            *(resource(f"counter-{n}", "counter", "four") for n in range(4)),
            resource("adviser-1", "adviser", "pair"),
            resource("adviser-2", "adviser", "pair"),
            resource("room", "room", "pair"),
        ],
        "clients": [
            {
                "key": "website",
                "name": "Website",
                "grants": ["client_credentials"],
                "scopes": [*BOOKING, ADMIN_WRITE],
            }
        ],
    }


def token(wire: Wire, credentials: Credentials) -> str:
    """An access token of a client."""
    answer = wire.ask(token_request(credentials))
    assert answer.status == 200, answer
    text: str = answer.json()["access_token"]
    return text


def token_request(credentials: Credentials) -> bytes:
    """`POST /oauth2/token` as documented clients send it."""
    return request(
        "POST",
        "/oauth2/token",
        body=b"grant_type=client_credentials",
        headers={
            "Authorization": credentials.basic,
            "X-ACCOUNT": credentials.account,
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )


@dataclass(frozen=True)
class Desk:
    """What a client knows that wants to book: its token, and the ids of what there is."""

    token: str
    branch: str
    services: Mapping[str, str]  # id by name

    @classmethod
    def at(cls, wire: Wire, credentials: Credentials) -> "Desk":
        """Gets a token and reads the catalogue."""
        bearer = token(wire, credentials)
        listed, *_ = wire.get(f"{API}/services", bearer).json()
        return cls(
            bearer,
            listed["branch"]["id"],
            {service["name"].lower(): service["id"] for service in listed["services"]},
        )

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """A request of the booking API; the path begins after `/external/v1`."""
        return request(method, API + path, token=self.token, body=body, headers=headers)

    def reserve(
        self,
        service: str,
        start: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> bytes:
        """A request for a reservation."""
        body = {
            "serviceId": self.services[service],
            "branchId": self.branch,
            "timeSlot": {"startTime": start},
            **more,
        }
        return self.call("POST", "/reservations", body, headers)

    def confirm(self, reservation: str, headers: Mapping[str, str] | None = None) -> bytes:
        """A request that makes an appointment of a reservation."""
        return self.call("POST", f"/reservations/{reservation}/confirm", PERSON, headers)

    def release(self, reservation: str) -> bytes:
        """A request that gives a reservation back."""
        return self.call("DELETE", f"/reservations/{reservation}")

    def move(
        self, appointment: str, reservation: str, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """A request that moves an appointment to a reservation."""
        body = {"reservationId": reservation}
        return self.call("PUT", f"/appointments/{appointment}", body, headers)

    def cancel(self, appointment: str) -> bytes:
        """A request that cancels an appointment."""
        return self.call("DELETE", f"/appointments/{appointment}")

    def slots(self, wire: Wire, service: str, first: str, last: str) -> list[str]:
        """The starts that are listed in `[first, last)`."""
        path = f"/branches/{self.branch}/services/{self.services[service]}/timeslots"
        query = urlencode({"from": first, "to": last})
        listed = wire.ask(self.call("GET", f"{path}?{query}"))
        assert listed.status == 200, listed
        return [slot["startTime"] for slot in listed.json()]

    def starts(self, wire: Wire, service: str, every: int = 2) -> Iterator[str]:
        """Free starts from the day after tomorrow on: every second one, so that none overlap."""
        day = datetime.now(UTC).date() + timedelta(days=2)
        for week in itertools.count():
            first = day + timedelta(days=7 * week)
            listed = self.slots(wire, service, str(first), str(first + timedelta(days=7)))
            assert listed, f"no starts of {service} are left"
            yield from listed[::every]


def made(answer: Answer) -> str:
    """The id that a 201 answers."""
    assert answer.status == 201, answer
    appointment: str = json.loads(answer.body)["appointmentId"]
    return appointment
