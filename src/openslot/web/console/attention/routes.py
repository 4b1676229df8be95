"""Where what needs attention is."""

from openslot.web.console.attention.attention_page import AttentionPages
from openslot.web.console.attention.count import AttentionCount
from openslot.web.console.frame.address import WORKS_AT_DESK, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.navigation import ATTENTION, ATTENTION_COUNT


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    count = AttentionCount(console).show
    return {
        ATTENTION: Address(WORKS_AT_DESK, get=AttentionPages(console).show),
        ATTENTION_COUNT: Address(WORKS_AT_DESK, get=count, is_asked_by_pages=True),
    }
