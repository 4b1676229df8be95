"""An address of the console: who may use it, and what answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    AUDIT_READ,
    CLIENTS_MANAGE,
    PRIVACY_MANAGE,
    USERS_MANAGE,
    WEBHOOKS_MANAGE,
)
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.serving.streamed_file import StreamedFile
from openslot.web.http.event_stream import EventStream
from openslot.web.http.response import Response

FORM_BYTES = 64 * 1024

# Who may, by the scope of the role: names for the tables of addresses
SEES, WORKS_AT_DESK, SETS_UP = ADMIN_READ, APPOINTMENTS_MANAGE, ADMIN_WRITE
MANAGES_CLIENTS, MANAGES_WEBHOOKS, MANAGES_USERS = CLIENTS_MANAGE, WEBHOOKS_MANAGE, USERS_MANAGE
READS_AUDIT, LOOKS_AFTER_PRIVACY = AUDIT_READ, PRIVACY_MANAGE


ConsoleAnswer = Response | EventStream | StreamedFile
Handler = Callable[[ConsoleRequest], Awaitable[ConsoleAnswer]]


@dataclass(frozen=True)
class Address:
    """What answers at one path; HEAD goes with GET."""

    scope: str  # of the role
    get: Handler | None = None
    post: Handler | None = None
    post_scope: str | None = None  # of the role, where a POST needs another one
    most_bytes: int = FORM_BYTES  # of a form
    is_asked_by_pages: bool = False  # an open page asks by itself: no use of the session

    @property
    def allowed(self) -> str:
        """The methods, for `Allow`."""
        methods = (["GET", "HEAD"] if self.get else []) + (["POST"] if self.post else [])
        return ", ".join(methods)

    def handler(self, method: str) -> Handler | None:
        """What answers to a method."""
        return {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)

    def scope_of(self, method: str) -> str:
        """The scope that a method needs."""
        return self.post_scope or self.scope if method == "POST" else self.scope


Addresses = Mapping[str, Address]  # by path, with parameters in braces
