"""What the security pages say to do works, and their tables say what the code does."""

import json
import re
from pathlib import Path

import httpx
import pytest

from journeys.serving import Installation, installed
from journeys.town import account_file
from openslot.cli import account, keys, user
from openslot.cli.clients import clients
from openslot.identity import oauth_errors
from openslot.identity.clients import authentication, client_assertions
from openslot.identity.model.roles import ROLES
from openslot.identity.people import sign_in_outcomes
from openslot.kernel.scopes import ALL, BOOKING
from ports import free_port

from .audit_events import types_in_code
from .guides import guide, run_lines

_GUIDE = guide("how-to/security-routines-and-incidents.md")
_EVENTS = guide("reference/audit-events.md")
_ROLES = guide("reference/roles-and-scopes.md")
_CODE = re.compile(r"`([^`]+)`")


def _token(url: str, client_id: str, client_secret: str) -> httpx.Response:
    return httpx.post(
        f"{url}/accounts/acme/oauth2/token",
        auth=(client_id, client_secret),
        data={"grant_type": "client_credentials"},
    )


def _services(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/external/v1/services", headers=headers).status_code


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A town with its master key in a file, under the paths that the page names."""
    made = installed(tmp_path, account_file())
    key = made.environment.pop("OPENSLOT_MASTER_KEY")
    (tmp_path / "master.key").write_text(key)
    made.environment["OPENSLOT_MASTER_KEY_FILE"] = str(tmp_path / "master.key")
    return made


@pytest.mark.slow
def test_its_lines_do_what_it_says(installation: Installation) -> None:
    """All of them in their order; the server is stopped and started where the page says so."""
    port = free_port()
    url = installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    running, stopped, restarted = _parts(installation, url)
    website = installation.clients["acme", "website"]
    with installation.serving(port=port):
        first = _token(url, website.client_id, website.client_secret).json()["access_token"]
        assert _services(url, first) == 200
        run_lines(installation, running)
        assert _services(url, first) == 401
        assert _token(url, website.client_id, website.client_secret).status_code == 401
        second = _new(installation, url)
    run_lines(installation, stopped)
    with installation.serving(port=port):
        assert _services(url, second) == 401
        secret = _secret(installation)
        assert _token(url, website.client_id, secret).json()["error"] == "invalid_client"
        said = run_lines(installation, restarted)
        assert _services(url, _new(installation, url)) == 200
    assert re.search(rf"{url}/accounts/acme/invitations/\S+", said)
    events = [
        json.loads(line) for line in (installation.folder / "audit.jsonl").read_text().splitlines()
    ]
    assert len({event["id"] for event in events}) == len(events)
    assert {event["type"] for event in events} >= {
        "client.created", "secret.rotated", "secret.revoked", "secret.made", "keys.announced",
        "keys.replaced", "user.created", "user.disabled", "user.deleted", "user.enabled",
        "user.invited", "client.tokens_revoked", "account.tokens_revoked", "account.suspended",
        "account.resumed",
    }  # fmt: skip
    assert len((installation.folder / "audit.csv").read_text().splitlines()) == len(events) + 1
    users = json.loads(installation.run("user", "list", "acme", "--json"))
    assert [(user["email"], user["hasPassword"]) for user in users] == [("ann@example.org", False)]
    installation.verify()


def _parts(installation: Installation, url: str) -> list[str]:
    """The lines before the server is stopped, meanwhile, and after; each in a shell of its own."""
    script = _GUIDE.script
    for said, meant in (
        ("https://booking.example.org", url),
        ("/etc/openslot/", f"{installation.folder}/"),
        ("/var/lib/openslot/", f"{installation.folder}/"),
        ("format=jsonl&limit=1000", "format=jsonl&limit=7"),  # so that there are several pages
    ):
        assert said in script
        script = script.replace(said, meant)
    beginning = script[: script.index("\nold=") + 1]
    parts = re.split(r"^systemctl (?:stop|start) openslot\n", script, flags=re.MULTILINE)
    assert len(parts) == 3
    # While the server is stopped nobody can ask for a token, which the beginning does not.
    return [parts[0], *(beginning + part for part in parts[1:])]


def _secret(installation: Installation) -> str:
    (made,) = json.loads((installation.folder / "website.json").read_text())["clients"]
    return str(made["clientSecret"])


def _new(installation: Installation, url: str) -> str:
    """A token for the secret that the page has written down last."""
    website = installation.clients["acme", "website"]
    answer = _token(url, website.client_id, _secret(installation))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_it_names_every_command_as_it_is() -> None:
    """Those in its sentences too."""
    named = set(re.findall(r"`openslot ((?:client|account|user|keys) [a-z-]+)`", _GUIDE.text))
    assert "client disable" in named
    for command in named:
        noun, verb = command.split()
        assert verb in _verbs(noun), command


def _verbs(noun: str) -> set[str | None]:
    group = {"account": account, "client": clients, "keys": keys, "user": user}[noun].commands
    return {
        command.name or (command.callback.__name__ if command.callback else None)
        for command in group.registered_commands
    }


def test_every_event_stands_in_its_table() -> None:
    """Each once."""
    listed = [name for row in _EVENTS.rows("type") for name in _CODE.findall(row[0])]
    assert "client.created" in listed
    assert sorted(listed) == sorted(types_in_code())


def test_every_scope_stands_in_its_table() -> None:
    """Each once."""
    listed = [name for row in _ROLES.rows("scope") for name in _CODE.findall(row[0])]
    assert listed == list(ALL)


def test_its_roles_hold_what_the_code_says() -> None:
    """Each role those of the one before, and more."""
    held: set[str] = set(BOOKING)
    rows = _ROLES.rows("role")
    assert [_CODE.findall(role) for role, _ in rows] == [[name] for name in ROLES]
    before = None
    for (name, scopes), role in zip(rows, ROLES.values(), strict=True):
        assert before is None or scopes.startswith(f"those of {before}, ")
        held |= {scope for scope in _CODE.findall(scopes) if scope.startswith("openslot/")}
        assert held == set(role)
        before = name


def test_every_reason_of_a_refusal_stands_in_its_tables() -> None:
    """What the audit trail gives as a reason, and nothing else."""
    of_sign_in, of_token = (
        {name for row in _EVENTS.rows(f"reason of `{kind}`") for name in _CODE.findall(row[0])}
        for kind in ("user.sign_in_refused", "token.refused")
    )
    assert of_sign_in == _constants(sign_in_outcomes)
    assert of_token == {
        *(_constants(authentication) - {"none"}),
        *(text for text in _constants(client_assertions) if text.startswith("assertion_")),
        oauth_errors.InvalidClient().reason,
        "throttled",
        "public_client",
    }


def _constants(module: object) -> set[str]:
    return {
        value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }
