"""The address of this room."""

from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.preferences.page import PreferencesPage


def routes(console: Console) -> Addresses:
    """A page that everybody has."""
    page = PreferencesPage(console)
    return {"/console/me": Address(SEES, get=page.show, post=page.save)}
