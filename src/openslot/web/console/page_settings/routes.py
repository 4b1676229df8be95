"""The address of the booking page's settings."""

from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console
from openslot.web.console.page_settings.settings_page import PATH, BookingPageSettings


def routes(console: Console) -> dict[str, Address]:
    """By path."""
    page = BookingPageSettings(console)
    return {PATH: Address(SETS_UP, get=page.show, post=page.take)}
