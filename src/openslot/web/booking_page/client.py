"""Who acts on the booking page: the account's built-in client."""

from functools import lru_cache

from openslot.identity.clients.built_in import booking_page_client
from openslot.kernel.actor import Actor


def client_of(account_id: str, address: str, request_id: str | None) -> Actor:
    """The actor of the page's client in an account."""
    client_id, scopes = _client(account_id)
    return Actor(account_id, "client", client_id, scopes, address or None, request_id)


@lru_cache(maxsize=1024)
def _client(account_id: str) -> tuple[str, frozenset[str]]:
    client = booking_page_client(account_id)
    return client.client_id, frozenset(client.scopes)
