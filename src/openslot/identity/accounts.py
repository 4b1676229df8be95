"""Accounts: the tenants. Each is an OAuth issuer of its own."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from openslot.identity.keys.signatures import ES256
from openslot.identity.store import accounts as rows
from openslot.identity.store import grants
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict, InvalidValue
from openslot.kernel.ids import new_id
from openslot.storage.accounts import Account
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx

_MOST_LISTED = 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class InvalidAccountName(InvalidValue):
    """Choose another name: it goes into addresses and the `X-ACCOUNT` header."""

    code = "invalid_account_name"
    title = "An account's name is 1 to 63 of a-z, 0-9 and hyphen, not beginning with a hyphen"


class AccountExists(Conflict):
    """Another account has the name. Names are never shared, not even with a suspended account."""

    code = "account_exists"
    title = "There is an account with this name already"


def is_account_name(text: str) -> bool:
    """Whether an account could have this name: `[a-z0-9][a-z0-9-]{0,62}`."""
    return _NAME.fullmatch(text) is not None


def issuer_of(public_url: str, account_name: str) -> str:
    """The account's issuer identifier (RFC 8414 §2); a Host header has no say in it."""
    return f"{public_url}/accounts/{account_name}"


def create(tx: SystemTx, name: str, document: Mapping[str, Any], *, sandbox: bool) -> Account:
    """Makes an account, with an id that is never reused. Only the operator does.

    Raises:
        InvalidAccountName: no account can have this name.
        AccountExists: another has it.
    """
    if not is_account_name(name):
        raise InvalidAccountName("account")
    account_id = new_id()
    if not rows.insert(tx, account_id, name, _json(document), sandbox=sandbox):
        raise AccountExists
    made = tx.account(account_id)
    audit.record(made, "account.created", None, account=name, sandbox=sandbox)
    return made.account


def listed_ones(tx: SystemTx) -> list[Account]:
    """Accounts that are not suspended and may want their page named to everybody, by name."""
    return rows.listed_ones(tx, _MOST_LISTED)


def by_name(tx: SystemTx, name: str) -> Account | None:
    """The account with this name, suspended or not."""
    return rows.by_name(tx, name)


def all_accounts(tx: SystemTx) -> Sequence[Account]:
    """Every account, by name."""
    return rows.all_accounts(tx)


def page(tx: SystemTx, after: str, most: int) -> list[Account]:
    """The next accounts by id, those after an id: everybody, without holding up anybody."""
    return rows.page(tx, after, most)


def change(
    tx: AccountTx, document: Mapping[str, Any], *, sandbox: bool, by: Actor | None = None
) -> None:
    """Replaces title, locales and settings; an account that is no sandbox loses its own clock.

    Here and below `by` is who does it, for the audit trail; None is the operator.
    """
    old = {**tx.account.content, "sandbox": tx.account.sandbox}
    new = {**document, "sandbox": sandbox}
    rows.update(tx, _json(document), sandbox=sandbox)
    fields = [field for field in {**old, **new} if old.get(field) != new.get(field)]
    if fields:
        audit.record(tx, "account.changed", by, fields=fields)


def suspend(tx: AccountTx, *, by: Actor | None = None) -> None:
    """Refuses every token of the account, new and old, until it is resumed."""
    if tx.account.suspended_at is None:
        rows.set_suspended_at(tx, tx.real_now)
        audit.record(tx, "account.suspended", by)


def resume(tx: AccountTx, *, by: Actor | None = None) -> None:
    """Accepts the account's tokens again; those that have not expired are valid."""
    if tx.account.suspended_at is not None:
        rows.set_suspended_at(tx, None)
        audit.record(tx, "account.resumed", by)


def revoke_tokens(tx: AccountTx, *, by: Actor | None = None) -> None:
    """Revokes every token of the account, also what users let clients do; secrets stay valid."""
    # One past the latest instant that a token may bear: see `token_status.ending_all_tokens`.
    rows.revoke_tokens(tx, tx.real_now + 1)
    grants.end_all(tx)
    audit.record(tx, "account.tokens_revoked", by)


def delete(tx: SystemTx, account_id: str) -> None:
    """Removes the account and everything in it, permanently.

    Raises:
        NotFound: there is no such account.
    """
    rows.delete(tx.account(account_id))


def access_token_algorithm(tx: SystemTx, account_id: str, document: str) -> str:
    """The account's choice of signature, ES256 or RS256, from its document (cached by its text)."""
    return tx.version_cache.get(
        ("access_token_algorithm", account_id), document, lambda: _algorithm_in(document)
    )


def _algorithm_in(document: str) -> str:
    settings = json.loads(document).get("settings") or {}
    return str(settings.get("accessTokenAlgorithm") or ES256)


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
