"""Client authentication at the OAuth endpoints (RFC 6749 §2.3)."""

from dataclasses import dataclass

from openslot.identity.accounts import access_token_algorithm
from openslot.identity.clients import PUBLIC, Client, client_of
from openslot.identity.protocol import InvalidClient
from openslot.identity.secrets import digest_of, same
from openslot.identity.store import credentials
from openslot.identity.store.credentials import Candidate
from openslot.storage.database import SystemTx

# Why a client was not let in, for the audit trail; no answer tells
UNKNOWN_CLIENT = "unknown_client"
ACCOUNT_SUSPENDED = "account_suspended"
CLIENT_DISABLED = "client_disabled"
WRONG_SECRET = "wrong_secret"  # noqa: S105  (or an expired one, or none)

_NO_DIGESTS = (("", bytes(32)), ("", bytes(32)))


@dataclass(frozen=True, slots=True)
class AuthenticatedClient:
    """A client that has shown who it is, in an account that is not suspended."""

    client: Client
    account_id: str
    account_name: str
    algorithm: str  # that the account has chosen for its tokens
    secret_id: str | None  # the secret that let it in; None for a public client


def authenticate(
    tx: SystemTx, pepper: bytes, account_name: str, client_id: str, client_secret: str | None
) -> AuthenticatedClient:
    """The client that these credentials are of.

    Without a secret only a public client is found, which has identified itself and no more.

    Raises:
        InvalidClient: unknown, wrong, expired, disabled, suspended, or of another account. All
            take the same work, so that neither answer nor time tells them apart.
    """
    candidate = credentials.of_client_id(tx, client_id)
    secret_id = _matching(candidate, digest_of(pepper, client_secret or ""))
    if candidate is None or candidate.account_name != account_name:
        raise InvalidClient(UNKNOWN_CLIENT)
    if candidate.account_suspended_at is not None:
        raise InvalidClient(ACCOUNT_SUSPENDED)
    if not candidate.client.active:
        raise InvalidClient(CLIENT_DISABLED)
    client = tx.derived.get(
        ("client", candidate.client.id), candidate.client, lambda: client_of(candidate.client)
    )
    # RFC 6749 §2.1: only a public client goes without; a confidential one MUST authenticate
    if client_secret is None:
        authenticated = client.auth_method == PUBLIC
    else:
        authenticated = client.holds_secret and secret_id is not None
    if not authenticated:
        raise InvalidClient(WRONG_SECRET)
    return AuthenticatedClient(
        client=client,
        account_id=candidate.account_id,
        account_name=candidate.account_name,
        algorithm=access_token_algorithm(tx, candidate.account_id, candidate.account_document),
        secret_id=secret_id,
    )


def _matching(candidate: Candidate | None, digest: bytes) -> str | None:
    """The id of the secret with this digest; always two comparisons, whatever there is."""
    found: str | None = None
    held = candidate.digests if candidate else ()
    for secret_id, kept in (*held, *_NO_DIGESTS)[:2]:
        if same(kept, digest) and secret_id:
            found = secret_id
    return found
