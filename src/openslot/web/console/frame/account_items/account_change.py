"""Changing what stands in the account's own row, from whatever form.

The row has no version; a form carries a digest of what it was made from.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from openslot.account_file.actions import CHANGE_ACCOUNT, AccountChange
from openslot.account_file.document import complete_settings
from openslot.account_file.entries import check_account
from openslot.scheduling.model.errors import VersionMismatch
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest

Content = dict[str, Any]  # {title, locales, settings, messages, bookingPage, orchestra}


def version_of(account: Account) -> int:
    """A number that is another one when anything in the row is."""
    return int(hashlib.sha256(account.document.encode()).hexdigest()[:12], 16)


def content_of(account: Account) -> Content:
    """What an account may change of itself, every setting present."""
    content = account.content
    return {
        "title": content["title"],
        "locales": content["locales"],
        "settings": complete_settings(content["settings"]),
        "messages": content.get("messages"),
        "orchestra": content.get("orchestra", {"enabled": False}),
        "bookingPage": content.get("bookingPage"),
    }


async def change_account(
    console: Console, request: ConsoleRequest, changed: Callable[[Content], Content]
) -> None:
    """Makes the account what `changed` makes of it.

    Raises:
        VersionMismatch: it is no longer what the form was made from.
        Invalid: with every fault, by pointer.
    """

    def content(tx: AccountTx) -> Mapping[str, Any]:
        if version_of(tx.account) != request.version:
            raise VersionMismatch("")
        return check_account(tx, changed(content_of(tx.account)))

    given = AccountChange(content, request.idempotency_key.replay)
    await console.run(request, CHANGE_ACCOUNT, given)
