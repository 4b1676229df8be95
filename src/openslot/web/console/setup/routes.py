"""The addresses of the set-up, apart from the catalogue and the account file."""

from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console
from openslot.web.console.setup.account_page import AccountForm
from openslot.web.console.setup.index_page import IndexPage
from openslot.web.console.setup.overrides_page import OverridesPage
from openslot.web.console.setup.service_rows import CUSTOMER_FIELDS, REMINDERS, ServiceRows
from openslot.web.console.setup.start_page import StartPage

_SETUP = "/console/setup"


def routes(console: Console) -> dict[str, Address]:
    """By path."""
    account, overrides = AccountForm(console), OverridesPage(console)
    rows = {kind.path: ServiceRows(console, kind) for kind in (CUSTOMER_FIELDS, REMINDERS)}
    return {
        "/console/start": Address(SETS_UP, get=StartPage(console).show),
        _SETUP: Address(SETS_UP, get=IndexPage(console).show),
        f"{_SETUP}/account": Address(SETS_UP, get=account.show, post=account.save),
        f"{_SETUP}/branches/{{id}}/overrides": Address(
            SETS_UP, get=overrides.show, post=overrides.take
        ),
        **{path: Address(SETS_UP, get=page.show, post=page.save) for path, page in rows.items()},
    }
