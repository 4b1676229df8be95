"""Users: people who sign in to an account, each with one role. Whoever books is no user.

A user is made with an invitation, which lets them choose a password: 256 random bits, told once,
kept as a digest, good for 7 days and for one password.
"""

import hashlib
import secrets

from openslot.identity.accounts import issuer_of
from openslot.identity.model.roles import ADMINISTRATOR
from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.model.user import User
from openslot.identity.people.user_rules import checked, normal_email
from openslot.identity.store import grants, sessions, user_credentials, users
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY
from openslot.kernel.errors import Conflict, NotFound, PreconditionFailed
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

INVITATION_MS = 7 * MINUTES_PER_DAY * MINUTE_MS
_INVITATION_BYTES = 32


class EmailTaken(Conflict):
    """Take another address, or change the user who has this one: people sign in with it."""

    code = "email_taken"
    title = "The account has a user with this e-mail address already"


class UserStillActive(Conflict):
    """Only a disabled user can be deleted: disable them first."""

    code = "user_still_active"
    title = "The user is active; disable them first"


class UserDisabled(Conflict):
    """A disabled user is not invited. Enable them first."""

    code = "user_disabled"
    title = "The user is disabled"


class LastAdministrator(Conflict):
    """Make somebody else an administrator first: nobody could manage the account's users."""

    code = "last_administrator"
    title = "This is the last active administrator of the account"


class UserChanged(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The user has changed meanwhile; read it again"


def invitation_url(public_url: str, account_name: str, text: str) -> str:
    """Where the user of an invitation chooses a password.

    The text stands in the path, since a fragment would need a script to reach the server. Our own
    log says which route was asked for, never which path; a proxy's log may say the path, and what
    it learns there is worth nothing once the invitation is used.
    """
    return f"{issuer_of(public_url, account_name)}/invitations/{text}"


def page(tx: AccountTx, after: str, most: int) -> list[User]:
    """So many users whose UUIDs come after one (or after ""), in the order they were made."""
    return users.page(tx, after, most)


def by_id(tx: AccountTx, user_id: str) -> User:
    """The user with this UUID.

    Raises:
        NotFound: the account has none.
    """
    user = users.by_id(tx, user_id)
    if user is None:
        raise NotFound("There is no such user")
    return user


def by_email(tx: AccountTx, email: str) -> User:
    """The user with this address, in whatever case it is written.

    Raises:
        NotFound: the account has none.
    """
    address = normal_email(email)
    user = None if address is None else users.by_email(tx, address)
    if user is None:
        raise NotFound("The account has no user with this e-mail address")
    return user


def by_invitation(tx: AccountTx, text: str) -> User:
    """The user whom an invitation is for.

    Raises:
        NotFound: it was used, replaced, has expired, or never was; or the user is disabled.
    """
    user = users.by_invitation(tx, _digest_of(text))
    if user is None:
        raise NotFound("The invitation was used or has expired; ask for another one")
    return user


def create(
    tx: AccountTx, email: str, name: str, role: str, *, by: Actor | None = None
) -> tuple[User, str]:
    """Makes an active user, and the text of an invitation, which is told once, here.

    Here and below `by` is who does it, for the audit trail; None is the operator.

    Raises:
        Invalid: with every fault of address, name and role.
        EmailTaken: the account has a user with this address.
    """
    address, name = checked(email, name, role)
    user_id = new_id()
    if not users.insert(tx, user_id, address, name, role):
        raise EmailTaken
    audit.record(tx, "user.created", by, user=user_id, role=role)
    text = _invite(tx, user_id)
    return by_id(tx, user_id), text


def invite_again(tx: AccountTx, user: User, *, by: Actor | None = None) -> str:
    """The text of another invitation: for a user who lost the first one, or their password.

    Neither an earlier invitation nor the password works any more, and every session ends. What
    the user has let programs do goes on; disabling them ends that too.

    Raises:
        UserDisabled: the user is disabled.
    """
    if not user.active:
        raise UserDisabled
    audit.record(tx, "user.invited", by, user=user.id)
    sessions.delete_all(tx, user.id)
    return _invite(tx, user.id)


def end_sessions(tx: AccountTx, user: User, *, by: Actor | None = None) -> None:
    """Signs the user out of every browser; what they have let programs do goes on."""
    sessions.delete_all(tx, user.id)
    audit.record(tx, "user.signed_out", by, user=user.id)


def set_password(
    tx: AccountTx, user: User, digest: str, *, invitation: str | None, by: Actor | None = None
) -> User:
    """Gives the user another password, by its digest, and ends every session they have.

    With an invitation's text, it has to be this user's and is used up; without one somebody else
    has made sure of the user. Either way no invitation works any more.

    Raises:
        NotFound: the invitation is not this user's, or not any more.
    """
    if invitation is not None and by_invitation(tx, invitation).id != user.id:
        raise NotFound("The invitation is another user's")
    user_credentials.set_password(tx, user.id, digest)
    sessions.delete_all(tx, user.id)
    audit.record(tx, "user.password_set", by, user=user.id, invited=invitation is not None)
    return by_id(tx, user.id)


def change(tx: AccountTx, user: User, name: str, role: str, *, by: Actor | None = None) -> User:
    """Replaces name and role. Tokens lose at once what the new role does not hold.

    Raises:
        Invalid: with every fault of name and role.
        LastAdministrator: nobody else would be one. The operator may all the same.
    """
    _, name = checked(user.email, name, role)
    if (name, role) == (user.name, user.role):
        return user
    if role != ADMINISTRATOR:
        _check_not_last(tx, user, by)
    users.update(tx, user.id, name, role)
    # A name is personal data, and stays out of the trail; a role is what the trail is for.
    roles = {} if role == user.role else {"oldRole": user.role, "newRole": role}
    audit.record(tx, "user.changed", by, user=user.id, renamed=name != user.name, **roles)
    return by_id(tx, user.id)


def disable(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Refuses the user from now on: sessions, grants and tokens end, for good.

    Raises:
        LastAdministrator: nobody else would be one. The operator may all the same.
    """
    if not user.active:
        return user
    _check_not_last(tx, user, by)
    audit.record(tx, "user.disabled", by, user=user.id)
    sessions.delete_all(tx, user.id)
    grants.end_of_user(tx, user.id)
    users.use_codes_up(tx, user.id)
    return _set_active(tx, user, active=False)


def enable(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Takes the user again, with the password they had; what was ended stays so."""
    if user.active:
        return user
    audit.record(tx, "user.enabled", by, user=user.id)
    return _set_active(tx, user, active=True)


def delete(tx: AccountTx, user: User, *, by: Actor | None = None) -> None:
    """Removes a disabled user with all that was theirs; the audit trail keeps the UUID alone.

    Raises:
        UserStillActive: they are not disabled.
    """
    if user.active:
        raise UserStillActive
    audit.record(tx, "user.deleted", by, user=user.id)
    users.delete(tx, user.id)


def _invite(tx: AccountTx, user_id: str) -> str:
    text = secrets.token_urlsafe(_INVITATION_BYTES)
    user_credentials.invite(tx, user_id, _digest_of(text), tx.real_now + INVITATION_MS)
    return text


def _digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _check_not_last(tx: AccountTx, user: User, by: Actor | None) -> None:
    """Whoever is at the machine itself can always make another administrator."""
    if by is None or not user.active or user.role != ADMINISTRATOR:
        return
    if not users.others_active(tx, user.id, ADMINISTRATOR):
        raise LastAdministrator


def _set_active(tx: AccountTx, user: User, *, active: bool) -> User:
    revoked_before = ending_all_tokens(user.revoked_before, tx.real_now)
    users.set_active(tx, user.id, active=active, revoked_before=revoked_before)
    return by_id(tx, user.id)
