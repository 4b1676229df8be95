"""Whom a client id claims to be, before any credentials are compared."""

from dataclasses import dataclass

from openslot.identity.model.client import Client
from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class ClientCandidate:
    """A client, its account and its live secrets; nothing is compared yet."""

    client: Client
    account_id: str
    account_name: str
    account_suspended_at: Millis | None
    account_document: str
    account_revoked_before: Millis
    digests: tuple[tuple[str, bytes], ...]  # (secret id, digest), two at most
