"""The addresses of the catalogue."""

from openslot.web.console.catalogue.item_page import ItemPage
from openslot.web.console.catalogue.kinds import KINDS
from openslot.web.console.catalogue.list_page import ListPage
from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console


def routes(console: Console) -> dict[str, Address]:
    """By path; `new` before the ids."""
    addresses: dict[str, Address] = {}
    for kind in KINDS.values():
        listed, item = ListPage(console, kind), ItemPage(console, kind)
        of_item = Address(SETS_UP, get=item.show, post=item.take)
        addresses[kind.path] = Address(SETS_UP, get=listed.show)
        addresses[f"{kind.path}/new"] = of_item
        addresses[f"{kind.path}/{{id}}"] = of_item
    return addresses
