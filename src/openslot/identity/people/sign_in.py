"""Signing in: an e-mail address and a password, then a code where the user has enrolled an app.

Nobody learns from the response or its time which account, user or password there is: everything
that is wrong before the second factor is one refusal, after one comparison with argon2id. That
runs outside of any transaction; the transaction that lets the user in looks at them again.
There is no throttle here: whoever serves the page counts by person and address, before asking.
"""

from dataclasses import dataclass
from typing import Protocol

from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.identity.model.user import User
from openslot.identity.people import sessions, sign_in_ticket, totp, users
from openslot.identity.people.passwords import Passwords
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.identity.people.user_rules import normal_email
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.identity.refusals.sign_in_refusals import SignInRefusals
from openslot.identity.store import accounts, user_credentials
from openslot.identity.store import users as rows
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.kernel.errors import NotFound
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, Database, SystemTx

# Why somebody was refused, for the audit trail alone: no response says it
UNKNOWN_ACCOUNT = "unknown_account"
ACCOUNT_SUSPENDED = "account_suspended"
UNKNOWN_USER = "unknown_user"
USER_DISABLED = "user_disabled"
NO_PASSWORD = "no_password"  # noqa: S105  (invited, and has not chosen one)
WRONG_PASSWORD = "wrong_password"  # noqa: S105
USER_CHANGED = "user_changed"  # while the password was compared
WRONG_CODE = "wrong_code"
TICKET_OVER = "ticket_over"  # too long between password and code, or it is none of ours


class Parts(Protocol):
    """What signing in works with: the wired application has it."""

    @property
    def purpose_keys(self) -> PurposeKeys:
        """What seals second factors and tickets."""

    @property
    def database(self) -> Database:
        """Where users and sessions are."""

    @property
    def passwords(self) -> Passwords:
        """Compares off the event loop."""

    @property
    def sign_in_refusals(self) -> SignInRefusals:
        """Takes what was refused."""


class SignInRefused(Exception):
    """Wrong in any way. `reason` is for the audit trail alone, which has it already."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongSecondFactor(SignInRefused):
    """The password was right, the code is not: ask for another code."""


class SecondFactorNeeded(Exception):
    """The password was right: ask for a code, and send it with `ticket` to `second_factor`."""

    def __init__(self, ticket: str) -> None:
        super().__init__("a code is needed")
        self.ticket = ticket  # sealed; stands for the password for five minutes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who was let in."""

    text: str  # for the session's cookie
    user: User
    account_id: str


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Whom an address claims to be; nothing is compared yet."""

    account_id: str = ""
    user: User | None = None
    digest: str | None = None  # None: whatever the password is, it is wrong
    reason: str = WRONG_PASSWORD  # why, when it is


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Where an attempt comes from, for the audit trail."""

    origin: RefusalOrigin
    request_id: str | None


async def sign_in(
    parts: Parts,
    account_name: str,
    email: str,
    password: str,
    totp_code: str | None,
    address: str | None,
    request_id: str | None,
) -> SignedIn:
    """Lets a user in, with a code if one was asked for on the same page.

    Raises:
        SignInRefused: account, user and password are not all right.
        WrongSecondFactor: they are, and the code is not.
        SecondFactorNeeded: they are, and a code is missing.
        PasswordsBusy: too many sign in at this moment.
    """
    claimed = await parts.database.read_system(
        "the page says which account", _claimed, account_name, email
    )
    right = await parts.passwords.verifies(claimed.digest, password)
    user_id = claimed.user.id if claimed.user else None
    attempt = _Attempt(RefusalOrigin(account_name, user_id, address), request_id)
    if not right or claimed.user is None or claimed.digest is None:
        raise _noted(parts, attempt, SignInRefused(claimed.reason))
    if claimed.user.has_totp and not totp_code:
        ticket = sign_in_ticket.make(parts.purpose_keys, claimed.account_id, claimed.user)
        raise SecondFactorNeeded(ticket)
    shown = PasswordShown(
        claimed.account_id, claimed.user.id, claimed.user.version, by_ticket=False
    )
    return await _let_in(parts, attempt, shown, totp_code)


async def second_factor(
    parts: Parts,
    account_name: str,
    ticket: str,
    totp_code: str,
    address: str | None,
    request_id: str | None,
) -> SignedIn:
    """Lets a user in who has shown their password: `ticket` is that of `SecondFactorNeeded`.

    Raises:
        WrongSecondFactor: the code is wrong or was used before; the ticket is still valid.
        SignInRefused: the ticket is not valid any more; begin with the password.
    """
    account = await parts.database.read_system(
        "the page says which account", accounts.by_name, account_name
    )
    keys = parts.purpose_keys
    shown = None if account is None else sign_in_ticket.read(keys, account.id, ticket)
    user_id = shown.user_id if shown else None
    attempt = _Attempt(RefusalOrigin(account_name, user_id, address), request_id)
    if shown is None:
        raise _noted(parts, attempt, SignInRefused(TICKET_OVER))
    return await _let_in(parts, attempt, shown, totp_code)


def _claimed(tx: SystemTx, account_name: str, email: str) -> _Claimed:
    normal = normal_email(email)
    account = accounts.by_name(tx, account_name)
    if account is None:
        return _Claimed(reason=UNKNOWN_ACCOUNT)
    narrowed = tx.account(account.id)
    user = None if normal is None else rows.by_email(narrowed, normal)
    if user is None:
        return _Claimed(account.id, reason=UNKNOWN_USER)
    if account.suspended_at is not None:
        return _Claimed(account.id, user, reason=ACCOUNT_SUSPENDED)
    if not user.active:
        return _Claimed(account.id, user, reason=USER_DISABLED)
    digest = user_credentials.password_digest(narrowed, user.id)
    reason = NO_PASSWORD if digest is None else WRONG_PASSWORD
    return _Claimed(account.id, user, digest, reason)


async def _let_in(
    parts: Parts, attempt: _Attempt, shown: PasswordShown, totp_code: str | None
) -> SignedIn:
    key = totp.sealing_key(parts.purpose_keys)
    by = Actor(
        shown.account_id,
        "user",
        shown.user_id,
        frozenset(),
        attempt.origin.address,
        attempt.request_id,
    )
    try:
        return await parts.database.write(shown.account_id, _start, by, shown, key, totp_code or "")
    except SignInRefused as refusal:
        raise _noted(parts, attempt, refusal) from None


def _start(tx: AccountTx, by: Actor, shown: PasswordShown, key: bytes, totp_code: str) -> SignedIn:
    """Begins a session of a user who is still as they were when the password was compared."""
    try:
        user = users.by_id(tx, by.id)
    except NotFound:
        raise SignInRefused(USER_CHANGED) from None
    if tx.account.suspended_at is not None:
        raise SignInRefused(ACCOUNT_SUSPENDED)
    if not user.active or user.version != shown.version:
        raise SignInRefused(USER_CHANGED)
    # No ticket is made where no code is asked for: whoever has the master key could make one.
    if shown.by_ticket and not user.has_totp:
        raise SignInRefused(TICKET_OVER)
    if user.has_totp and not totp.accept(tx, key, user, totp_code):
        raise WrongSecondFactor(WRONG_CODE)
    text = sessions.start(tx, user)
    rows.note_sign_in(tx, user.id)
    audit.record(tx, "user.signed_in", by, user=user.id, secondFactor=user.has_totp)
    return SignedIn(text, users.by_id(tx, user.id), tx.account.id)


def _noted(parts: Parts, attempt: _Attempt, refusal: SignInRefused) -> SignInRefused:
    parts.sign_in_refusals.note(attempt.origin, refusal.reason, now_ms(), attempt.request_id)
    return refusal
