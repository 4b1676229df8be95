"""Changing what stands in the account's own row, from whatever form.

The row has no version; a form carries a digest of what it was made from.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from openslot.account_file.actions import CHANGE_ACCOUNT, AccountChange
from openslot.account_file.document import complete_settings
from openslot.account_file.entries import check_account
from openslot.kernel.errors import PreconditionFailed
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.item_acts import ShownVersionChanged
from openslot.web.console.frame.account_items.latest_act import led_back, of_account
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response

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
) -> Response:
    """Makes the account what `changed` makes of it, and leads back to the page of the form.

    Raises:
        Invalid: with every fault, by pointer.
    """

    def content(tx: AccountTx) -> Mapping[str, Any]:
        if version_of(tx.account) != request.version:
            raise ShownVersionChanged
        return check_account(tx, changed(content_of(tx.account)))

    given = AccountChange(content, request.idempotency_key.replay)
    try:
        await console.run(request, CHANGE_ACCOUNT, given)
    except PreconditionFailed:
        return await led_back(console, request, request.path, of_account)
    return console.see_other(request, request.path, request.words.say("Saved"))
