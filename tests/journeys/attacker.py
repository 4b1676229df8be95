"""An attacker with one house on IPv6, one stolen password and one stolen program.

`PYTHONPATH=tests .venv/bin/python -m journeys.attacker 3600` attacks a server of its own for an
hour and prints what the attacker got: it has to be nothing. The tests do the same in seconds.
"""

import base64
import itertools
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ports import free_port

from .serving import Installation, Server, installed
from .visitor import Visitor

ANN, EVE, PASSWORD = "ann@example.org", "eve@example.org", "correct horse battery"
BOOK = "com.qmatic.saas.appointments/external.appointment.book"
POWER = ("openslot/users.manage", "openslot/privacy.manage", "openslot/audit.read")
SECRETS_A_MINUTE = 10  # by client and address, and as many passwords by person and address
SECRETS_A_MINUTE_AND_ADDRESS = 100
CODES_AN_HOUR = 20
ACCOUNT: dict[str, Any] = {
    "account": "acme",
    "name": "Acme",
    "settings": {"secondFactorRequired": ["administrator"]},
    "clients": [
        {
            "key": "app",
            "name": "App",
            "grants": ["authorization_code", "refresh_token"],
            "scopes": ["openslot/admin.read"],
            "redirectUris": ["http://127.0.0.1/cb"],
            "tokenEndpointAuthMethod": "none",
        },
        {
            "key": "stolen",
            "name": "Stolen",
            "grants": ["client_credentials"],
            "scopes": ["openslot/clients.manage", "openslot/admin.read"],
        },
        {
            "key": "strong",
            "name": "Strong",
            "grants": ["client_credentials"],
            "scopes": ["openslot/clients.manage", *POWER],
        },
    ],
}


@dataclass
class Attack:
    """What the attacker tries, and what it got."""

    installation: Installation
    server: Server
    seconds: float
    loot: list[str] = field(default_factory=list)
    tried: int = 0
    compared: int = 0  # guesses that were not put off

    @property
    def pages(self) -> str:
        """Where the account's addresses begin."""
        return f"{self.server.url}/accounts/acme"

    def got(self, what: str, *, when: bool) -> None:
        """Notes something that nobody should have."""
        if when and what not in self.loot:
            self.loot.append(what)

    def guess(self, ask: Callable[[str], httpx.Response], addresses: Iterator[str]) -> None:
        """Asks from one address after another until the time is over."""
        until = time.monotonic() + self.seconds
        self.compared = 0
        while time.monotonic() < until:
            self.tried += 1
            answer = ask(next(addresses))
            if answer.status_code != 429:
                self.compared += 1

    def most(self, a_minute: int) -> int:
        """How many guesses the limits let through in the time of one attack."""
        return a_minute * (int(self.seconds // 60) + 2)


def house() -> Iterator[str]:
    """Addresses of one /64, in more than one spelling."""
    for number in itertools.count(1):
        yield f"2001:db8:1:1::{number % 0xFFFF:x}"
        yield f"2001:0DB8:0001:0001:{number % 0xFFFF:04X}:0:0:1"


def world() -> Iterator[str]:
    """Addresses all over the world."""
    for number in itertools.count():
        yield f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}"


def guess_secrets(attack: Attack) -> None:
    """From the house: secrets of one client, and then of as many clients as it can think of."""
    known = attack.installation.clients["acme", "stolen"].client_id

    def of(client_id: str, address: str) -> httpx.Response:
        pair = base64.b64encode(f"{client_id}:osk_{secrets.token_hex(20)}".encode()).decode()
        answer = httpx.post(
            f"{attack.pages}/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {pair}", "X-Forwarded-For": address},
        )
        attack.got("a token by guessing", when=answer.status_code == 200)
        return answer

    attack.guess(lambda address: of(known, address), house())
    attack.got("more guesses than allowed", when=attack.compared > attack.most(SECRETS_A_MINUTE))
    attack.guess(lambda address: of(secrets.token_hex(13), address), house())
    most = attack.most(SECRETS_A_MINUTE_AND_ADDRESS)
    attack.got("more guesses of many clients", when=attack.compared > most)


def guess_passwords(attack: Attack) -> None:
    """From the house: passwords of one person, whose address has many spellings."""
    spellings = itertools.cycle([ANN, ANN.upper(), f" {ANN}", "ann@ｅxample.org"])
    browser = Visitor(attack.server.url, "acme")

    def one(address: str) -> httpx.Response:
        answer = browser.sign_in(next(spellings), secrets.token_hex(8), address=address)
        attack.got("a session by guessing", when=answer.status_code == 303)
        return answer

    attack.guess(one, house())
    attack.got("more passwords than allowed", when=attack.compared > attack.most(SECRETS_A_MINUTE))


def use_password(attack: Attack) -> None:
    """With a password of somebody who has a second factor: guesses codes from everywhere."""
    app = attack.installation.clients["acme", "app"].client_id

    def one(address: str) -> httpx.Response:
        thief = Visitor(attack.server.url, "acme", address)
        begun = thief.sign_in(ANN, PASSWORD)
        if begun.status_code == 429:
            return begun
        attack.got("a session without a code", when=thief.at("/me").status_code == 200)
        answer = thief.give_code(begun.text, f"{secrets.randbelow(10**6):06d}")
        attack.got("a session by a guessed code", when=answer.status_code == 303)
        asked, told = _authorized(thief, app)
        attack.got("a code of a client", when=asked or "code" in told)
        return answer

    attack.guess(one, world())
    most = CODES_AN_HOUR * (int(attack.seconds // 3600) + 2)
    attack.got("more codes than allowed", when=attack.compared > most)


def use_password_without_factor(attack: Attack) -> None:
    """With a password of somebody who must enrol first: tries to get by without."""
    app = attack.installation.clients["acme", "app"].client_id
    thief = Visitor(attack.server.url, "acme", "203.0.113.7")
    thief.sign_in(EVE, PASSWORD)
    attack.got("a session without enrolment", when=thief.at("/me").status_code == 200)
    asked, told = _authorized(thief, app)
    attack.got("a client's code without enrolment", when=asked or "code" in told)


def _authorized(thief: Visitor, client_id: str) -> tuple[bool, dict[str, str]]:
    answer = thief.at(
        "/oauth2/authorize?response_type=code&prompt=none&redirect_uri=http%3A%2F%2F127.0.0.1%3A1"
        f"%2Fcb&client_id={client_id}&code_challenge={'c' * 43}&code_challenge_method=S256"
    )
    told = dict(httpx.URL(answer.headers.get("location", "")).params)
    return answer.status_code == 200 and "decision" in answer.text, told


def use_program(attack: Attack) -> None:
    """With the secret of a program that manages clients: tries to get more power than it has."""
    made = attack.installation.clients
    admin = f"{attack.server.url}/admin/v1"
    token = httpx.post(
        f"{attack.pages}/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": made["acme", "stolen"].basic},
    ).json()["access_token"]
    with httpx.Client(base_url=admin, headers={"Authorization": f"Bearer {token}"}) as http:
        ids = {client["key"]: client["id"] for client in http.get("/clients").json()}
        new = {"name": "X", "grants": ["client_credentials"]}
        plain = http.post("/clients", json={**new, "key": "plain", "scopes": [BOOK]}).json()
        tries: list[tuple[str, str, Any]] = [
            ("POST", f"/clients/{ids['strong']}/secrets", {}),
            ("PATCH", f"/clients/{ids['strong']}", {"name": "Mine"}),
            ("POST", "/users", {"email": "me@example.org", "name": "Me", "role": "administrator"}),
        ]
        for scope in POWER:
            tries += [
                ("POST", "/clients", {**new, "key": scope.split("/")[1], "scopes": [scope]}),
                ("PATCH", f"/clients/{ids['stolen']}", {"scopes": [scope]}),
                ("PATCH", f"/clients/{plain['id']}", {"scopes": [BOOK, scope]}),
                (
                    "POST",
                    "/apply",
                    {**ACCOUNT, "clients": [{**new, "key": "y", "scopes": [scope]}]},
                ),
            ]
        for method, path, body in tries:
            answer = http.request(method, path, json=body)
            attack.tried += 1
            harmless = path.endswith(ids["strong"]) and method == "PATCH"
            attack.got(f"{method} {path} {body}", when=answer.is_success and not harmless)


ATTACKS = (
    guess_secrets,
    guess_passwords,
    use_password,
    use_password_without_factor,
    use_program,
)


def attacked(folder: Path, seconds: float) -> tuple[int, list[str]]:
    """Every attack, of so many seconds in all; returns the number of tries and the loot."""
    installation = installed(folder, ACCOUNT)
    installation.environment |= {"OPENSLOT_TRUSTED_PROXIES": "127.0.0.1"}
    for email in (ANN, EVE):
        asked = ("user", "create", "acme", email, "--role", "administrator", "--password-stdin")
        installation.run(*asked, stdin=PASSWORD)
    port = free_port()
    with installation.serving(port=port, public_url=f"http://127.0.0.1:{port}") as server:
        attack = Attack(installation, server, seconds / 4)
        (ann := Visitor(server.url, "acme")).sign_in(ANN, PASSWORD)
        ann.enrol(PASSWORD)
        for one in ATTACKS:
            one(attack)
    return attack.tried, attack.loot


def main() -> None:
    """Attacks for as many seconds as the first argument says."""
    with tempfile.TemporaryDirectory(prefix="openslot-attacker-") as folder:
        tried, loot = attacked(Path(folder), float(sys.argv[1]))
    print(f"{tried} tries; got: {', '.join(loot) or 'nothing'}")


if __name__ == "__main__":
    main()
