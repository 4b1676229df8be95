"""Whose page an address is: by the name of the account, or by the link of one appointment."""

from urllib.parse import urlsplit

from starlette.types import Scope

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.keys.manage_links import ManageLinks
from openslot.kernel.counted_address import counted_address
from openslot.scheduling.views.appointment_accounts import account_id_of
from openslot.storage.accounts import Account
from openslot.storage.transactions import SystemTx
from openslot.web.booking_page.page_account import page_account
from openslot.web.booking_page.refusals import PageGone
from openslot.web.http.limits import Limit


class AddressCount:
    """Counts requests by address, as the APIs do; all pages of a process together."""

    def __init__(self, app: App) -> None:
        """0 requests a second is no limit."""
        self._addresses = Limit(app.settings.requests_per_second_and_address, 1)

    def count(self, account: Account, address: str) -> None:
        """Counts a request.

        Raises:
            RateLimited: the address has sent too many.
        """
        if not account.sandbox:
            self._addresses.take(counted_address(address))


class NamedAccounts:
    """The accounts of `/book/{account}`."""

    def __init__(self, app: App, counting: AddressCount) -> None:
        """Takes what the process shares."""
        self._database = app.database
        self.base = urlsplit(app.settings.public_url).path.rstrip("/")
        self.count = counting.count

    async def account_of(self, scope: Scope) -> Account:
        """The account whose page it is.

        Raises:
            PageGone: unknown, suspended, or its page is off.
        """
        name = scope["path_params"]["account"]
        why = "an account is looked for by its name"
        account = await self._database.read_system(why, accounts.by_name, name)
        if account is None or account.suspended_at is not None:
            raise PageGone
        if not page_account(account).is_open:
            raise PageGone
        return account


class LinkedAccounts:
    """The accounts of `/manage/{token}`: also those whose page is off."""

    def __init__(self, app: App, links: ManageLinks, counting: AddressCount) -> None:
        """`links` are those of this installation."""
        self._database = app.database
        self._links = links
        self.base = urlsplit(app.settings.public_url).path.rstrip("/")
        self.count = counting.count

    async def account_of(self, scope: Scope) -> Account:
        """The account of the appointment that the link is for.

        Raises:
            PageGone: there is no such appointment, or the account is suspended.
        """
        appointment_id = self._links.appointment_id(scope["path_params"]["token"])
        if appointment_id is None:
            raise PageGone
        why = "a link says which appointment, not whose"
        account = await self._database.read_system(why, _account_of, appointment_id)
        if account is None or account.suspended_at is not None:
            raise PageGone
        return account


def _account_of(tx: SystemTx, appointment_id: str) -> Account | None:
    account_id = account_id_of(tx, appointment_id)
    return None if account_id is None else tx.account(account_id).account
