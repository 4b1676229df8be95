"""Signing in: an e-mail address and a password, then a code where the user has a second factor.

Nobody learns from the response or its time which account, user or password there is: everything
that is wrong before the second factor is one refusal, after one comparison with argon2id. That
runs outside of any transaction; the transaction that lets the user in looks at them again.
Attempts are counted by whoever serves the page, by person and address, before asking; wrong codes
are counted here, by user.
"""

from dataclasses import dataclass
from typing import Protocol

from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.identity.model.user import User
from openslot.identity.people import second_factor as factors
from openslot.identity.people import session_start, sign_in_ticket
from openslot.identity.people.passwords import Passwords
from openslot.identity.people.second_factor import CodeRule, TooManyWrongCodes
from openslot.identity.people.sign_in_outcomes import (
    ACCOUNT_SUSPENDED,
    NO_PASSWORD,
    TICKET_OVER,
    TOO_MANY_CODES,
    UNKNOWN_ACCOUNT,
    UNKNOWN_USER,
    USER_DISABLED,
    WRONG_PASSWORD,
    EnrolmentNeeded,
    SecondFactorNeeded,
    SignedIn,
    SignInRefused,
)
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.identity.people.user_rules import normal_email
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.identity.refusals.sign_in_refusals import SignInRefusals
from openslot.identity.store import accounts, user_credentials
from openslot.identity.store import users as rows
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import Database, SystemTx


class Parts(Protocol):
    """What signing in works with: the wired application has it."""

    @property
    def settings(self) -> Settings:
        """How many wrong codes are too many."""

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


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Whom an address claims to be; nothing is compared yet."""

    account: Account | None = None
    user: User | None = None
    digest: str | None = None  # None: whatever the password is, it is wrong
    reason: str = WRONG_PASSWORD  # why, when it is
    wrong_codes: int = 0  # of the user


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
        EnrolmentNeeded: they are, and the account requires a second factor of the user's role.
        TooManyWrongCodes: of the user; this one was not compared.
        PasswordsBusy: too many sign in at this moment.
    """
    claimed = await parts.database.read_system(
        "the page says which account", _claimed, account_name, email
    )
    right = await parts.passwords.verifies(claimed.digest, password)
    user_id = claimed.user.id if claimed.user else None
    attempt = _Attempt(RefusalOrigin(account_name, user_id, address), request_id)
    user, account = claimed.user, claimed.account
    if not right or account is None or user is None or claimed.digest is None:
        raise _noted(parts, attempt, SignInRefused(claimed.reason))
    shown = PasswordShown(account.id, user.id, user.version, claimed.wrong_codes, by_ticket=False)
    if user.has_totp and not totp_code:
        ticket = sign_in_ticket.make(parts.purpose_keys, shown, sign_in_ticket.CODE_MS)
        raise SecondFactorNeeded(ticket)
    if not user.has_totp and factors.is_required(account, user):
        ticket = sign_in_ticket.make(parts.purpose_keys, shown, sign_in_ticket.ENROLMENT_MS)
        raise EnrolmentNeeded(ticket)
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
        TicketVoid: it is, and the ticket is not valid any more.
        SignInRefused: the ticket was not valid any more; begin with the password.
        TooManyWrongCodes: of the user; this one was not compared.
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
        return _Claimed(account, reason=UNKNOWN_USER)
    if account.suspended_at is not None:
        return _Claimed(account, user, reason=ACCOUNT_SUSPENDED)
    if not user.active:
        return _Claimed(account, user, reason=USER_DISABLED)
    digest = user_credentials.password_digest(narrowed, user.id)
    reason = NO_PASSWORD if digest is None else WRONG_PASSWORD
    wrong_codes = user_credentials.wrong_codes(narrowed, user.id).count
    return _Claimed(account, user, digest, reason, wrong_codes)


async def _let_in(
    parts: Parts, attempt: _Attempt, shown: PasswordShown, totp_code: str | None
) -> SignedIn:
    by = Actor(
        shown.account_id,
        "user",
        shown.user_id,
        frozenset(),
        attempt.origin.address,
        attempt.request_id,
    )
    rule = CodeRule.of(parts.settings, parts.purpose_keys)
    try:
        outcome = await parts.database.write(
            shown.account_id, session_start.start, by, shown, rule, totp_code or ""
        )
    except TooManyWrongCodes:
        _noted(parts, attempt, SignInRefused(TOO_MANY_CODES))
        raise
    if isinstance(outcome, SignInRefused):
        raise _noted(parts, attempt, outcome)
    return outcome


def _noted(parts: Parts, attempt: _Attempt, refusal: SignInRefused) -> SignInRefused:
    parts.sign_in_refusals.note(attempt.origin, refusal.reason, now_ms(), attempt.request_id)
    return refusal
