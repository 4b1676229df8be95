"""Making an account's clients be what its account file lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.identity.clients import clients
from openslot.identity.clients.secret_rotation import make_secret, secrets_of
from openslot.identity.model.client import Client
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.storage.transactions import AccountTx

_KIND = "client"


@dataclass(frozen=True, slots=True)
class IssuedCredentials:
    """What the developer of a client is shown, once, when it was made or got its first secret."""

    account: str  # the account's name
    key: str
    client_id: str
    client_secret: str | None  # None: it authenticates without one


def apply_clients(
    tx: AccountTx,
    pepper: bytes,
    wanted: Sequence[Mapping[str, Any]],
    *,
    by: Actor | None = None,
) -> tuple[list[Change], list[IssuedCredentials]]:
    """Makes the account's clients be `wanted`: the checked `clients:` entries of its file.

    One that is no longer listed is disabled, never deleted; listed again, it is enabled with the
    secrets it had. One that begins to use a secret gets its first one. `by` is who applies it, for
    the audit trail; None is the operator.
    """
    changes: list[Change] = []
    new_secrets: list[IssuedCredentials] = []
    unlisted = {client.key: client for client in clients.all_clients(tx)}
    for entry in wanted:
        key, name = entry["key"], entry.get("name") or entry["key"]
        client = unlisted.pop(key, None)
        if client is None:
            client, secret = clients.create(tx, pepper, key, name, entry, by=by)
            changes.append(Change(_KIND, key, "created"))
            new_secrets.append(IssuedCredentials(tx.account.name, key, client.client_id, secret))
        elif (changed := clients.change(tx, client, name, entry, by=by)) != client:
            client = changed
            changes.append(Change(_KIND, key, "changed"))
            if client.holds_secret and not secrets_of(tx, client):
                secret = make_secret(tx, pepper, client, by=by).text
                new_secrets.append(
                    IssuedCredentials(tx.account.name, key, client.client_id, secret)
                )
        changes += _with_activity(tx, client, by, active=entry.get("active", True))
    for client in unlisted.values():
        changes += _with_activity(tx, client, by, active=False)
    return changes, new_secrets


def _with_activity(
    tx: AccountTx, client: Client, by: Actor | None, *, active: bool
) -> list[Change]:
    if client.active == active:
        return []
    if active:
        clients.enable(tx, client, by=by)
        return [Change(_KIND, client.key, "activated")]
    clients.disable(tx, client, by=by)
    return [Change(_KIND, client.key, "deactivated")]
