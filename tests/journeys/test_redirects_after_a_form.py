"""A client may send the browser on to wherever it likes: in a real browser, which reads policies.

Command line programs behind a hosted callback do: the callback is https, and answers with a
redirect to a port of the user's own machine, or to a scheme of an app.
"""

import base64
import hashlib
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page, expect

from openslot.kernel.scopes import BOOK
from ports import free_port

from .chromium import browsing
from .serving import installed

EMAIL, PASSWORD = "ann@town.example", "five green boats on the canal"
# Where the callback sends the browser on; the second one has no handler on this machine
ON = ("http://localhost:{port}/done", "com.example.program:/done")


def _certificate(folder: Path) -> Path:
    """One that only a browser takes which looks at none."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def _answering(port: int, location: str | None, certificate: Path | None) -> Iterator[list[str]]:
    """A server that sends every browser on, or says that it has arrived; the paths it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answers."""
            asked.append(self.path)
            self.send_response(200 if location is None else 302)
            if location is not None:
                self.send_header("Location", location)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>Arrived</title>")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Browsers connect in advance and say nothing: only the thread of a request may wait.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()


def _signs_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.slow
@pytest.mark.parametrize("on", ON)
def test_the_person_gets_there(tmp_path: Path, on: str) -> None:
    """From the consent page, and from the sign-in page where consent is remembered."""
    callback, machine, port = free_port(), free_port(), free_port()
    redirect_uri = f"https://localhost:{callback}/callback"
    location = on.format(port=machine)
    client = {
        "key": "program",
        "name": "The program",
        "grants": ["authorization_code"],
        "scopes": [BOOK],
        "redirectUris": [redirect_uri],
    }
    installation = installed(
        tmp_path, {"account": "town", "name": "Town of Zilverdam", "clients": [client]}
    )
    url = f"http://127.0.0.1:{port}"
    installation.environment["OPENSLOT_PUBLIC_URL"] = url
    installation.run(
        *("user", "create", "town", EMAIL, "--role", "desk", "--password-stdin"), stdin=PASSWORD
    )
    digest = hashlib.sha256(secrets.token_bytes(32)).digest()
    query = {
        "response_type": "code",
        "client_id": installation.clients["town", "program"].client_id,
        "redirect_uri": redirect_uri,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    address = f"{url}/accounts/town/oauth2/authorize?{urlencode(query)}"
    with (
        installation.serving(port=port),
        _answering(callback, location, _certificate(tmp_path)) as called,
        _answering(machine, None, None) as arrived,
        browsing() as browser,
    ):
        said: list[str] = []

        def has_arrived(times: int) -> bool:
            """An app's scheme leads nowhere on this machine, so nobody hears of it."""
            heard = arrived if on.startswith("http:") else called
            return len([path for path in heard if path.startswith(("/done", "/callback"))]) == times

        for times in (1, 2):
            with _page(browser, said) as page:
                page.goto(address)
                _signs_in(page)
                if times == 1:
                    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow")
                    page.get_by_role("button", name="Allow", exact=True).click()
                _wait(page, lambda: has_arrived(times))  # noqa: B023  (called at once)
                page.wait_for_timeout(500)  # what the browser refuses it says a moment later
    assert not [text for text in said if "form-action" in text or "Content Security" in text]


@contextmanager
def _page(browser: Browser, said: list[str]) -> Iterator[Page]:
    """A page of a browser that has no cookies; what the browser says of it goes to `said`."""
    with browser.new_context(java_script_enabled=False, ignore_https_errors=True) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        yield page


def _wait(page: Page, until: Callable[[], bool]) -> None:
    """Waits for something that the browser does, 10 seconds at most."""
    for _ in range(100):
        if until():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"it has not happened; the browser is at {page.url}")
