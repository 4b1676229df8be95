"""Users: people who sign in to an account, each with one role. Whoever books is no user."""

from openslot.identity.model.held_scopes import require_held
from openslot.identity.model.preferences import APPEARANCES, LANGUAGES, Preferences
from openslot.identity.model.roles import ADMINISTRATOR, ROLES
from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.model.user import User
from openslot.identity.people import invitations
from openslot.identity.people.given_access import end_everything
from openslot.identity.people.last_administrator import check_not_last
from openslot.identity.people.user_rules import checked, normal_email
from openslot.identity.store import user_credentials, users
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx


class EmailTaken(Conflict):
    """Take another address, or change the user who has this one: people sign in with it."""

    code = "email_taken"
    title = "The account has a user with this e-mail address already"


class UserStillActive(Conflict):
    """Only a disabled user can be deleted: disable them first."""

    code = "user_still_active"
    title = "The user is active; disable them first"


class UserChanged(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The user has changed meanwhile; read it again"


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


def create(
    tx: AccountTx, email: str, name: str, role: str, *, by: Actor | None = None
) -> tuple[User, str]:
    """Makes an active user, and the text of an invitation, which is shown once, here.

    Here and below `by` is who does it, for the audit trail; None is the operator.

    Raises:
        Invalid: with every fault of address, name and role.
        ScopeNotHeld: the role holds a scope that `by` does not carry.
        EmailTaken: the account has a user with this address.
    """
    address, name = checked(email, name, role)
    require_held(by, ROLES[role])
    user_id = new_id()
    if not users.insert(tx, user_id, address, name, role):
        raise EmailTaken
    audit.record(tx, "user.created", by, user=user_id, role=role)
    text = invitations.make(tx, user_id)
    return by_id(tx, user_id), text


def password_digest(tx: AccountTx, user_id: str) -> str | None:
    """The digest that a password is compared with; None: the user has no password, or is gone."""
    return user_credentials.password_digest(tx, user_id)


def end_sessions(tx: AccountTx, user: User, *, by: Actor | None = None) -> None:
    """Signs the user out of every browser, and ends the access that they gave to clients."""
    end_everything(tx, user)
    audit.record(tx, "user.signed_out", by, user=user.id)


def set_password(
    tx: AccountTx, user: User, digest: str, *, invitation: str | None, by: Actor | None = None
) -> User:
    """Gives the user another password, by its digest, and ends what the old one has given.

    Every session ends, and the access that the user gave to clients: whoever knew the old
    password may be behind them.

    An invitation's text must be this user's and is used up; without one the caller has made sure
    of the user. Either way no invitation works any more.

    Raises:
        NotFound: the invitation is not this user's, or not any more.
    """
    if invitation is not None and invitations.user_of(tx, invitation).id != user.id:
        raise NotFound("The invitation is another user's")
    user_credentials.set_password(tx, user.id, digest)
    end_everything(tx, user)
    audit.record(tx, "user.password_set", by, user=user.id, invited=invitation is not None)
    return by_id(tx, user.id)


def change(tx: AccountTx, user: User, name: str, role: str, *, by: Actor | None = None) -> User:
    """Replaces name and role. Tokens lose at once what the new role does not hold.

    Raises:
        Invalid: with every fault of name and role.
        ScopeNotHeld: another role holds a scope that `by` does not carry.
        LastAdministrator: nobody else would be one. The operator may do it anyway.
    """
    _, name = checked(user.email, name, role)
    if (name, role) == (user.name, user.role):
        return user
    if role != user.role:
        require_held(by, ROLES[role])
    if role != ADMINISTRATOR:
        check_not_last(tx, user, by)
    users.update(tx, user.id, name, role)
    # A name is personal data, and stays out of the trail; a role is what the trail is for.
    roles = {} if role == user.role else {"oldRole": user.role, "newRole": role}
    audit.record(tx, "user.changed", by, user=user.id, renamed=name != user.name, **roles)
    return by_id(tx, user.id)


def prefer(tx: AccountTx, user_id: str, preferences: Preferences) -> None:
    """Keeps how the user likes the console. It is nobody else's matter: no line in the trail.

    Raises:
        Invalid: there is no such language or appearance.
    """
    wanted = (
        ("language", preferences.language, LANGUAGES),
        ("appearance", preferences.appearance, APPEARANCES),
    )
    faults = [
        Fault(name, "invalid_value", f"must be one of {', '.join(known)}, or empty")
        for name, value, known in wanted
        if value and value not in known
    ]
    if faults:
        raise Invalid(*faults)
    users.prefer(tx, user_id, preferences)


def disable(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Refuses the user from now on: sessions, grants and tokens end permanently.

    Raises:
        LastAdministrator: nobody else would be one. The operator may do it anyway.
    """
    if not user.active:
        return user
    check_not_last(tx, user, by)
    audit.record(tx, "user.disabled", by, user=user.id)
    return _set_active(tx, end_everything(tx, user), active=False)


def enable(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Accepts the user again, with the password they had; what was ended stays so.

    Raises:
        ScopeNotHeld: the user's role holds a scope that `by` does not carry.
    """
    if user.active:
        return user
    require_held(by, user.scopes)
    audit.record(tx, "user.enabled", by, user=user.id)
    return _set_active(tx, user, active=True)


def delete(tx: AccountTx, user: User, *, by: Actor | None = None) -> None:
    """Removes a disabled user with all that was theirs; the audit trail holds the UUID alone.

    Raises:
        UserStillActive: they are not disabled.
    """
    if user.active:
        raise UserStillActive
    audit.record(tx, "user.deleted", by, user=user.id)
    users.delete(tx, user.id)


def _set_active(tx: AccountTx, user: User, *, active: bool) -> User:
    revoked_before = ending_all_tokens(user.revoked_before, tx.real_now)
    users.set_active(tx, user.id, active=active, revoked_before=revoked_before)
    return by_id(tx, user.id)
