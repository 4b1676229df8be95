"""The transaction that lets a user in who has shown their password."""

from openslot.identity.model.user import User
from openslot.identity.people import second_factor, sessions, users
from openslot.identity.people.second_factor import MOST_WRONG_OF_A_SIGN_IN, CodeRule
from openslot.identity.people.sign_in_outcomes import (
    ACCOUNT_SUSPENDED,
    NO_SECOND_FACTOR,
    TICKET_OVER,
    TOO_MANY_CODES,
    USER_CHANGED,
    WRONG_CODE,
    SignedIn,
    SignInRefused,
    TicketVoid,
    WrongSecondFactor,
)
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.identity.store import user_credentials
from openslot.identity.store import users as rows
from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx


def start(
    tx: AccountTx, by: Actor, shown: PasswordShown, rule: CodeRule, code: str
) -> SignedIn | SignInRefused:
    """Begins a session of a user who is still as they were when the password was compared.

    A refusal is returned, so that a wrong code is committed as counted.

    Raises:
        TooManyWrongCodes: of the user.
    """
    user = still_as_shown(tx, shown)
    if isinstance(user, SignInRefused):
        return user
    if not user.has_totp:
        # The ticket of an enrolment opens no session before there is a second factor.
        if shown.by_ticket:
            return SignInRefused(TICKET_OVER)
        if second_factor.is_required(tx.account, user):
            return SignInRefused(NO_SECOND_FACTOR)
    elif not second_factor.accept(tx, rule, user, code, by=by):
        left = shown.wrong_codes + MOST_WRONG_OF_A_SIGN_IN - _wrong_codes(tx, user)
        return WrongSecondFactor(WRONG_CODE) if left > 0 else TicketVoid(TOO_MANY_CODES)
    return begin_session(tx, user, by)


def still_as_shown(tx: AccountTx, shown: PasswordShown) -> User | SignInRefused:
    """The user who has shown their password, if nothing has changed since."""
    try:
        user = users.by_id(tx, shown.user_id)
    except NotFound:
        return SignInRefused(USER_CHANGED)
    if tx.account.suspended_at is not None:
        return SignInRefused(ACCOUNT_SUSPENDED)
    if not user.active or user.version != shown.version:
        return SignInRefused(USER_CHANGED)
    if _wrong_codes(tx, user) >= shown.wrong_codes + MOST_WRONG_OF_A_SIGN_IN:
        return SignInRefused(TOO_MANY_CODES)
    return user


def begin_session(tx: AccountTx, user: User, by: Actor) -> SignedIn:
    """Lets a user in, who has shown all that is asked of them."""
    text = sessions.start(tx, user)
    rows.note_sign_in(tx, user.id)
    audit.record(tx, "user.signed_in", by, user=user.id, secondFactor=user.has_totp)
    return SignedIn(text, users.by_id(tx, user.id), tx.account.id)


def _wrong_codes(tx: AccountTx, user: User) -> int:
    return user_credentials.wrong_codes(tx, user.id).count
