"""What was given before an instant ends with it: codes on their way, refresh and access tokens.

Whatever ends it, what is given afterwards counts, were it in the same millisecond.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.people import consents, users
from openslot.identity.people.given_access import end_given_access
from openslot.kernel import scopes
from openslot.storage.transactions import AccountTx

from .delegation import Desk, is_live, redeem, refresh

pytestmark = pytest.mark.anyio


def _end_given_access(tx: AccountTx, desk: Desk) -> None:
    end_given_access(tx, users.by_id(tx, desk.user.id))


def _disable_the_user(tx: AccountTx, desk: Desk) -> None:
    users.enable(tx, users.disable(tx, users.by_id(tx, desk.user.id)))


def _disable_the_client(tx: AccountTx, desk: Desk) -> None:
    client = clients.by_key(tx, desk.world.mobile.key)
    clients.enable(tx, clients.disable(tx, client))


def _revoke_the_clients_tokens(tx: AccountTx, desk: Desk) -> None:
    clients.revoke_tokens(tx, clients.by_key(tx, desk.world.mobile.key))


def _revoke_the_accounts_tokens(tx: AccountTx, _: Desk) -> None:
    accounts.revoke_tokens(tx)


Ending = Callable[[AccountTx, Desk], None]
OF_THE_USER = (_end_given_access, _disable_the_user)
ENDINGS = (
    *OF_THE_USER, _disable_the_client, _revoke_the_clients_tokens, _revoke_the_accounts_tokens,
)  # fmt: skip
every_ending = pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: e.__name__.strip("_"))


@every_ending
async def test_what_was_given_ends(http: httpx.AsyncClient, desk: Desk, ending: Ending) -> None:
    """The code and the refresh token are refused, the access token does not count."""
    tokens, code = await desk.tokens(http), await desk.code()
    await _write(desk, ending, desk)
    assert (await redeem(http, desk, code)).json()["error"] == "invalid_grant"
    assert (await refresh(http, desk, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert not await is_live(desk, tokens["access_token"])


@every_ending
async def test_what_is_given_at_once_afterwards_counts(
    http: httpx.AsyncClient, desk: Desk, ending: Ending
) -> None:
    """The code is made in the transaction that ends what was before: at the same instant."""
    await desk.tokens(http)
    code = await _write(desk, _ended_and_given_again, desk, ending)
    answer = await redeem(http, desk, code)
    assert answer.status_code == 200, answer.text
    assert await is_live(desk, answer.json()["access_token"])
    assert (await refresh(http, desk, answer.json()["refresh_token"])).status_code == 200


@pytest.mark.parametrize("ending", OF_THE_USER, ids=lambda e: e.__name__.strip("_"))
async def test_consents_of_the_user_end_and_no_others(desk: Desk, ending: Ending) -> None:
    """Whoever gave them with the password that is out may not have been the user."""
    client_id = desk.world.mobile.client_id
    other, _ = await _write(desk, users.create, "other@acme.example", "Other", "desk")
    for user_id in (desk.user.id, other.id):
        await _write(desk, consents.give, user_id, client_id, [scopes.BOOK])
    await _write(desk, ending, desk)
    covered = [
        await _write(desk, consents.covers, user_id, client_id, [scopes.BOOK])
        for user_id in (desk.user.id, other.id)
    ]
    assert covered == [False, True]


async def test_the_version_rises_so_that_a_ticket_ends(desk: Desk) -> None:
    changed = await _write(desk, lambda tx: end_given_access(tx, users.by_id(tx, desk.user.id)))
    assert changed.version > desk.user.version
    assert changed.revoked_before > desk.user.revoked_before


def _ended_and_given_again(tx: AccountTx, desk: Desk, ending: Ending) -> str:
    ending(tx, desk)
    return desk.code_in(tx.again())


async def _write(desk: Desk, operation: Callable[..., Any], *arguments: Any) -> Any:
    return await desk.world.app.database.write(desk.world.acme.id, operation, *arguments)
