"""The calls about clients, their secrets, and the audit trail of what was done to them."""

from openslot.account_file.checking import InvalidAccountFile
from openslot.identity.clients.clients import ClientChanged, ClientKeyTaken, ClientStillActive
from openslot.identity.clients.secret_rotation import ClientHasNoSecret, TooManySecrets
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import AUDIT_READ, CLIENTS_MANAGE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.audit import audit_events
from openslot.web.admin_api.catalogue.entries import ClientEntry
from openslot.web.admin_api.clients import client_secrets, clients
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.route import Operation

_CLIENTS, _CLIENT = "/clients", "/clients/{id}"
_SECRETS, _SECRET = f"{_CLIENT}/secrets", f"{_CLIENT}/secrets/{{secretId}}"

_SCOPES = (CLIENTS_MANAGE,)
_LINK = {"Link": "The next page, if there is one (RFC 8288)"}
_ETAG = {"ETag": "The version, for If-Match"}
_MADE = {"Location": "Where it is", "Cache-Control": "A secret is not to be kept"}

CLIENT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", _CLIENTS, clients.page, "Every client", _SCOPES, list[clients.ClientItem],
        query=clients.ClientsQuery, errors=(Invalid,), answer_headers=_LINK, is_conditional=True,
    ),
    Operation(
        "POST", _CLIENTS, clients.create, "Make a client", _SCOPES, clients.MadeClient, 201,
        clients.ClientRequest, query=WriteQuery,
        errors=(IdempotencyKeyReused, InvalidAccountFile, ClientKeyTaken),
        answer_headers={**_MADE, **_ETAG}, shows_secret=True, entry=ClientEntry,
    ),
    Operation(
        "GET", _CLIENT, clients.get, "One client", _SCOPES, clients.ClientItem,
        errors=(NotFound,), answer_headers=_ETAG, is_conditional=True,
    ),
    Operation(
        "PATCH", _CLIENT, clients.change, "Change a client", _SCOPES, clients.ClientItem, 200,
        clients.ClientRequest, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, ClientChanged, InvalidAccountFile),
        answer_headers=_ETAG,
    ),
    Operation(
        "DELETE", _CLIENT, clients.delete, "Remove a disabled client", _SCOPES, None, 204,
        query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, ClientChanged, ClientStillActive),
    ),
    Operation(
        "POST", f"{_CLIENT}/revoke-tokens", clients.revoke_tokens, "End every token of a client",
        _SCOPES, clients.ClientItem, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, ClientChanged), answer_headers=_ETAG,
    ),
    Operation(
        "GET", _SECRETS, client_secrets.list_secrets, "A client's secrets, without the secrets",
        _SCOPES, list[client_secrets.SecretItem], errors=(NotFound,),
    ),
    Operation(
        "POST", _SECRETS, client_secrets.create, "Make another secret", _SCOPES,
        client_secrets.MadeSecret, 201, client_secrets.SecretRequest, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, Invalid, TooManySecrets, ClientHasNoSecret),
        answer_headers=_MADE, shows_secret=True,
    ),
    Operation(
        "DELETE", _SECRET, client_secrets.delete, "Revoke a secret", _SCOPES, None, 204,
        query=WriteQuery, errors=(NotFound, IdempotencyKeyReused),
    ),
    Operation(
        "GET", "/audit-events", audit_events.page, "Who did what, the newest first",
        (AUDIT_READ,), list[audit_events.AuditEvent], query=audit_events.AuditQuery,
        errors=(Invalid,), other_types=("text/csv", "application/x-ndjson"),
        answer_headers={
            **_LINK, "Cache-Control": "Not to be kept", "Vary": "Accept",
            "Content-Disposition": "Of csv and jsonl: a file's name",
        },
    ),
)  # fmt: skip
