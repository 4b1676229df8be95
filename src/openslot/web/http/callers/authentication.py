"""Who calls: a strategy that makes an actor of a request. One for each kind of credentials."""

from typing import Protocol

from starlette.types import Scope

from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx, SystemTx


class Recheck(Protocol):
    """Whether an actor that was known a moment ago may still write."""

    def check_again(self, tx: AccountTx, actor: Actor) -> None:
        """Passes while an actor may still act, in the transaction that is about to write.

        Raises:
            Unauthenticated: no longer.
        """


class Authentication(Recheck, Protocol):
    """How an interface knows its callers: by token, session, link or key."""

    def actor(self, tx: SystemTx, scope: Scope) -> Actor:
        """The caller, of whatever account.

        Raises:
            Unauthenticated: it is not known who calls.
            Unreadable: the credentials cannot be read.
        """
