"""Many send the same code or refresh token at the same instant: it counts once.

To one worker, and to two that know of each other through the database alone.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from identity.signing import es256
from openslot.identity.clients.client_assertions import ASSERTION_TYPE
from openslot.kernel.scopes import BOOK
from postgresql import Server as PostgresqlServer
from rounds import rounds

from .delegation import APP, Holder, holder
from .serving import Installation, Server, installed
from .town import API, account_file
from .wire import Wire, all_at_once, request
from .workers import wires_to_all

pytestmark = [pytest.mark.slow, pytest.mark.prove]

AT_ONCE = 20
KEYED: dict[str, Any] = {
    "key": "keyed",
    "name": "Keyed",
    "grants": ["client_credentials"],
    "scopes": [BOOK],
    "tokenEndpointAuthMethod": "private_key_jwt",
    "jwks": {"keys": [es256().jwk]},
}
EVERY_TRY_COUNTS = {  # the losers of a race are not throttled
    "wrong_secrets_per_minute_and_client": "0",
    "wrong_secrets_per_minute_and_address": "0",
}
TOKEN = "/accounts/acme/oauth2/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(
    scope="module",
    params=[(1, "sqlite"), (2, "sqlite"), (2, "postgresql")],
    ids=["one worker", "two workers", "two workers on PostgreSQL"],
)
def served(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: Callable[[], PostgresqlServer],
) -> Iterator[tuple[Installation, Server]]:
    """A server, and how it is installed."""
    workers, dialect = request.param
    town = account_file()
    town["clients"] += [APP, KEYED]
    url = postgresql().make() if dialect == "postgresql" else None
    installation = installed(tmp_path_factory.mktemp("token-races"), town, database_url=url)
    with installation.serving(workers=workers, **EVERY_TRY_COUNTS) as server:
        yield installation, server


@pytest.fixture
def wires(served: tuple[Installation, Server]) -> Iterator[list[Wire]]:
    """Twenty connections, as many to each worker."""
    _, server = served
    with wires_to_all(server, AT_ONCE // len(server.pids())) as connected:
        yield connected


@pytest.fixture
def user(served: tuple[Installation, Server]) -> Holder:
    """Who lets the app act."""
    return holder(served[0])


def test_one_refresh_token_has_one_successor(wires: list[Wire], user: Holder) -> None:
    """All get it, whoever was first (RFC 9700 §4.14); so nobody's connection costs a sign-in."""
    (code,) = user.codes(1)
    told = wires[0].ask(user.redemption(code)).json()
    seen = {told["refresh_token"]}
    for turn in range(rounds(some=20, many=500)):
        answers = all_at_once(wires, [user.refreshing(told["refresh_token"])] * AT_ONCE)
        assert Counter(answer.status for answer in answers) == {200: AT_ONCE}, answers
        successors = {answer.json()["refresh_token"] for answer in answers}
        assert len(successors) == 1, f"it forked in round {turn}"
        assert not successors & seen
        seen |= successors
        told = answers[turn % AT_ONCE].json()
        assert len({answer.json()["access_token"] for answer in answers}) == AT_ONCE
    assert wires[-1].get(f"{API}/services", told["access_token"]).status == 200


def test_one_code_gives_tokens_once(wires: list[Wire], user: Holder) -> None:
    """And whoever got them loses them, since somebody else has had the code (RFC 6749 §4.1.2)."""
    for _ in range(rounds(some=1, many=20)):
        for code in user.codes(20):  # they count for a minute only
            answers = all_at_once(wires, [user.redemption(code)] * AT_ONCE)
            assert Counter(answer.status for answer in answers) == {200: 1, 400: AT_ONCE - 1}
            assert {answer.json().get("error") for answer in answers} == {None, "invalid_grant"}
            (won,) = [answer.json() for answer in answers if answer.status == 200]
            for wire in wires[:2]:  # of each worker one
                assert wire.get(f"{API}/services", won["access_token"]).status == 401
                assert wire.ask(user.refreshing(won["refresh_token"])).status == 400


def test_codes_do_not_get_into_each_others_way(wires: list[Wire], user: Holder) -> None:
    """Twenty at once, each of its own: twenty grants that all live."""
    for _ in range(rounds(some=2, many=50)):
        asked = [user.redemption(code) for code in user.codes(AT_ONCE)]
        answers = all_at_once(wires, asked)
        assert Counter(answer.status for answer in answers) == {200: AT_ONCE}
        tokens = [answer.json() for answer in answers]
        assert len({token["refresh_token"] for token in tokens}) == AT_ONCE
        for wire, token in zip(wires, reversed(tokens), strict=True):
            assert wire.get(f"{API}/services", token["access_token"]).status == 200


def test_what_is_revoked_while_it_is_refreshed_is_dead(wires: list[Wire], user: Holder) -> None:
    """Whoever was first: once the revocation is answered, nothing that was given out counts."""
    given: Counter[int] = Counter()
    for _ in range(rounds(some=1, many=15)):
        for turn, code in enumerate(user.codes(20)):  # they count for a minute only
            refresh_token = wires[0].ask(user.redemption(code)).json()["refresh_token"]
            asked = [user.refreshing(refresh_token)] * AT_ONCE
            asked[turn % AT_ONCE] = user.asking(at="revoke", token=refresh_token)
            answers = all_at_once(wires, asked)
            revoked = answers.pop(turn % AT_ONCE)
            assert (revoked.status, revoked.body) == (200, b"")
            given.update(answer.status for answer in answers)
            won = [answer.json() for answer in answers if answer.status == 200]
            for token in won:
                for wire in wires[:2]:  # of each worker one
                    assert wire.get(f"{API}/services", token["access_token"]).status == 401
                    assert wire.ask(user.refreshing(token["refresh_token"])).status == 400
    assert given.keys() == {200, 400}, f"it was no race: {given}"


def test_an_assertion_counts_once(served: tuple[Installation, Server], wires: list[Wire]) -> None:
    """RFC 7523 §3, 7: its id is used up, in every worker."""
    client_id = served[0].clients["acme", "keyed"].client_id
    issuer = wires[0].get("/accounts/acme/.well-known/openid-configuration").json()["issuer"]
    for _ in range(rounds(some=5, many=200)):
        claims = {
            "iss": client_id, "sub": client_id, "aud": issuer, "exp": int(time.time()) + 60,
            "jti": str(uuid4()),
        }  # fmt: skip
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": es256().signed({"alg": "ES256"}, claims).decode(),
        }
        asked = request("POST", TOKEN, body=urlencode(form).encode(), headers=FORM)
        answers = all_at_once(wires, [asked] * AT_ONCE)
        assert Counter(answer.status for answer in answers) == {200: 1, 401: AT_ONCE - 1}


def test_a_proof_counts_once(served: tuple[Installation, Server], wires: list[Wire]) -> None:
    """RFC 9449 §11.1: nobody gets a second token by a proof that was seen on its way."""
    website = served[0].clients["acme", "website"]
    address = wires[0].get("/accounts/acme/.well-known/openid-configuration").json()
    for _ in range(rounds(some=5, many=200)):
        claims = {
            "jti": str(uuid4()), "htm": "POST", "htu": address["token_endpoint"],
            "iat": int(time.time()),
        }  # fmt: skip
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": es256().jwk}
        proof = es256().signed(header, claims).decode()
        headers = {**FORM, "Authorization": website.basic, "DPoP": proof}
        asked = request("POST", TOKEN, body=b"grant_type=client_credentials", headers=headers)
        answers = all_at_once(wires, [asked] * AT_ONCE)
        assert Counter(answer.status for answer in answers) == {200: 1, 400: AT_ONCE - 1}
        errors = {answer.json()["error"] for answer in answers if answer.status == 400}
        assert errors == {"invalid_dpop_proof"}
