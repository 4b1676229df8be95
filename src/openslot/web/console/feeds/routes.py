"""The addresses of the calendar feeds."""

from openslot.web.console.feeds.feeds_page import PATH, FeedsPage
from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console


def routes(console: Console) -> dict[str, Address]:
    """By path."""
    page = FeedsPage(console)
    return {
        PATH: Address(SETS_UP, get=page.show, post=page.make),
        f"{PATH}/{{id}}/new-address": Address(SETS_UP, post=page.rotate),
        f"{PATH}/{{id}}/revoke": Address(SETS_UP, post=page.revoke),
    }
