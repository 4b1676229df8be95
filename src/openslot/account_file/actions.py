"""What can be done with a whole account: read it, change it, apply and export its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openslot.account_file.apply import Applied, apply_within
from openslot.account_file.document import AccountDocument
from openslot.account_file.export import export_account
from openslot.identity import accounts
from openslot.identity.clients.apply_api_keys import KIND as API_KEY
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.identity.people.second_factor import required_roles
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    CLIENTS_MANAGE,
    USERS_MANAGE,
    WEBHOOKS_MANAGE,
)
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.accounts import Account
from openslot.storage.action import Action, Runs
from openslot.storage.collection import Replay
from openslot.storage.transactions import AccountTx

_READ, _WRITE = (ADMIN_READ, ADMIN_WRITE), (ADMIN_WRITE,)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What the account's own row shall hold; raises Invalid."""

    content: Callable[[AccountTx], Mapping[str, Any]]
    replay: Replay


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """The account as it is now, and what changed."""

    account: Account
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class FileToApply:
    """What the account shall be; `document` reads it and raises Invalid."""

    document: Callable[[], AccountDocument]
    keys: PurposeKeys  # for the secrets of new clients and webhooks
    choice: Choice | None  # what appointments keep when their branch gets another time zone
    replay: Replay


def _get(tx: AccountTx, _: Actor, _nothing: None) -> Account:
    return tx.account


def _change(tx: AccountTx, actor: Actor, given: AccountChange) -> ChangedAccount:
    given.replay(tx)
    content = dict(given.content(tx))
    differs = content != tx.account.content
    accounts.change(tx, content, sandbox=tx.account.sandbox, by=actor)
    changed = tx.again().account
    _check_who_signs_in(actor, tx.account, changed)
    changes = (Change("account", tx.account.name, "changed"),) if differs else ()
    return ChangedAccount(changed, changes)


def _apply(tx: AccountTx, actor: Actor, given: FileToApply) -> Applied:
    """Clients, and how users sign in, are changed with scopes of their own.

    Raises InsufficientScope, ScopeNotHeld.
    """
    given.replay(tx)
    document = given.document()
    if document.account != tx.account.name:
        detail = f"`account` must be the token's account, {tx.account.name}"
        raise Invalid(Fault("account", "invalid_value", detail))
    try:
        applied = apply_within(tx, actor, given.keys, document, given.choice)
    except ScopeNotHeld:
        # Whoever may not change clients at all is told that first.
        actor.require(CLIENTS_MANAGE)
        raise
    if any(change.kind in ("client", API_KEY) for change in applied.changes):
        actor.require(CLIENTS_MANAGE)
    if any(change.kind == "webhook" for change in applied.changes):
        actor.require(WEBHOOKS_MANAGE)
    _check_who_signs_in(actor, tx.account, tx.again().account)
    return applied


def _check_who_signs_in(actor: Actor, before: Account, after: Account) -> None:
    """Raises InsufficientScope where other roles need a second factor, and the caller may not."""
    if required_roles(before) != required_roles(after):
        actor.require(USERS_MANAGE)


def _export(tx: AccountTx, _: Actor, _nothing: None) -> dict[str, Any]:
    return export_account(tx)


GET_ACCOUNT: Action[None, Account] = Action("get account", _READ, _get)
CHANGE_ACCOUNT: Action[AccountChange, ChangedAccount] = Action(
    "change account", _WRITE, _change, Runs.WRITE
)
APPLY_FILE: Action[FileToApply, Applied] = Action("apply file", _WRITE, _apply, Runs.WRITE)
EXPORT_FILE: Action[None, dict[str, Any]] = Action("export file", _READ, _export)
