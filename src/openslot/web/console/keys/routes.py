"""The address of this room."""

from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.keys.page import KeysPage


def routes(console: Console) -> Addresses:
    """One page, which is not there for anybody but the installation's own administrators."""
    page = KeysPage(console)
    return {"/console/keys": Address(SEES, get=page.show, post=page.rotate)}
