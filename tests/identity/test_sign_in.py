"""Signing in: what lets somebody in, what does not, and that neither tells anything else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.model.roles import ROLES
from openslot.identity.model.user import User
from openslot.identity.people import sessions, sign_in, sign_in_ticket, totp, users
from openslot.identity.people.passwords import LONGEST, Passwords
from openslot.identity.people.sign_in_outcomes import (
    TICKET_OVER,
    SecondFactorNeeded,
    SignedIn,
    SignInRefused,
    WrongSecondFactor,
)
from openslot.identity.people.sign_in_ticket import CODE_MS, PasswordShown
from openslot.kernel.clock import now_ms
from openslot.storage.journal import audit

from .people import (
    EMAIL,
    PASSWORD,
    Counting,
    code_of,
    made,
    quick,
    step_now,
    trail,
    well_within_a_step,
)
from .world import World

pytestmark = pytest.mark.anyio

ADDRESS = "192.0.2.7"
REQUEST_ID = "01890000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Door:
    """The sign-in of an application whose comparisons are quick and counted."""

    world: World
    app: App
    counting: Counting

    async def enter(
        self,
        email: str = EMAIL,
        password: str = PASSWORD,
        code: str | None = None,
        account: str = "acme",
    ) -> SignedIn:
        """Somebody comes."""
        return await sign_in.sign_in(self.app, account, email, password, code, ADDRESS, REQUEST_ID)

    async def refused(self, *args: Any, **kwargs: Any) -> str:
        """Somebody comes and is not let in; why not."""
        with pytest.raises(SignInRefused) as refusal:
            await self.enter(*args, **kwargs)
        return refusal.value.reason

    async def enrolled(self, user: User) -> tuple[User, str]:
        """The user with an app, and its secret; the present code is still unused."""
        secret = totp.new_secret()
        await well_within_a_step()
        key = totp.sealing_key(self.app.purpose_keys)
        code = code_of(secret, step_now() - 1)
        database, acme = self.app.database, self.world.acme.id
        return await database.write(acme, totp.enrol, key, user, secret, code), secret

    async def ticket(self, **kwargs: Any) -> str:
        """What stands for the password between the two pages."""
        with pytest.raises(SecondFactorNeeded) as needed:
            await self.enter(**kwargs)
        return needed.value.ticket

    async def second(self, ticket: str, code: str, account: str = "acme") -> SignedIn:
        """The second page."""
        return await sign_in.second_factor(self.app, account, ticket, code, ADDRESS, REQUEST_ID)


@pytest.fixture
async def door(world: World) -> AsyncIterator[Door]:
    """Of the world's application."""
    counting = Counting()
    passwords = quick(counting)
    yield Door(world, replace(world.app, passwords=passwords), counting)
    passwords.close()


async def test_the_right_password_lets_in(door: Door) -> None:
    """In any case of the address; the session is the user's, and the user's row says when."""
    user = await made(door.world)
    before = now_ms()
    signed_in = await door.enter("Ann@EXAMPLE.org")
    assert signed_in.account_id == door.world.acme.id
    session = await door.app.database.read(door.world.acme.id, sessions.find, signed_in.text)
    assert session is not None
    assert session.user == signed_in.user
    assert (session.user.id, session.user.scopes) == (user.id, ROLES["desk"])
    assert session.user.version == user.version
    assert session.user.last_signed_in_at is not None
    assert before <= session.user.last_signed_in_at <= now_ms()
    assert (await door.enter()).text != signed_in.text


async def test_whatever_is_wrong_takes_one_comparison_of_the_same_work(door: Door) -> None:
    """Neither the answer nor its time tells accounts, users or passwords apart."""
    database, acme = door.app.database, door.world.acme.id
    await made(door.world)
    await made(door.world, "new@example.org", password=None)
    gone = await made(door.world, "gone@example.org")
    await database.write(acme, users.disable, gone)
    await made(door.world, "foreign@example.org", account="globex")
    reasons = {
        "wrong password": await door.refused(EMAIL, "not the right one at all"),
        "no password": await door.refused(EMAIL, ""),
        "too long a password": await door.refused(EMAIL, "x" * (LONGEST + 1)),
        "unknown user": await door.refused("nobody@example.org"),
        "no address": await door.refused("ann"),
        "nothing": await door.refused("", ""),
        "invited": await door.refused("new@example.org"),
        "disabled": await door.refused("gone@example.org"),
        "another account's": await door.refused("foreign@example.org"),
        "unknown account": await door.refused(account="nowhere"),
        "no account": await door.refused(account="No Account\x00"),
    }
    await database.write(acme, accounts.suspend)
    reasons["suspended"] = await door.refused()
    assert reasons == {
        "wrong password": "wrong_password",
        "no password": "wrong_password",
        "too long a password": "wrong_password",
        "unknown user": "unknown_user",
        "no address": "unknown_user",
        "nothing": "unknown_user",
        "invited": "no_password",
        "disabled": "user_disabled",
        "another account's": "unknown_user",
        "unknown account": "unknown_account",
        "no account": "unknown_account",
        "suspended": "account_suspended",
    }
    assert len(door.counting.compared) == len(reasons)
    assert len(set(door.counting.compared)) == 1


async def test_a_second_factor_is_asked_for_after_the_password_alone(door: Door) -> None:
    """A wrong password is refused as ever, with whatever code."""
    user, secret = await door.enrolled(await made(door.world))
    code = code_of(secret, step_now())
    assert await door.refused(password="not the right one at all", code=code) == "wrong_password"
    ticket = await door.ticket()
    with pytest.raises(WrongSecondFactor):
        await door.second(ticket, "000000" if code != "000000" else "000001")
    signed_in = await door.second(ticket, code)
    assert signed_in.user.id == user.id
    with pytest.raises(WrongSecondFactor):
        await door.second(ticket, code)
    with pytest.raises(WrongSecondFactor):
        await door.enter(code=code)
    assert (await door.enter(code=code_of(secret, step_now() + 1))).user.id == user.id
    assert user.email not in ticket
    assert user.id not in ticket


async def test_a_ticket_is_of_no_use_where_no_code_is_asked_for(door: Door) -> None:
    """None is made there. Whoever has the master key could make one, and needs the password too."""
    user = await made(door.world)
    shown = PasswordShown(door.world.acme.id, user.id, user.version, 0, by_ticket=False)
    forged = sign_in_ticket.make(door.app.purpose_keys, shown, CODE_MS)
    with pytest.raises(SignInRefused) as refused:
        await door.second(forged, "")
    assert refused.value.reason == TICKET_OVER


async def test_a_code_lets_one_of_twenty_in(door: Door) -> None:
    """Who come at once."""
    _, secret = await door.enrolled(await made(door.world))
    ticket, code = await door.ticket(), code_of(secret, step_now())
    came = await asyncio.gather(
        *(door.second(ticket, code) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(one, SignedIn) for one in came) == 1
    assert sum(isinstance(one, SignInRefused) for one in came) == 19


async def test_a_ticket_is_of_one_account_and_unchanged(door: Door) -> None:
    """It cannot be made up, carried over or kept for later."""
    user, secret = await door.enrolled(await made(door.world))
    code, ticket = code_of(secret, step_now()), await door.ticket()
    end = "A" if ticket[-8] != "A" else "B"
    for account, text in (
        ("globex", ticket),
        ("nowhere", ticket),
        ("acme", ticket[:-8] + end + ticket[-7:]),
        ("acme", ""),
        ("acme", "é"),
        ("acme", "====" * 300),
    ):
        with pytest.raises(SignInRefused) as refusal:
            await door.second(text, code, account)
        assert refusal.value.reason == "ticket_over"
    await door.app.database.write(
        door.world.acme.id, users.set_password, user, "$argon2id$other", invitation=None
    )
    with pytest.raises(SignInRefused) as refusal:
        await door.second(ticket, code)
    assert refusal.value.reason == "user_changed"


async def test_a_ticket_ends(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five minutes."""
    _, secret = await door.enrolled(await made(door.world))
    ticket, real = await door.ticket(), now_ms()
    monkeypatch.setattr(sign_in_ticket, "now_ms", lambda: real + 301_000)
    with pytest.raises(SignInRefused) as refusal:
        await door.second(ticket, code_of(secret, step_now()))
    assert refusal.value.reason == "ticket_over"
    monkeypatch.setattr(sign_in_ticket, "now_ms", lambda: real + 295_000)
    assert await door.second(ticket, code_of(secret, step_now()))


class Meanwhile(Passwords):
    """Something happens while the password is compared."""

    def __init__(self, door: Door, what: Any) -> None:
        super().__init__(Counting())
        self._door, self._what = door, what

    async def verifies(self, digest: str | None, text: str) -> bool:
        """Compares, and then it happens."""
        right = await super().verifies(digest, text)
        await self._door.app.database.write(self._door.world.acme.id, self._what)
        return right


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("disabled", "user_changed"),
        ("deleted", "user_changed"),
        ("another password", "user_changed"),
        ("suspended", "account_suspended"),
    ],
)
async def test_who_is_refused_meanwhile_is_not_let_in(door: Door, change: str, reason: str) -> None:
    """The password was right when it was read, and is not any more."""
    user = await made(door.world)

    def happens(tx: Any) -> None:
        if change == "suspended":
            accounts.suspend(tx)
        elif change == "another password":
            users.set_password(tx, user, "$argon2id$other", invitation=None)
        else:
            disabled = users.disable(tx, user)
            if change == "deleted":
                users.delete(tx, disabled)

    passwords = Meanwhile(door, happens)
    other = replace(door, app=replace(door.app, passwords=passwords))
    assert await other.refused() == reason
    assert await sessions_of(door) == 0
    passwords.close()


async def sessions_of(door: Door) -> int:
    """How many sessions there are of anybody."""
    found = await door.app.database.read(door.world.acme.id, users.page, "", 100)
    counts = [
        len(await door.app.database.read(door.world.acme.id, sessions.of_user, user.id))
        for user in found
    ]
    return sum(counts)


async def test_the_trail_has_sign_ins_at_once_and_refusals_counted(door: Door) -> None:
    """By user and address, without the address that was typed; and only where there is a trail."""
    user = await made(door.world)
    await door.enter()
    for password in ("wrong and wrong", "wrong again and again"):
        await door.refused(password=password)
    await door.refused("somebody-else@example.org")
    await door.refused(account="nowhere")
    await door.app.sign_in_refusals.flush()
    events = await door.app.database.read(door.world.acme.id, audit.events, audit.AuditFilter(), 50)
    signed_in = [event for event in events if event.type == "user.signed_in"]
    assert [(e.actor_type, e.actor_id, e.address, e.request_id) for e in signed_in] == [
        ("user", user.id, ADDRESS, REQUEST_ID)
    ]
    assert signed_in[0].detail == {"user": user.id, "secondFactor": False}
    refused = [event for event in events if event.type == "user.sign_in_refused"]
    assert all(
        (e.actor_id, e.address, e.request_id) == (None, ADDRESS, REQUEST_ID) for e in refused
    )
    found: dict[str | None, Mapping[str, Any]] = {e.detail.get("user"): e.detail for e in refused}
    assert found[user.id]["reasons"] == {"wrong_password": 2}
    assert found[None]["reasons"] == {"unknown_user": 1}
    assert len(refused) == 2
    told = repr([(event.type, event.detail) for event in events])
    assert "@" not in told
    assert "wrong and wrong" not in told
    foreign = await trail(door.app, door.world.globex.id)
    assert foreign == []


async def test_disabling_signs_out_at_once(door: Door) -> None:
    """The very next page is another one's."""
    user = await made(door.world)
    signed_in = await door.enter()
    acme = door.world.acme.id
    await door.app.database.write(acme, users.disable, user)
    assert await sessions.look_up(door.app.database, acme, signed_in.text) is None
    assert await door.refused() == "user_disabled"
    assert door.counting.compared[-1] == door.counting.compared[0]
