"""What all interfaces of a process ask of a request: who calls, from where, and how often."""

from dataclasses import dataclass
from typing import Self

from openslot.app import App
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.web.http.callers.bearer import BearerAuthentication
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.limits import CallLimits
from openslot.web.oauth.throttles import Throttles


@dataclass(frozen=True)
class RequestRules:
    """One of each: what one interface counts or remembers, the others know."""

    reader: TokenReader
    callers: BearerAuthentication
    limits: CallLimits
    origins: ClientOrigins
    throttles: Throttles

    @classmethod
    def of(cls, app: App) -> Self:
        """Those of an application."""
        reader = TokenReader(app.keys, app.settings.public_url)
        return cls(
            reader,
            BearerAuthentication(reader),
            CallLimits(app.settings),
            ClientOrigins(app.database),
            Throttles(app.settings, app.token_refusals),
        )
