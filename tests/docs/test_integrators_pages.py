"""What the integrators' pages say to paste works, in each language that can be run here."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import IO
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from identity.browsing import Page
from journeys.serving import Credentials, Installation, Server, installed
from journeys.town import account_file
from openslot.identity.oauth_errors import OAuthError
from openslot.web.oauth.authorize import errors as authorize_errors
from ports import free_port

from .guides import Guide, guide, shell_environment
from .obstacle import obstacle

_TUTORIAL = guide("tutorials/call-the-api.md")
_ACTING = guide("how-to/act-for-a-user.md")
_KEYS = guide("how-to/use-keys-instead-of-secrets.md")
_VERIFYING = guide("how-to/verify-tokens.md")
_PAGES = {"tutorial": _TUTORIAL, "acting": _ACTING, "keys": _KEYS, "verifying": _VERIFYING}
_ERRORS = guide("reference/errors.md")
_GIVEN = {
    "export API=http://127.0.0.1:8000 ACCOUNT=acme\n": "",
    "export CLIENT_ID=from-the-operator CLIENT_SECRET=from-the-operator\n": "",
}
_RUN = {"booking.py": "python3", "booking.mjs": "node", "Booking.java": "java"}
_EMAIL, _PASSWORD = "ann@town.example", "five green boats on the canal"
_SERVICE = min(service["name"] for service in account_file()["services"])  # the first one listed
_BOOKING = "com.qmatic.saas.appointments/external.appointment.book"


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Installation, Server, Credentials]]:
    """A town whose server is known by its own address, and the files of the pages beside it."""
    installation = installed(tmp_path_factory.mktemp("integrators"), account_file())
    port = free_port()
    installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    for page in _PAGES.values():
        for name, content in page.files.items():
            (installation.folder / name).write_text(content, encoding="utf-8")
    with installation.serving(port=port) as server:
        yield installation, server, installation.clients["acme", "website"]


def _environment(installation: Installation, url: str, client: Credentials) -> dict[str, str]:
    return shell_environment(
        installation,
        API=url,
        ACCOUNT=client.account,
        CLIENT_ID=client.client_id,
        CLIENT_SECRET=client.client_secret,
    )


def _script(page: Guide) -> str:
    """The page's lines, with the address and the client of the test in place of the reader's."""
    script = page.script
    assert script.startswith(next(iter(_GIVEN)))
    for said, meant in _GIVEN.items():
        script = script.replace(said, meant)
    assert "from-the-operator" not in script
    return script


def _printed(page: Guide, served: tuple[Installation, Server, Credentials]) -> list[str]:
    """What the page's lines print, in one shell, each having to succeed."""
    installation, server, client = served
    done = subprocess.run(
        ["timeout", "300", "bash", "-euo", "pipefail"],
        input=_script(page),
        env=_environment(installation, server.url, client),
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_the_tutorial_gets_a_token_and_calls(
    served: tuple[Installation, Server, Credentials],
) -> None:
    """It prints what the page promises."""
    endpoint, lifetime, service = _printed(_TUTORIAL, served)
    assert endpoint == f"{served[1].url}/accounts/acme/oauth2/token"
    assert (lifetime, service) == ("3600", _SERVICE)


@pytest.mark.slow
def test_keys_stand_for_secrets_and_bind_tokens(
    served: tuple[Installation, Server, Credentials],
) -> None:
    """One token for an assertion, and one that is bound."""
    assert _printed(_KEYS, served) == ["Bearer", "DPoP 200"]


@pytest.mark.slow
def test_tokens_are_verified_in_both_ways(
    served: tuple[Installation, Server, Credentials],
) -> None:
    """The program prints the token's scopes; introspection says that it is active."""
    scopes, active = _printed(_VERIFYING, served)
    assert _BOOKING in scopes
    assert active == "True"


@pytest.mark.slow
def test_an_app_acts_for_a_user(served: tuple[Installation, Server, Credentials]) -> None:
    """In one shell, each line having to succeed; where it says to open a browser, one does."""
    installation, server, client = served
    installation.run(
        "user", "create", "acme", _EMAIL, "--role", "desk", "--password-stdin", stdin=_PASSWORD
    )
    (installation.folder / "page.sh").write_text(_script(_ACTING), encoding="utf-8")
    log = installation.folder / "page.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            ["timeout", "300", "bash", "-euo", "pipefail", "page.sh"],
            env=_environment(installation, server.url, client),
            cwd=installation.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as shell,
    ):
        assert shell.stdout
        try:
            before, address = _until(shell.stdout, f"{server.url}/accounts/acme/oauth2/authorize?")
            after, _ = shell.communicate(f"{_agreed(address)}\n" if address else "", timeout=300)
        finally:
            shell.kill()
    assert shell.returncode == 0, (before, after, log.read_text())
    assert before == []
    scope, ended = after.splitlines()
    assert scope.split(" ") == [_BOOKING, "openslot/admin.read"]
    assert json.loads(ended)["error"] == "invalid_grant"
    listed = json.loads((installation.folder / "services.json").read_text())
    assert listed[0]["services"][0]["name"] == _SERVICE


def _until(output: IO[str], start: str) -> tuple[list[str], str]:
    """The lines before one that starts so, and that one; "" when it never came."""
    before = []
    for line in output:
        if line.startswith(start):
            return before, line.strip()
        before.append(line.rstrip("\n"))
    return before, ""


def _agreed(address: str) -> str:
    """Where a browser ends up in which somebody signs in and agrees."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=origin) as http:
        typed = {"email": _EMAIL, "password": _PASSWORD}
        answer = http.get(address)
        for filled in (typed, {"decision": "allow"}):
            assert answer.status_code == 200, answer.text
            form = Page(answer).form("/authorize")
            answer = http.post(form.action, data={**form.fields, **filled}, headers=headers)
            assert answer.status_code == 303, answer.text
            to = answer.headers["Location"]
            if not to.startswith("/"):
                break
            answer = http.get(to)
    assert dict(parse_qsl(urlsplit(to).query)).keys() == {"code", "state", "iss"}
    return str(to)


@pytest.mark.slow
@pytest.mark.parametrize("name", _RUN)
def test_its_programs_work(name: str, served: tuple[Installation, Server, Credentials]) -> None:
    """At the server itself, and where a token is refused once and a call comes too soon once."""
    installation, server, client = served
    environment = _environment(installation, server.url, client)
    if shutil.which(_RUN[name], path=environment["PATH"]) is None:
        pytest.skip(f"there is no {_RUN[name]} on PATH")

    def run(url: str) -> str:
        done = subprocess.run(
            [_RUN[name], name],
            env={**environment, "API": url},
            cwd=installation.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    listed = json.loads(run(server.url))
    assert listed[0]["branch"]["name"] == "Centre"
    with obstacle(server.url) as (url, asked):
        assert json.loads(run(url)) == listed
    # A token that was refused is not sent again, and one that was not is kept.
    assert [path for path, _ in asked] == [
        "/oauth2/token", "/external/v1/services", "/oauth2/token", "/external/v1/services",
        "/external/v1/services",
    ]  # fmt: skip
    refused, too_soon, answered = (sent for path, sent in asked if path != "/oauth2/token")
    assert refused != too_soon == answered


@pytest.mark.parametrize("name", [*_RUN, "Program.cs"])
def test_its_programs_say_the_same(name: str) -> None:
    """Addresses, fields and cases. Of the one in C# that is all: no .NET is on our machines."""
    program = _TUTORIAL.files[name]
    for text in (
        "/oauth2/token", "/external/v1", "/services", "X-ACCOUNT", "grant_type",
        "client_credentials", "access_token", "expires_in", "Bearer ", "CLIENT_SECRET", "60",
        "429", "503", "no token: ",
    ):  # fmt: skip
        found = program.replace('"Bearer", ', '"Bearer "')  # a header in two parts
        assert text in found, text
    assert "401" in program or "HttpStatusCode.Unauthorized" in program


def test_its_tables_hold_every_error_that_there_is() -> None:
    """Each once, at the endpoint that says it."""
    at_the_address = [
        code for row in _ERRORS.rows("`error`") for code in row[0].replace("`", "").split(", ")
    ]
    of_tokens = [row[0].split("`")[1] for row in _ERRORS.rows("status, `error`")]
    known = _errors(OAuthError)
    of_authorize = {error for error, where in known.items() if where == authorize_errors.__name__}
    assert {"access_denied", "unsupported_response_type"} <= of_authorize <= set(at_the_address)
    assert {*at_the_address, *of_tokens} == known.keys()
    assert set(of_tokens) == known.keys() - of_authorize


def _errors(parent: type[OAuthError]) -> dict[str, str]:
    """Every error code, and the module that it is of."""
    found = {}
    for error in parent.__subclasses__():
        found |= _errors(error)
        found[error.error] = error.__module__
    return found


@pytest.mark.parametrize("page", _PAGES.values(), ids=_PAGES)
def test_nothing_is_left_that_no_test_runs(page: Guide) -> None:
    """Every block is for the shell, or has the name of a file in the line before it."""
    blocks = page.text.count("\n```") // 2
    assert page.script
    assert blocks == page.text.count("\n```sh\n") + len(page.files)
