"""Setting up a second factor on the way in, where the account requires one."""

from dataclasses import dataclass

from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.identity.people import second_factor, sessions, users
from openslot.identity.people.session_start import begin_session, still_as_shown
from openslot.identity.people.sign_in_outcomes import TICKET_OVER, SignedIn, SignInRefused
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.identity.store import sessions as rows
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What a user sets up: the secret of their app, and a code that shows that it has it."""

    key: bytes  # `totp.sealing_key`
    secret: str
    code: str


def user_of(tx: AccountTx, shown: PasswordShown) -> User | None:
    """Who may set a second factor up with a ticket; None: nobody, or not any more."""
    user = still_as_shown(tx, shown)
    return None if isinstance(user, SignInRefused) or user.has_totp else user


def enrol_and_sign_in(
    tx: AccountTx, shown: PasswordShown, new: NewFactor, by: Actor
) -> tuple[SignedIn, tuple[str, ...]]:
    """A second factor and the session that waited for it; and the recovery codes.

    Raises:
        WrongCode: the code is not one of the secret, now.
        SignInRefused: the ticket is not valid any more.
    """
    user = user_of(tx, shown)
    if user is None:
        raise SignInRefused(TICKET_OVER)
    codes = second_factor.set_up(tx, new.key, user, new.secret, new.code, by=by)
    rows.delete_all(tx, user.id)
    return begin_session(tx, users.by_id(tx, user.id), by), codes


def enrol(tx: AccountTx, session: Session, new: NewFactor, by: Actor) -> tuple[str, ...]:
    """A second factor, the first or another one, of a user who is signed in; the recovery codes.

    The user's other sessions end.

    Raises:
        WrongCode: the code is not one of the secret, now.
    """
    codes = second_factor.set_up(tx, new.key, session.user, new.secret, new.code, by=by)
    sessions.end_others(tx, session)
    return codes
