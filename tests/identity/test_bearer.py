"""Bearer tokens in the header of a request, and the challenge when they do not do."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from openslot.identity import accounts
from openslot.kernel import scopes
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers.bearer import (
    BearerAuthentication,
    InvalidToken,
    MissingToken,
    RepeatedAuthorization,
    challenge,
)

from .world import PUBLIC_URL, World

pytestmark = pytest.mark.anyio

Header = tuple[bytes, bytes]


async def ask(world: World, headers: Sequence[Header]) -> Actor:
    """Who asks."""

    def operation(tx: SystemTx) -> Actor:
        scope = {
            "headers": headers,
            "method": "GET",
            "raw_path": b"/calendar",
            "state": SimpleNamespace(id="a request"),
        }
        return BearerAuthentication(world.reader()).actor(tx, scope)

    return await world.app.database.read_system("a test", operation)


@pytest.mark.parametrize("scheme", [b"Bearer ", b"bearer ", b"BEARER ", b"Bearer   "])
async def test_the_scheme_is_case_insensitive(world: World, scheme: bytes) -> None:
    """RFC 9110 §11.1."""
    headers = [(b"host", b"x"), (b"authorization", scheme + world.token(now_ms()))]
    assert (await ask(world, headers)).id == world.website.client_id


@pytest.mark.parametrize(
    "value", [None, b"", b"Bearer", b"Bearer ", b"Bearer   ", b"Basic YTpi", b"Token x", b"Bearerx"]
)
async def test_without_a_token_nothing_is_wrong_but_that(world: World, value: bytes | None) -> None:
    """RFC 6750 §3.1: then the challenge names no error."""
    headers = [] if value is None else [(b"authorization", value)]
    with pytest.raises(MissingToken) as missing:
        await ask(world, headers)
    assert missing.value.challenge_error is None


@pytest.mark.parametrize("value", [b"Bearer x", b"Bearer a b", b"Bearer \xff", b"Bearer a.b.c"])
async def test_a_bad_token_is_invalid(world: World, value: bytes) -> None:
    """Whatever it is made of."""
    with pytest.raises(InvalidToken) as invalid:
        await ask(world, [(b"authorization", value)])
    assert (invalid.value.code, invalid.value.challenge_error) == ("invalid_token",) * 2


async def test_two_headers_are_refused(world: World) -> None:
    """Even when both carry the same good token."""
    header = (b"authorization", b"Bearer " + world.token(now_ms()))
    with pytest.raises(RepeatedAuthorization) as refused:
        await ask(world, [header, header])
    assert (refused.value.code, refused.value.challenge_error) == ("invalid_request",) * 2


async def test_a_suspended_accounts_token_is_invalid(world: World) -> None:
    """The same answer as for any other bad token."""
    headers = [(b"authorization", b"Bearer " + world.token(now_ms()))]
    await ask(world, headers)
    await world.app.database.write(world.acme.id, accounts.suspend)
    with pytest.raises(InvalidToken):
        await ask(world, headers)


def test_the_challenge_names_the_metadata() -> None:
    """RFC 9728 §5.1; of the root, or of the account where it is known."""
    root = f"{PUBLIC_URL}/.well-known/oauth-protected-resource"
    assert challenge(PUBLIC_URL) == f'Bearer resource_metadata="{root}"'
    assert challenge(PUBLIC_URL, account="acme", error="invalid_token") == (
        f'Bearer error="invalid_token", resource_metadata="{root}/accounts/acme"'
    )
    text = challenge(
        PUBLIC_URL, error="insufficient_scope", description="One of these", scopes=scopes.BOOKING
    )
    assert f'scope="{" ".join(scopes.BOOKING)}"' in text
    assert 'error_description="One of these"' in text


def test_a_prefix_of_the_public_url_follows_the_well_known_part() -> None:
    """RFC 9728 §3.1: between host and path."""
    assert challenge("https://example.org/booking", account="acme") == (
        "Bearer resource_metadata="
        '"https://example.org/.well-known/oauth-protected-resource/booking/accounts/acme"'
    )


def test_a_description_cannot_leave_its_quotes() -> None:
    """RFC 6750 §3: no quote, no backslash, printable ASCII."""
    text = challenge(PUBLIC_URL, error="invalid_token", description='a"b\\c\r\nd é')
    assert 'error_description="a?b?c??d ?"' in text
