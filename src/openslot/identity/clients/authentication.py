"""Client authentication at the OAuth endpoints (RFC 6749 §2.3)."""

from dataclasses import dataclass

from openslot.identity.accounts import access_token_algorithm, issuer_of
from openslot.identity.clients import client_assertions
from openslot.identity.clients.client_assertions import Assertion
from openslot.identity.clients.secrets import digest_of, same
from openslot.identity.model.client import Client
from openslot.identity.model.client_candidate import ClientCandidate
from openslot.identity.oauth_errors import InvalidClient
from openslot.identity.store import credentials
from openslot.kernel.clock import Millis
from openslot.storage.transactions import SystemTx

# Why a client was refused, for the audit trail alone: no response says it
UNKNOWN_CLIENT = "unknown_client"
ACCOUNT_SUSPENDED = "account_suspended"
CLIENT_DISABLED = "client_disabled"
WRONG_SECRET = "wrong_secret"  # noqa: S105  (or an expired one, or none)

_NO_DIGESTS = (("", bytes(32)), ("", bytes(32)))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says of the client that it comes from; nothing is verified."""

    account_name: str
    client_id: str
    secret: str | None = None
    assertion: str | None = None  # RFC 7523; a public client sends neither


@dataclass(frozen=True, slots=True)
class AuthenticatedClient:
    """A client that has shown who it is, in an account that is not suspended."""

    client: Client
    account_id: str
    account_name: str
    algorithm: str  # that the account has chosen for its tokens
    account_revoked_before: Millis  # the account's tokens issued before this instant are revoked
    secret_id: str | None  # the secret that let it in; None where it was something else

    @property
    def is_public(self) -> bool:
        """Whether it has only said who it is (RFC 6749 §2.1)."""
        return self.client.is_public


def authenticate(
    tx: SystemTx, pepper: bytes, public_url: str, shown: Credentials
) -> AuthenticatedClient:
    """The client that these credentials are of; an assertion is used up by a writing `tx`.

    Without secret and assertion only a public client is found, which has identified itself and no
    more.

    Raises:
        InvalidClient: unknown, wrong, expired, disabled, suspended, or of another account. All
            take the same work, so that neither response nor time tells them apart.
    """
    candidate = credentials.of_client_id(tx, shown.client_id)
    client = None if candidate is None else candidate.client
    secret_id = _matching(candidate, digest_of(pepper, shown.secret or ""))
    assertion = _read_assertion(client, public_url, shown, tx.real_now)
    if candidate is None or client is None or candidate.account_name != shown.account_name:
        raise InvalidClient(UNKNOWN_CLIENT)
    if candidate.account_suspended_at is not None:
        raise InvalidClient(ACCOUNT_SUSPENDED)
    if not client.active:
        raise InvalidClient(CLIENT_DISABLED)
    if isinstance(assertion, InvalidClient):
        raise assertion
    if assertion is not None:
        client_assertions.use(tx.account(candidate.account_id), assertion)
    # RFC 6749 §2.1: only a public client goes without; a confidential one MUST authenticate
    elif shown.secret is None:
        if not client.is_public:
            raise InvalidClient(WRONG_SECRET)
    elif not client.holds_secret or secret_id is None:
        raise InvalidClient(WRONG_SECRET)
    return AuthenticatedClient(
        client=client,
        account_id=candidate.account_id,
        account_name=candidate.account_name,
        algorithm=access_token_algorithm(tx, candidate.account_id, candidate.account_document),
        account_revoked_before=candidate.account_revoked_before,
        secret_id=secret_id,
    )


def _read_assertion(
    client: Client | None, public_url: str, shown: Credentials, now: Millis
) -> Assertion | InvalidClient | None:
    """The assertion, verified, or why it does not count; None: there is none."""
    if shown.assertion is None:
        return None
    issuer = issuer_of(public_url, shown.account_name)
    try:
        return client_assertions.read(client, issuer, shown.assertion, now)
    except InvalidClient as refusal:
        return refusal


def _matching(candidate: ClientCandidate | None, digest: bytes) -> str | None:
    """The id of the secret with this digest; always two comparisons, whatever there is."""
    found: str | None = None
    held = candidate.digests if candidate else ()
    for secret_id, stored in (*held, *_NO_DIGESTS)[:2]:
        if same(stored, digest) and secret_id:
            found = secret_id
    return found
