"""Where what needs attention is."""

from openslot.web.console.attention.attention_page import AttentionPages
from openslot.web.console.frame.address import WORKS_AT_DESK, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.navigation import ATTENTION


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    return {ATTENTION: Address(WORKS_AT_DESK, get=AttentionPages(console).show)}
