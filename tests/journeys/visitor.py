"""Somebody with a browser, at an address that a proxy names: signs in, enrols, gives consent."""

import html
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
_SECRET = re.compile(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})")
_RECOVERY_CODE = re.compile(r"\b[a-z2-7]{5}-[a-z2-7]{5}\b")


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name} in {page}"
    return html.unescape(found[1])


@dataclass
class Visitor:
    """One browser; without scripts, and with cookies of its own."""

    url: str
    account: str
    address: str = "192.0.2.1"
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Opens the browser; no connection outlives its request, so nobody has to close it."""
        self.http = httpx.Client(
            base_url=self.url,
            headers={"X-Forwarded-For": self.address},
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    @property
    def pages(self) -> str:
        """Where the account's pages begin."""
        return f"/accounts/{self.account}"

    def at(self, path: str) -> httpx.Response:
        """One of the account's pages; redirects are not followed."""
        return self.http.get(self.pages + path)

    def send(
        self, path: str, fields: dict[str, str], *, page: str | None = None, address: str = ""
    ) -> httpx.Response:
        """Sends a form of a page with its token, from another address if one is named."""
        text = self.at(path).text if page is None else page
        filled = {"form_token": hidden(text, "form_token"), **fields}
        elsewhere = {"X-Forwarded-For": address} if address else {}
        return self.http.post(self.pages + path, data=filled, headers=elsewhere)

    def sign_in(self, email: str, password: str, *, address: str = "") -> httpx.Response:
        """The first form of the sign-in page."""
        fields = {"step": "sign-in", "email": email, "password": password}
        return self.send("/sign-in", fields, address=address)

    def give_code(self, page: str, code: str, *, address: str = "") -> httpx.Response:
        """The second form of the sign-in page, which is `page`."""
        fields = {name: hidden(page, name) for name in ("email", "ticket")}
        sent = {**fields, "step": "second-factor", "code": code}
        return self.send("/sign-in", sent, page=page, address=address)

    def enrol(self, password: str) -> tuple[pyotp.TOTP, list[str]]:
        """Sets up a second factor; returns it, and the recovery codes that are shown."""
        page = self.at("/me/second-factor").text
        found = _SECRET.search(page)
        assert found, page
        totp = pyotp.TOTP(found[1].replace(" ", ""))
        shown = self.send(
            "/me/second-factor",
            {"secret": hidden(page, "secret"), "password": password, "code": totp.now()},
            page=page,
        )
        assert shown.status_code == 200, shown.text
        return totp, _RECOVERY_CODE.findall(shown.text)

    def change_password(self, old: str, new: str) -> httpx.Response:
        """On the person's own page."""
        page = self.at("/me").text
        form = re.search(r'action="[^"]*me/password".*?</form>', page, re.DOTALL)
        assert form, page
        fields = {"password": old, "new_password": new}
        return self.send("/me/password", fields, page=form[0])

    def authorize(
        self, client_id: str, redirect_uri: str, **more: str
    ) -> tuple[bool, dict[str, str]]:
        """Goes to a client and allows what it asks for; returns whether a page asked, and what the
        client is told."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
        answer = self.at(f"/oauth2/authorize?{urlencode(query)}")
        asked = answer.status_code == 200
        if asked:
            action = re.search('action="([^"]*authorize[^"]*)"', answer.text)
            assert action, answer.text
            fields = {"step": "consent", "decision": "allow"}
            answer = self.http.post(
                html.unescape(action[1]),
                data={"form_token": hidden(answer.text, "form_token"), **fields},
            )
        location = answer.headers["location"]
        return asked, {name: v[0] for name, v in parse_qs(urlsplit(location).query).items()}
