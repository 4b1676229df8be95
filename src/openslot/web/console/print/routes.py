"""Where lists for paper are."""

from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.print.print_page import PrintPages


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    return {"/console/print": Address(SEES, get=PrintPages(console).show)}
