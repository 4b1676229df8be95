"""What is revoked is dead in every worker: at once where it was done, within a second elsewhere."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from openslot.kernel.scopes import BOOK, BOOKING, INTROSPECT

from .delegation import APP, Holder, holder
from .serving import Credentials, Installation, Server, installed
from .town import API, account_file, token, token_request
from .wire import Wire, request
from .workers import wires_to_all

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"


@dataclass
class Two:
    """Two workers, a connection to each."""

    installation: Installation
    wires: list[Wire]

    def client(self, key: str = "website", account: str = "acme") -> Credentials:
        """One of the clients."""
        return self.installation.clients[account, key]

    def statuses(self, text: str) -> list[int]:
        """What a token gets, of each."""
        return [wire.get(f"{API}/services", text).status for wire in self.wires]

    def introspected(self, text: str) -> list[bool]:
        """Whether it is active, by each."""
        asked = posted("introspect", self.client("gateway"), f"token={text}")
        return [wire.ask(asked).json()["active"] for wire in self.wires]

    def seconds_until_refused(self, *texts: str) -> float:
        """How long it takes from now until both refuse all of them, and go on refusing them."""
        began = time.monotonic()
        while any(status != 401 for text in texts for status in self.statuses(text)):
            assert time.monotonic() < began + 5, "it is not known everywhere"
        took = time.monotonic() - began
        for text in texts:
            assert self.statuses(text) == [401, 401]
        return took


def posted(endpoint: str, client: Credentials, body: str) -> bytes:
    """A form for an OAuth endpoint."""
    return request(
        "POST",
        f"/accounts/{client.account}/oauth2/{endpoint}",
        body=body.encode(),
        headers={"Authorization": client.basic, "Content-Type": FORM},
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    def client(key: str, *scopes: str) -> dict[str, Any]:
        return {
            "key": key, "name": key, "grants": ["client_credentials"], "scopes": list(scopes),
        }  # fmt: skip

    acme, globex = account_file(), account_file("globex")
    acme["clients"] += [APP, client("gateway", BOOK, INTROSPECT), client("other", *BOOKING)]
    installation = installed(tmp_path_factory.mktemp("reach"), acme, globex)
    with installation.serving(workers=2) as server:
        yield installation, server


@pytest.fixture
def two(served: tuple[Installation, Server]) -> Iterator[Two]:
    with wires_to_all(served[1]) as wires:
        yield Two(served[0], wires)


@pytest.fixture
def user(two: Two) -> Holder:
    return holder(two.installation)


def test_a_revoked_token_is_refused_by_both(two: Two) -> None:
    """It alone: another one of the same client lives."""
    here, _ = two.wires
    client = two.client()
    for _ in range(20):
        dead, other = token(here, client), token(here, client)
        assert two.statuses(dead) == [200, 200]
        assert here.ask(posted("revoke", client, f"token={dead}")).status == 200
        assert here.get(f"{API}/services", dead).status == 401, "not at once where it was done"
        assert two.seconds_until_refused(dead) < 1
        assert two.introspected(dead) == [False, False]
        assert two.statuses(other) == [200, 200]


@pytest.mark.parametrize("by", ["refresh token", "code sent twice", "user disabled"])
def test_the_end_of_a_grant_is_known_by_both(two: Two, user: Holder, by: str) -> None:
    here, there = two.wires
    (code,) = user.codes(1)
    told = here.ask(user.redemption(code)).json()
    dead, refresh_token = told["access_token"], told["refresh_token"]
    assert two.statuses(dead) == [200, 200]
    assert two.introspected(dead) == [True, True]
    if by == "refresh token":
        assert here.ask(user.asking(at="revoke", token=refresh_token)).status == 200
    elif by == "code sent twice":
        assert there.ask(user.redemption(code)).status == 400
    else:
        two.installation.run("user", "disable", "acme", user.user.email)
    assert two.seconds_until_refused(dead) < 1
    assert two.introspected(dead) == [False, False]
    for wire in two.wires:
        assert wire.ask(user.refreshing(refresh_token)).status == 400


def test_a_disabled_client_is_refused_by_both(two: Two) -> None:
    """Its tokens, and its secret; being enabled again does not revive the tokens."""
    client = two.client("other")
    dead, living = token(two.wires[0], client), token(two.wires[0], two.client())
    assert two.statuses(dead) == [200, 200]
    two.installation.run("client", "disable", "acme", "other")
    try:
        assert two.seconds_until_refused(dead) < 1
        assert [wire.ask(token_request(client)).status for wire in two.wires] == [401, 401]
        assert two.statuses(living) == [200, 200]
    finally:
        two.installation.run("client", "enable", "acme", "other")
    assert two.statuses(dead) == [401, 401]
    assert two.statuses(token(two.wires[1], client)) == [200, 200]


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (("client", "revoke-tokens", "acme", "other"), "the same account's"),
        (("account", "revoke-tokens", "acme"), "another account's"),
    ],
)
def test_tokens_of_before_are_refused_by_both(
    two: Two, user: Holder, arguments: tuple[str, ...], spared: str
) -> None:
    """New ones count from the same second on."""
    here, there = two.wires
    client = two.client("other")
    whole = spared == "another account's"
    dead = [token(wire, client) for wire in two.wires]
    if whole:
        (code,) = user.codes(1)
        dead.append(here.ask(user.redemption(code)).json()["access_token"])
    living = token(here, two.client(account="globex" if whole else "acme"))
    assert [two.statuses(text) for text in dead] == [[200, 200]] * len(dead)
    two.installation.run(*arguments)
    assert two.seconds_until_refused(*dead) < 1
    assert two.statuses(living) == [200, 200]
    assert two.statuses(token(there, client)) == [200, 200]


def test_a_suspended_account_is_refused_by_both(two: Two) -> None:
    """Resuming revives what has not expired."""
    tokens = [token(two.wires[0], two.client(key)) for key in ("website", "other")]
    others = token(two.wires[0], two.client(account="globex"))
    two.installation.run("account", "suspend", "acme")
    try:
        assert two.seconds_until_refused(*tokens) < 1
        answers = [wire.ask(token_request(two.client())) for wire in two.wires]
        assert [answer.status for answer in answers] == [401, 401]
        assert two.statuses(others) == [200, 200]
    finally:
        two.installation.run("account", "resume", "acme")
    assert [two.statuses(text) for text in tokens] == [[200, 200]] * 2
