"""An account keeps an administrator: one who could manage its users."""

from openslot.identity.model.roles import ADMINISTRATOR
from openslot.identity.model.user import User
from openslot.identity.store import users
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict
from openslot.storage.transactions import AccountTx


class LastAdministrator(Conflict):
    """Make somebody else an administrator first: nobody could manage the account's users."""

    code = "last_administrator"
    title = "This is the last active administrator of the account"


def check_not_last(tx: AccountTx, user: User, by: Actor | None) -> None:
    """That the account has another active administrator, where the user is one.

    Whoever is at the machine itself (`by` is None) can always make another.

    Raises:
        LastAdministrator: it has none.
    """
    if by is None or not user.active or user.role != ADMINISTRATOR:
        return
    if not users.others_active(tx, user.id, ADMINISTRATOR):
        raise LastAdministrator
