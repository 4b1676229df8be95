"""Where customers are."""

from openslot.web.console.customers.customer_page import CustomerPages
from openslot.web.console.customers.erase_page import ErasePages
from openslot.web.console.customers.search_page import CUSTOMERS, SearchPages
from openslot.web.console.frame.address import (
    LOOKS_AFTER_PRIVACY,
    WORKS_AT_DESK,
    Address,
    Addresses,
)
from openslot.web.console.frame.console import Console
from openslot.web.http.limits import Limit


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    # As a client of the API: whoever may look up customers may not list them.
    searches = Limit(console.app.settings.searches_per_minute_and_client, 60)
    search, customer = SearchPages(console, searches), CustomerPages(console, searches)
    erase = ErasePages(console)
    one = f"{CUSTOMERS}/{{id}}"
    return {
        CUSTOMERS: Address(WORKS_AT_DESK, get=search.show, post=search.find),
        one: Address(WORKS_AT_DESK, get=customer.show),
        f"{one}/export": Address(LOOKS_AFTER_PRIVACY, post=customer.export),
        f"{one}/erase": Address(LOOKS_AFTER_PRIVACY, get=erase.show, post=erase.erase),
    }
