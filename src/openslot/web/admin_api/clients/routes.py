"""The routes of clients and their secrets."""

from openslot.identity import actions
from openslot.identity.clients.built_in import ClientBuiltIn
from openslot.identity.clients.clients import ClientChanged
from openslot.identity.clients.secret_rotation import ClientHasNoSecret, TooManySecrets
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.clients import client_secrets, clients
from openslot.web.admin_api.clients.client_secrets import PATH as SECRETS
from openslot.web.admin_api.clients.clients import COLLECTION
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_ETAG = {"ETag": "The version, for If-Match"}
_CREATED = {"Location": "Where it is", "Cache-Control": "A secret must not be stored"}

ROUTES: tuple[AnyRoute, ...] = (
    *COLLECTION.routes(),
    Route(
        "POST", f"{COLLECTION.item_path}/revoke-tokens", actions.REVOKE_TOKENS,
        COLLECTION.read_write, clients.respond_written,
        "Revoke every token of a client",
        "Those that it has, and what users let it do. Its secrets stay.",
        Accepts(query=WriteQuery), Returns(clients.ClientItem, headers=_ETAG),
        (NotFound, IdempotencyKeyReused, ClientChanged, ClientBuiltIn),
    ),
    Route(
        "GET", SECRETS, actions.LIST_SECRETS,
        client_secrets.read_client_id, client_secrets.respond_list,
        "List a client's secrets", "Without the secrets, the oldest first; at most two are live.",
        returns=Returns(list[client_secrets.SecretItem]), errors=(NotFound,),
    ),
    Route(
        "POST", SECRETS, actions.CREATE_SECRET,
        client_secrets.read_creation, client_secrets.respond_created,
        "Create another secret",
        "It is shown in this response alone. The one before stays until it is revoked."
        " The token must carry the client's scopes itself.",
        Accepts(client_secrets.SecretRequest, WriteQuery),
        Returns(client_secrets.MadeSecret, 201, _CREATED),
        (
            NotFound, IdempotencyKeyReused, Invalid, ScopeNotHeld, TooManySecrets,
            ClientHasNoSecret,
        ),
        shows_secret=True,
    ),
    Route(
        "DELETE", f"{SECRETS}/{{secretId}}", actions.REVOKE_SECRET,
        client_secrets.read_revocation, client_secrets.respond_revoked,
        "Revoke a secret", "At once. Tokens that it has obtained live until they expire.",
        Accepts(query=WriteQuery), Returns(status=204), (NotFound, IdempotencyKeyReused),
    ),
)  # fmt: skip
