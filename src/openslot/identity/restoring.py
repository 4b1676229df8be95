"""What a restored database lets in: everything from before ends, and what had ended is named."""

from collections.abc import Collection
from dataclasses import dataclass

from openslot.identity import accounts
from openslot.identity.store import alive
from openslot.storage.transactions import AccountTx, SystemTx

_OF_USERS = ("password", "second factor", "recovery code")
_KINDS = ("account", "client", "secret", "API key", "user", *_OF_USERS, "feed", "signing key")


@dataclass(frozen=True, slots=True)
class Credential:
    """Something that lets somebody in: an account, a client, a secret, a user, a password …"""

    kind: str
    account: str  # its name; "" for what is the installation's
    name: str  # what a person calls it
    identity: object  # what tells it from a later one with the same name


def credentials(tx: SystemTx) -> frozenset[Credential]:
    """Everything that lets somebody in now."""
    return frozenset(Credential(*row) for row in alive.rows(tx))


def ended(replaced: Collection[Credential], restored: Collection[Credential]) -> list[Credential]:
    """What is alive in the restored database, and was not any more in the replaced one.

    What belongs to an account or a user that is named itself is left out.
    """
    found = set(restored) - set(replaced)
    whole = {(c.kind, c.account, c.name) for c in found if c.kind in ("account", "user")}
    # One line for all recovery codes of a user.
    named = {
        (each.kind, each.account, each.name): each
        for each in found
        if each.kind == "account" or ("account", each.account, "") not in whole
        if each.kind not in _OF_USERS or ("user", each.account, each.name) not in whole
    }
    return sorted(
        named.values(), key=lambda each: (_KINDS.index(each.kind), each.account, each.name)
    )


def end_everything(tx: AccountTx) -> None:
    """Ends sessions, codes, consents, grants, tokens and invitations of the account.

    Passwords, second factors, secrets and keys stay.
    """
    accounts.revoke_tokens(tx)
    alive.end(tx)
