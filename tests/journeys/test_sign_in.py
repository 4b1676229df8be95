"""Somebody who was invited allows an app to act for them: in a real browser, at a real server."""

import base64
import hashlib
import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from openslot.kernel.scopes import BOOK, CANCEL
from ports import free_port

from .chromium import Look, browsing
from .serving import Server, installed

pytestmark = pytest.mark.slow

EMAIL, PASSWORD = "ann@town.example", "five green boats on the canal"
STATE = "a state & more"
ACCOUNT = {
    "account": "town",
    "name": "Town of Zilverdam",
    "clients": [
        {
            "key": "desktop",
            "name": "The desktop program",
            "grants": ["authorization_code", "refresh_token"],
            "scopes": [BOOK, CANCEL],
            "redirectUris": ["http://127.0.0.1/callback"],
            "tokenEndpointAuthMethod": "none",
        }
    ],
}


class Program:
    """A program on the user's machine, which waits for an answer on a port of its own."""

    def __init__(self, client_id: str, site: str) -> None:
        self.client_id, self.site = client_id, site
        self.verifier = secrets.token_urlsafe(32)
        self.answers: list[dict[str, str]] = []
        answers = self.answers

        class Callback(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Keeps what the server answers, and sends the browser on."""
                address = urlsplit(self.path)
                if address.path == "/callback":
                    answers.append(dict(parse_qsl(address.query)))
                    # Many send the browser on, and some of them to another origin.
                    self.send_response(302)
                    self.send_header("Location", f"http://localhost:{self.server.server_port}/")
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<title>Back</title>You can close this window.")

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
        self.redirect_uri = f"http://127.0.0.1:{self.server.server_port}/callback"

    @property
    def address(self) -> str:
        """Where it sends the browser."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": f"{BOOK} {CANCEL}",
            "state": STATE,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{self.site}/accounts/town/oauth2/authorize?{urlencode(query)}"

    def redeem(self, code: str) -> httpx.Response:
        """Gets tokens for a code."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return httpx.post(f"{self.site}/accounts/town/oauth2/token", data=form)


@contextmanager
def listening(program: Program) -> Iterator[None]:
    """While the program listens."""
    thread = threading.Thread(target=program.server.serve_forever, daemon=True)
    thread.start()
    yield
    program.server.shutdown()
    program.server.server_close()
    thread.join()


def test_from_the_invitation_to_the_code(tmp_path: Path) -> None:
    """Password, second factor, consent, and the code at the loopback address; nothing is logged."""
    installation = installed(tmp_path, ACCOUNT)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    installation.environment["OPENSLOT_PUBLIC_URL"] = url
    made = json.loads(installation.run("user", "create", "town", EMAIL, "--role", "desk", "--json"))
    with installation.serving(port=port) as server, browsing() as browser:
        client_id = installation.clients["town", "desktop"].client_id
        program = Program(client_id, server.url)
        with listening(program), browser.new_context(java_script_enabled=False) as context:
            page = context.new_page()
            page.set_default_timeout(10_000)
            look = Look(browser)
            app = _sets_up(page, look, made["invitationUrl"])
            context.clear_cookies()
            used = _allows(page, look, program, app)
            told = program.answers.pop()
            assert (told["state"], told["iss"]) == (STATE, f"{url}/accounts/town")
            answer = program.redeem(told["code"])
            assert answer.status_code == 200, answer.text
            # Any program on this machine could say that it is this one: it is asked each time.
            page.goto(program.address)
            page.get_by_role("button", name="Allow", exact=True).click()
            expect(page).to_have_title("Back")
            again = program.answers.pop()
            assert again["code"] != told["code"]
            _revokes(page, look, server)
            cookies = [cookie["value"] for cookie in context.cookies()]
    log = server.log.read_text()
    assert "/accounts/{account}/oauth2/authorize" in log
    invitation = made["invitationUrl"].rpartition("/")[2]
    secret = [PASSWORD, EMAIL, used, told["code"], again["code"], invitation, *cookies]
    assert not [text for text in secret if text in log]
    assert program.answers == []


def _sets_up(page: Page, look: Look, invitation: str) -> pyotp.TOTP:
    """Chooses a password, signs in with it, and turns two-factor authentication on."""
    page.goto(invitation)
    look.at(page, "Choose a password")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_label("New password")).to_have_accessible_description(
        re.compile("at least 12 characters")
    )
    look.at(page, "Choose a password")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    _types_password(page)
    look.at(page, "Your account")
    page.get_by_role("link", name="Set up two-factor authentication").click()
    look.at(page, "Set up two-factor authentication")
    app = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill(_code(app, 0))
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("status")).to_contain_text("Two-factor authentication is on")
    expect(page.get_by_text(re.compile("^[a-z2-7]{5}-[a-z2-7]{5}$"))).to_have_count(10)
    look.at(page, "Your recovery codes")
    page.get_by_role("link", name="I have saved my recovery codes").click()
    look.at(page, "Your account")
    return app


def _allows(page: Page, look: Look, program: Program, app: pyotp.TOTP) -> str:
    """Signs in because the app asks for it, and allows it; the code that was typed."""
    page.goto(program.address)
    expect(page.get_by_text("The desktop program")).to_be_visible()
    look.at(page, "Sign in")
    _types_password(page, "another password")
    expect(page.get_by_role("alert")).to_contain_text("Incorrect email or password")
    look.at(page, "Sign in")
    _types_password(page)
    look.at(page, "Two-factor authentication")
    code = _code(app, 1)  # each is taken once, and the next one already
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Cancel appointments")).to_be_visible()
    look.at(page, "Allow The desktop program to act on your behalf?")
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page).to_have_title("Back")
    return code


def _revokes(page: Page, look: Look, server: Server) -> None:
    """Sees the app on the account page, and revokes its access; then signs out."""
    page.goto(f"{server.url}/accounts/town/me")
    expect(page.get_by_text("The desktop program")).to_be_visible()
    look.at(page, "Your account")
    page.get_by_role("button", name="Revoke access of The desktop program").click()
    expect(page.get_by_role("status")).to_contain_text("Access revoked")
    page.get_by_role("button", name="Sign out", exact=True).click()
    look.at(page, "You are signed out")


def _types_password(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _code(app: pyotp.TOTP, steps: int) -> str:
    return app.generate_otp(int(time.time()) // 30 + steps)
