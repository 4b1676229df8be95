"""The access that a user has given to clients, ended as a whole.

It rests on the user's credentials: whoever signed in with a password that is no longer trusted may
have given it.
"""

from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.model.user import User
from openslot.identity.store import consents, grants, users
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
