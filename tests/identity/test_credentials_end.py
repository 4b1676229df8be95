"""What a credential gave ends with it: every way in which one ends × every thing that it gave."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pyotp
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients, secret_rotation
from openslot.identity.people import consents, invitations, second_factor, sessions, users
from openslot.identity.people.session_start import still_as_shown
from openslot.identity.people.sign_in_outcomes import SignInRefused
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.kernel import scopes
from openslot.storage.transactions import AccountTx

from .browsing import (
    DIGEST,
    ME,
    OTHER_PASSWORD,
    PASSWORD,
    SECOND_FACTOR,
    SESSION,
    Browser,
    Page,
    Staff,
)
from .delegation import is_live, redeem, refresh
from .people import step_now, well_within_a_step

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SIGN_INS = frozenset({"asking session", "other session", "ticket"})
TOKENS = frozenset({"code", "refresh token", "access token"})
ACCESS = TOKENS | {"consent"}
EVERYTHING = SIGN_INS | ACCESS | {"invitation"}


@dataclass
class Given:
    """What the credentials of a user have given, and how to see whether it is good."""

    staff: Staff
    http: httpx.AsyncClient
    app: pyotp.TOTP | None  # of the second factor
    invitation: str | None
    asking: Browser
    other: Browser
    code: str
    tokens: dict[str, Any]
    shown: PasswordShown

    async def ended(self) -> set[str]:
        """What of it is no longer good."""
        desk = self.staff.desk
        mobile = desk.world.mobile.client_id
        covered = await self._read(consents.covers, desk.user.id, mobile, (scopes.BOOK,))
        still = await self._read(still_as_shown, self.shown)
        good = {
            "asking session": (await self.asking.get(ME)).status_code == 200,
            "other session": (await self.other.get(ME)).status_code == 200,
            "access token": await is_live(desk, self.tokens["access_token"]),
            "refresh token": await self._is_good(
                refresh(self.http, desk, self.tokens["refresh_token"])
            ),
            "code": await self._is_good(redeem(self.http, desk, self.code)),
            "ticket": not isinstance(still, SignInRefused),
            "consent": covered,
        }
        if self.invitation is not None:
            address = f"/accounts/acme/invitations/{self.invitation}"
            good["invitation"] = (await self.staff.browser().get(address)).status_code == 200
        return {name for name, is_good in good.items() if not is_good}

    async def _read(self, operation: Any, *given: Any) -> Any:
        account_id = self.staff.desk.world.acme.id
        return await self.staff.app.database.read(account_id, operation, *given)

    @staticmethod
    async def _is_good(sent: Awaitable[httpx.Response]) -> bool:
        answer = await sent
        assert answer.status_code in (200, 400, 401), answer.text
        return answer.status_code == 200


async def give(
    staff: Staff, http: httpx.AsyncClient, *, enrolled: bool = False, invited: bool = False
) -> Given:
    """Everything, to the user at the desk."""
    app = await staff.enrolled() if enrolled else None
    user_id = staff.desk.user.id
    invitation = await staff.write(invitations.make, user_id) if invited else None
    browsers = []
    for _ in range(2):
        browser = staff.browser()
        text = await staff.write(sessions.start, await staff.user())
        browser.http.cookies.set(SESSION, text, domain="booking.example.org")
        browsers.append(browser)
    mobile = staff.desk.world.mobile.client_id
    await staff.write(consents.give, user_id, mobile, (scopes.BOOK,))
    user = await staff.user()
    shown = PasswordShown(staff.desk.world.acme.id, user.id, user.version, 0, by_ticket=True)
    tokens, code = await staff.desk.tokens(http), await staff.desk.code()
    return Given(staff, http, app, invitation, *browsers, code, tokens, shown)


def operation(run: Callable[[AccountTx, Given], Any]) -> Callable[[Given], Awaitable[None]]:
    """A way that is one operation of the account."""

    async def ends(given: Given) -> None:
        await given.staff.write(lambda tx: run(tx, given))

    return ends


def of_user(run: Callable[[AccountTx, Any], Any]) -> Callable[[Given], Awaitable[None]]:
    """A way that is one operation on the user."""
    return operation(lambda tx, given: run(tx, users.by_id(tx, given.staff.desk.user.id)))


def of_client(run: Callable[[AccountTx, Any], Any]) -> Callable[[Given], Awaitable[None]]:
    """A way that is one operation on the client."""
    return operation(
        lambda tx, given: run(tx, clients.by_key(tx, given.staff.desk.world.mobile.key))
    )


async def changes_password(given: Given) -> None:
    """On the account page."""
    form = await given.asking.form(ME, "/password")
    done = await given.asking.send(form, password=PASSWORD, new_password=OTHER_PASSWORD)
    assert done.status_code == 303, done.text


async def sets_up_second_factor(given: Given) -> None:
    """The first one, or another one."""
    await well_within_a_step()
    page = Page(await given.asking.get(SECOND_FACTOR))
    if given.app is not None:
        sent = await given.asking.send(page.form(), password=PASSWORD, code=given.app.now())
        page = Page(sent)
    key = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    code = pyotp.TOTP(key).generate_otp(step_now())
    done = await given.asking.send(page.form(), password=PASSWORD, code=code)
    assert "Your recovery codes" in done.text


async def turns_second_factor_off(given: Given) -> None:
    """With the password and a code."""
    assert given.app is not None
    await well_within_a_step()
    form = await given.asking.form(ME, "/second-factor/end")
    done = await given.asking.send(form, password=PASSWORD, code=given.app.now())
    assert done.status_code == 303, done.text


async def signs_out_elsewhere(given: Given) -> None:
    """On the account page."""
    done = await given.asking.send(await given.asking.form(ME, "/sessions/end"))
    assert done.status_code == 303, done.text


def chosen(tx: AccountTx, given: Given) -> None:
    """A password, with the invitation."""
    user = users.by_id(tx, given.staff.desk.user.id)
    users.set_password(tx, user, DIGEST, invitation=given.invitation)


BY_OTHERS: dict[str, tuple[Callable[[Given], Awaitable[None]], frozenset[str]]] = {
    "password chosen with an invitation": (operation(chosen), EVERYTHING),
    "password set by the operator": (
        of_user(lambda tx, user: users.set_password(tx, user, DIGEST, invitation=None)),
        EVERYTHING,
    ),
    "invited again": (of_user(invitations.renew), EVERYTHING),
    "signed out by the operator": (of_user(users.end_sessions), EVERYTHING - {"invitation"}),
    "second factor reset": (of_user(second_factor.reset), EVERYTHING - {"invitation"}),
    "disabled": (of_user(users.disable), EVERYTHING),
    "disabled and enabled": (
        of_user(lambda tx, user: users.enable(tx, users.disable(tx, user))),
        EVERYTHING,
    ),
    "deleted": (
        of_user(lambda tx, user: users.delete(tx, users.disable(tx, user))),
        EVERYTHING,
    ),
    "client disabled": (of_client(clients.disable), TOKENS),
    "client disabled and enabled": (
        of_client(lambda tx, client: clients.enable(tx, clients.disable(tx, client))),
        TOKENS,
    ),
    "client deleted": (
        of_client(lambda tx, client: clients.delete(tx, clients.disable(tx, client))),
        ACCESS,
    ),
    "tokens of the client revoked": (of_client(clients.revoke_tokens), TOKENS),
    "tokens of the account revoked": (operation(lambda tx, _: accounts.revoke_tokens(tx)), TOKENS),
    "account suspended": (
        operation(lambda tx, _: accounts.suspend(tx)),
        EVERYTHING - {"consent"},
    ),
    "account suspended and resumed": (
        operation(lambda tx, _: (accounts.suspend(tx), accounts.resume(tx.again()))),
        frozenset(),
    ),
}
BY_THE_USER: dict[str, tuple[Callable[[Given], Awaitable[None]], bool, frozenset[str]]] = {
    "password changed": (
        changes_password,
        False,
        EVERYTHING - {"asking session", "invitation"},
    ),
    "second factor set up": (
        sets_up_second_factor,
        False,
        SIGN_INS - {"asking session"},
    ),
    "second factor replaced": (
        sets_up_second_factor,
        True,
        SIGN_INS - {"asking session"},
    ),
    "second factor turned off": (turns_second_factor_off, True, frozenset({"ticket"})),
    "signed out elsewhere": (signs_out_elsewhere, False, frozenset({"other session"})),
}


async def test_everything_is_good_before(staff: Staff, http: httpx.AsyncClient) -> None:
    """Or the tables below would show nothing."""
    assert await (await give(staff, http, enrolled=True, invited=True)).ended() == set()


@pytest.mark.parametrize("way", BY_OTHERS)
async def test_what_ends_by_somebody_else(staff: Staff, http: httpx.AsyncClient, way: str) -> None:
    """An administrator, the operator, or whoever has the invitation."""
    ends, expected = BY_OTHERS[way]
    given = await give(staff, http, enrolled=True, invited=True)
    await ends(given)
    assert await given.ended() == expected


@pytest.mark.parametrize("way", BY_THE_USER)
async def test_what_ends_by_the_user(staff: Staff, http: httpx.AsyncClient, way: str) -> None:
    """On the pages; the session that asked goes on."""
    ends, enrolled, expected = BY_THE_USER[way]
    given = await give(staff, http, enrolled=enrolled)
    await ends(given)
    assert await given.ended() == expected


async def test_another_user_keeps_everything(staff: Staff, http: httpx.AsyncClient) -> None:
    """Whatever ends of one."""
    given = await give(staff, http, enrolled=True, invited=True)

    def other(tx: AccountTx) -> None:
        user, text = users.create(tx, "other@acme.example", "Other", "desk")
        user = users.set_password(tx, user, DIGEST, invitation=text)
        users.end_sessions(tx, user)
        invitations.renew(tx, user)
        users.delete(tx, users.disable(tx, users.by_id(tx, user.id)))

    await staff.write(other)
    assert await given.ended() == set()


async def test_a_secret_ends_alone(staff: Staff, http: httpx.AsyncClient) -> None:
    """The access is the user's gift, and the client's other secret still refreshes it."""
    desk = staff.desk
    auth = (desk.site.client_id, desk.site_secret)
    code = await desk.code(desk.site)
    given = await redeem(http, desk, code, client_id=None, auth=auth)
    tokens, second = given.json(), await desk.code(desk.site)

    def rotate(tx: AccountTx) -> str:
        made = secret_rotation.make_secret(tx, desk.world.pepper, desk.site)
        for secret in secret_rotation.secrets_of(tx, desk.site):
            if secret.id != made.id:
                secret_rotation.revoke_secret(tx, desk.site, secret.id)
        return made.text

    fresh = (desk.site.client_id, await staff.write(rotate))
    refused = await redeem(http, desk, second, client_id=None, auth=auth)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert await is_live(desk, tokens["access_token"])
    for more in (
        await refresh(http, desk, tokens["refresh_token"], client_id=None, auth=fresh),
        await redeem(http, desk, second, client_id=None, auth=fresh),
    ):
        assert more.status_code == 200, more.text
