"""Which pages in browsers may use the OAuth endpoints and the APIs (Fetch standard, CORS).

Those of public clients: the origins of the addresses that they are redirected to. A page sends no
cookie here, so nothing is allowed that another program could not do; but a page that nobody
registered cannot read any response.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from openslot.identity.clients import clients
from openslot.kernel.clock import Millis, now_ms
from openslot.storage.transactions import Database, SystemTx

_CACHED_MS: Millis = 5_000
_MOST_CACHED = 1_000
_LONGEST_ORIGIN = 300


class ClientOrigins:
    """Looks origins up, and caches each result for a few seconds."""

    def __init__(self, database: Database) -> None:
        """Nothing is looked up yet."""
        self._database = database
        self._cached: dict[tuple[str | None, str], tuple[Millis, bool]] = {}

    async def is_allowed(self, account: str | None, origin: str) -> bool:
        """Whether a page of this origin is a public client's, of an account if one is named."""
        if not origin:
            return False
        now = now_ms()
        until, allowed = self._cached.get((account, origin), (0, False))
        if now >= until:
            allowed = await self._database.read_system(
                "a page's origin comes before its client", is_of_public_client, account, origin
            )
            if len(self._cached) >= _MOST_CACHED:
                self._cached.clear()
            self._cached[account, origin] = (now + _CACHED_MS, allowed)
        return allowed


def is_of_public_client(tx: SystemTx, account: str | None, origin: str) -> bool:
    """Whether an active public client, of an account if one is named, has an address there."""
    return any(
        _of_address(uri) == origin
        for client in clients.public_ones_naming(tx, account, origin)
        for uri in client.redirect_uris
    )


def origin_in(values: Sequence[bytes]) -> str:
    """The origin that the `Origin` headers name; "" where they name none that a page could have."""
    # RFC 6454 §7.3: one origin; `null` is nobody's
    if len(values) != 1 or len(values[0]) > _LONGEST_ORIGIN:
        return ""
    origin = values[0].decode("latin-1")
    return origin if _of_address(origin) == origin else ""


def _of_address(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not parts.netloc or parts.scheme not in ("http", "https"):
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
