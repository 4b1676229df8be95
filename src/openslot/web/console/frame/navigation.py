"""The navigation: what of the console a role may see."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    AUDIT_READ,
    CLIENTS_MANAGE,
    USERS_MANAGE,
    WEBHOOKS_MANAGE,
)
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.language.vocabulary import Words

ATTENTION = "/console/attention"
ATTENTION_COUNT = f"{ATTENTION}/count"
_SCOPES = {
    "/console/today": ADMIN_READ,
    "/console/calendar": ADMIN_READ,
    ATTENTION: APPOINTMENTS_MANAGE,
    "/console/customers": APPOINTMENTS_MANAGE,
    "/console/statistics": ADMIN_READ,
    "/console/setup": ADMIN_WRITE,
    "/console/clients": CLIENTS_MANAGE,
    "/console/webhooks": WEBHOOKS_MANAGE,
    "/console/users": USERS_MANAGE,
    "/console/audit": AUDIT_READ,
    "/console/keys": USERS_MANAGE,
}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the navigation."""

    address: str
    name: str
    is_current: bool
    number: int | None = 0  # of what waits there; None: not known
    counts_at: str = ""  # where the number is asked for again


class Navigation:
    """The entries, of which each is shown if and only if it would answer 200."""

    def __init__(self, paths: Container[str], owner_account: str) -> None:
        """`paths` are those that there are; `owner_account` may see the installation's keys."""
        self._paths = paths
        self._owner_account = owner_account

    def entries(self, request: ConsoleRequest) -> Sequence[MenuEntry]:
        """Those that the person who is signed in may follow."""
        names = _names(request.words)
        return [
            MenuEntry(
                request.link(path),
                names[path],
                _is_below(request.path, path),
                request.attention if path == ATTENTION else 0,
                request.link(ATTENTION_COUNT) if path == ATTENTION else "",
            )
            for path, scope in _SCOPES.items()
            if path in self._paths and request.may(scope) and self._is_there(request, path)
        ]

    def _is_there(self, request: ConsoleRequest, path: str) -> bool:
        return path != "/console/keys" or (
            bool(self._owner_account) and request.account.name == self._owner_account
        )


def _is_below(path: str, entry: str) -> bool:
    return path == entry or path.startswith(f"{entry}/")


def _names(words: Words) -> dict[str, str]:
    return {
        "/console/today": words.say("Today"),
        "/console/calendar": words.say("Calendar"),
        ATTENTION: words.say("Needs attention"),
        "/console/customers": words.say("Customers"),
        "/console/statistics": words.say("Statistics"),
        "/console/setup": words.say("Set-up"),
        "/console/clients": words.say("Clients"),
        "/console/webhooks": words.say("Webhooks"),
        "/console/users": words.say("Users"),
        "/console/audit": words.say("Audit trail"),
        "/console/keys": words.say("Keys"),
    }
