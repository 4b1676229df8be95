"""A browser without scripts: it keeps cookies, fills in forms, and says where a form was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx
import pyotp
from argon2 import PasswordHasher
from starlette.routing import Router
from starlette.types import ASGIApp

from openslot.app import App
from openslot.identity.model.user import User
from openslot.identity.people import totp, users
from openslot.storage.transactions import AccountTx
from openslot.web.later_routes import all_routes

from .delegation import CALLBACK, CHALLENGE, Desk
from .world import PUBLIC_URL

PASSWORD = "correct horse battery staple"
OTHER_PASSWORD = "quite another password"
# Costs what its parameters say, wherever it is compared: next to nothing here.
DIGEST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
AUTHORIZE = "/accounts/acme/oauth2/authorize"
SIGN_IN = "/accounts/acme/sign-in"
SIGN_OUT = "/accounts/acme/sign-out"
ME = "/accounts/acme/me"
SECOND_FACTOR = ME + "/second-factor"
SESSION = "__Host-session-acme"
HERE = "192.0.2.1"


@dataclass
class Form:
    """A form of a page: where it posts to, and what is in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a test looks at of a page."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.labels: set[str] = set()
        self.inputs: dict[str, dict[str, str]] = {}  # by id
        self.ids: list[str] = []
        self.running: list[str] = []  # what could load or run something
        self.text = answer.text
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sorts what it finds."""
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag in ("script", "link", "img", "iframe", "object", "embed"):
            self.running.append(tag)
        self.running.extend(name for name in values if name.startswith("on") or name == "style")
        if tag == "form":
            assert values["method"] == "post"
            self.forms.append(Form(values["action"]))
        elif tag == "a":
            self.links.append(values["href"])
        elif tag == "label":
            self.labels.add(values["for"])
        elif tag == "input":
            self.forms[-1].fields[values["name"]] = values.get("value", "")
            if values["type"] != "hidden" and "hidden" not in values:
                self.inputs[values["id"]] = values

    def form(self, ending: str = "") -> Form:
        """The one form whose address ends so."""
        found = [form for form in self.forms if form.action.partition("?")[0].endswith(ending)]
        assert len(found) == 1, self.text
        return found[0]


def server(app: App) -> ASGIApp:
    """Every route, without what surrounds a request; with limits of its own."""
    return Router(all_routes(app), redirect_slashes=False)


class Browser:
    """One browser at one address."""

    def __init__(self, app: App | ASGIApp, address: str = HERE) -> None:
        served = server(app) if isinstance(app, App) else app
        transport = httpx.ASGITransport(app=served, client=(address, 1))
        self.http = httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL)

    async def get(self, address: str, **headers: str) -> httpx.Response:
        """Goes to an address; redirects are left to the test."""
        return await self.http.get(address, headers=headers)

    async def send(
        self, form: Form, *, headers: Mapping[str, str] | None = None, **filled: str | None
    ) -> httpx.Response:
        """Sends a form as browsers do; None takes a field out."""
        values = {**form.fields, **filled}
        return await self.http.post(
            form.action,
            data={name: value for name, value in values.items() if value is not None},
            headers={"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}
            if headers is None
            else headers,
        )

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """The first form of the sign-in page."""
        page = Page(await self.get(SIGN_IN))
        return await self.send(page.form("/sign-in"), email=email, password=password)

    async def form(self, path: str = SIGN_IN, ending: str = "") -> Form:
        """The form of a page whose address ends so."""
        return check_page(await self.get(path)).form(ending)

    @property
    def session(self) -> str | None:
        """The session's cookie."""
        return self.http.cookies.get(SESSION)


@dataclass(frozen=True)
class Staff:
    """The user at the desk, with a password."""

    desk: Desk
    email: str

    @property
    def app(self) -> App:
        """The application."""
        return self.desk.world.app

    def browser(self, address: str = HERE) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(self.app, address)

    def limited(self, **limits: int) -> Callable[[str], Browser]:
        """Makes browsers at any address of one server that has limits."""
        settings = replace(self.app.settings, **limits)
        served = server(replace(self.app, settings=settings))
        return lambda address: Browser(served, address)

    async def signed_in(self) -> Browser:
        """A browser that the user has signed in with."""
        browser = self.browser()
        answer = await browser.sign_in(self.email)
        assert answer.status_code == 303, answer.text
        return browser

    async def write(self, operation: Any, *given: Any, **more: Any) -> Any:
        """Runs an operation on acme."""
        return await self.app.database.write(self.desk.world.acme.id, operation, *given, **more)

    async def user(self) -> User:
        """The user as they are now."""
        return await self.app.database.read(self.desk.world.acme.id, users.by_id, self.desk.user.id)

    async def enrolled(self) -> pyotp.TOTP:
        """Gives the user a second factor; codes of earlier steps are taken already."""
        secret = totp.new_secret()
        key = totp.sealing_key(self.app.purpose_keys)

        def enrol(tx: AccountTx) -> None:
            app = pyotp.TOTP(secret)
            earlier = app.generate_otp(tx.real_now // 30_000 - 1)
            totp.enrol(tx, key, users.by_id(tx, self.desk.user.id), secret, earlier)

        await self.write(enrol)
        return pyotp.TOTP(secret)


async def make_staff(desk: Desk) -> Staff:
    """Gives the user at the desk a password."""

    def work(tx: AccountTx) -> None:
        users.set_password(tx, users.by_id(tx, desk.user.id), DIGEST, invitation=None)

    await desk.world.app.database.write(desk.world.acme.id, work)
    return Staff(desk, desk.user.email)


def request_of(desk: Desk, **given: str | list[str] | None) -> str:
    """The address of a good authorization request of the confidential client, changed."""
    values: dict[str, str | list[str] | None] = {
        "response_type": "code",
        "client_id": desk.site.client_id,
        "redirect_uri": CALLBACK,
        "scope": desk.site.scopes[0],
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **given,
    }
    pairs = [
        f"{name}={quote(one, safe='')}"
        for name, value in values.items()
        if value is not None
        for one in ([value] if isinstance(value, str) else value)
    ]
    return f"{AUTHORIZE}?{'&'.join(pairs)}"


async def ask(staff: Staff, browser: Browser | None = None, **given: Any) -> httpx.Response:
    """A request, by a browser in which nobody is signed in if none is given."""
    return await (browser or staff.browser()).get(request_of(staff.desk, **given))


async def let_in(browser: Browser, answer: httpx.Response) -> httpx.Response:
    """Agrees on the consent page."""
    return await browser.send(Page(answer).form("/authorize"), decision="allow")


def answer_in(answer: httpx.Response, callback: str = CALLBACK) -> dict[str, str]:
    """What a redirect to the client tells it."""
    assert answer.status_code == 303, answer.text
    location = urlsplit(urljoin(PUBLIC_URL, answer.headers["location"]))
    assert location._replace(query="", fragment="").geturl() == callback
    assert answer.headers["cache-control"] == "no-store"
    pairs = parse_qsl(location.query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def check_page(answer: httpx.Response, status: int = 200) -> Page:
    """The page, after what holds for every page of the kind."""
    assert answer.status_code == status, answer.text
    assert "location" not in answer.headers
    headers = answer.headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    # It would bind the redirects that a client makes after a form of an authorization request.
    leads_to_a_client = answer.url.path == AUTHORIZE
    assert ("form-action" in policy) == (not leads_to_a_client)
    assert leads_to_a_client or "form-action 'self';" in policy
    assert headers["x-frame-options"] == "DENY"
    assert "unsafe" not in policy
    page = Page(answer)
    assert page.running == []
    assert len(set(page.ids)) == len(page.ids)
    for name, values in page.inputs.items():
        assert name in page.labels
        assert values["autocomplete"]
        for described in values.get("aria-describedby", "").split():
            assert described in page.ids
    for form in page.forms:
        assert form.action.startswith("/accounts/")
        assert form.fields["form_token"]
    return page
