"""A list of one kind, and the first page of the set-up."""

from openslot.account_file.entries import entry_of
from openslot.scheduling.catalogue.items import all_items
from openslot.storage.transactions import AccountTx
from openslot.web.console.catalogue.choices import names_of
from openslot.web.console.catalogue.kinds import KindPages
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


class ListPage:
    """Every item of a kind, the active ones first."""

    def __init__(self, console: Console, kind: KindPages) -> None:
        """Takes what the rooms share, and the kind."""
        self._console = console
        self._kind = kind

    async def show(self, request: ConsoleRequest) -> Response:
        """The list."""
        lines = await self._console.read(request, _lines, request, self._kind)
        heading, new = self._kind.names(request.words)
        values = {"lines": lines, "new": new, "path": self._kind.path}
        return self._console.page(request, ConsolePage(heading, "catalogue/list.html", values))


def _lines(tx: AccountTx, request: ConsoleRequest, kind: KindPages) -> list[dict[str, object]]:
    """Id, name, what else helps to tell it apart, and whether it is active."""
    items = all_items(tx)
    names = names_of(request, items)
    lines = []
    for item in (item for item in items if item.kind == kind.kind):
        entry = entry_of(item)
        others = [entry.get("branch"), entry.get("group"), *entry.get("services", ())[:5]]
        said = [names.get(key, key) for key in others if key]
        name = request.text(entry["name"]) if "name" in entry else ", ".join(said)
        more = ", ".join(said) if "name" in entry else ""
        lines.append({"id": item.id, "name": name, "more": more, "active": entry["active"]})
    return sorted(lines, key=lambda line: (not line["active"], str(line["name"]).casefold()))
