"""Everything that a token request needs to know of a client, in one statement."""

import json
from collections.abc import Mapping, Sequence

from openslot.identity.model.client_candidate import ClientCandidate
from openslot.identity.store.clients import client_of
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_OF_CLIENT_ID = SystemStatement("""
    SELECT clients.id, clients.client_id, clients.key, clients.name, clients.active,
           clients.revoked_before, clients.version, clients.document,
           accounts.id, accounts.name, accounts.suspended_at, accounts.document,
           accounts.revoked_before, client_secrets.id, client_secrets.digest
    FROM clients
    JOIN accounts ON accounts.id = clients.account_id
    LEFT JOIN client_secrets
        ON client_secrets.account_id = clients.account_id
        AND client_secrets.client_id = clients.client_id
        AND (client_secrets.expires_at IS NULL OR client_secrets.expires_at > :now)
    WHERE clients.client_id = :client_id
""")

_KNOWN = SystemStatement("""
    SELECT named.value ->> 0, named.value ->> 1, accounts.id, clients.client_id
    FROM json_each(:named) AS named
    JOIN accounts ON accounts.name = named.value ->> 0
    LEFT JOIN clients
        ON clients.account_id = accounts.id AND clients.client_id = named.value ->> 1
""")


def of_client_id(tx: SystemTx, client_id: str) -> ClientCandidate | None:
    """The client with this id, whichever account's it is: ids are unique among all."""
    rows = tx.all(_OF_CLIENT_ID, client_id=client_id, now=tx.real_now)
    if not rows:
        return None
    first = rows[0]
    row = first[:8]
    return ClientCandidate(
        # One entity for one row: its document is parsed again only when the row has changed
        client=tx.version_cache.get(("client", first[0]), row, lambda: client_of(row)),
        account_id=first[8],
        account_name=first[9],
        account_suspended_at=first[10],
        account_document=first[11],
        account_revoked_before=first[12],
        digests=tuple((row[13], bytes(row[14])) for row in rows if row[13] is not None),
    )


def known(
    tx: SystemTx, named: Sequence[tuple[str, str | None]]
) -> Mapping[tuple[str, str | None], tuple[str, str | None]]:
    """Of pairs of account name and client id those whose account there is.

    Each with the account's id, and with the client id if it is a client's of that account.
    """
    rows = tx.all(_KNOWN, named=json.dumps(list(dict.fromkeys(named))))
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}
