"""What a user's credentials have given, ended as a whole: sessions, and the access of clients.

It rests on the user's credentials: whoever signed in with a password that is no longer trusted may
have given it.
"""

from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.model.user import User
from openslot.identity.store import consents, grants, sessions, users
from openslot.storage.transactions import AccountTx


def end_given_access(tx: AccountTx, user: User) -> User:
    """Ends every grant of a user: unused codes, refresh tokens, access tokens; and every consent.

    The user's version is raised, so that a ticket of a sign-in that has begun ends too. Sessions
    are left as they are. Returns the user as they are now.
    """
    users.revoke_before(tx, user.id, ending_all_tokens(user.revoked_before, tx.real_now))
    grants.end_of_user(tx, user.id)
    consents.delete_of_user(tx, user.id)
    changed = users.by_id(tx, user.id)
    assert changed is not None  # noqa: S101  (this transaction has the account to itself)
    return changed


def end_everything(tx: AccountTx, user: User) -> User:
    """Ends every session of a user, and all the access that they gave, as above.

    Whatever changes or takes away a credential of the user calls it.
    """
    sessions.delete_all(tx, user.id)
    return end_given_access(tx, user)
