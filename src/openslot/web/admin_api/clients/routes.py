"""The routes of clients, their secrets and their API keys."""

from openslot.identity import actions, api_key_actions
from openslot.identity.clients.api_keys import ApiKeyTaken, TooManyApiKeys
from openslot.identity.clients.built_in import ClientBuiltIn
from openslot.identity.clients.clients import ClientChanged
from openslot.identity.clients.secret_rotation import ClientHasNoSecret, TooManySecrets
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.clients import (
    api_keys,
    client_secrets,
    clients,
    issued_tokens,
)
from openslot.web.admin_api.clients.api_keys import PATH as API_KEYS
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
        "GET", f"{COLLECTION.item_path}/tokens-per-day", actions.LIST_ISSUED_TOKENS,
        issued_tokens.read_listing, issued_tokens.respond_days,
        "Count the tokens of a client by day",
        "Up to a minute late, for 400 days. Dates without any are left out.",
        Accepts(query=issued_tokens.IssuedQuery),
        Returns(list[issued_tokens.TokensOfDay]),
        (NotFound, Invalid),
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
    Route(
        "GET", API_KEYS, api_key_actions.LIST_API_KEYS,
        api_keys.read_client_id, api_keys.respond_list,
        "List a client's API keys", "Without their texts, the oldest first; at most two are live.",
        returns=Returns(list[api_keys.ApiKeyItem]), errors=(NotFound,),
    ),
    Route(
        "POST", API_KEYS, api_key_actions.MAKE_API_KEY,
        api_keys.read_creation, api_keys.respond_created,
        "Make an API key",
        "Its text is shown in this response alone. The token must carry the client's scopes"
        " itself, and `openslot/privacy.manage` for `customerLookUp`.",
        Accepts(api_keys.ApiKeyRequest, WriteQuery),
        Returns(api_keys.MadeApiKey, 201, _CREATED),
        (
            NotFound, IdempotencyKeyReused, Invalid, ScopeNotHeld, InsufficientScope,
            ApiKeyTaken, TooManyApiKeys, ClientBuiltIn,
        ),
        pointers={"expires_at": "/expiresAt"},
        shows_secret=True,
    ),
    Route(
        "PATCH", f"{API_KEYS}/{{apiKeyId}}", api_key_actions.CHANGE_API_KEY,
        api_keys.read_change, api_keys.respond_changed,
        "Change an API key",
        "Merges a patch into it (RFC 7396). `customerLookUp: true` needs a token with"
        " `openslot/privacy.manage`.",
        Accepts(api_keys.ApiKeyChangeRequest, WriteQuery), Returns(api_keys.ApiKeyItem),
        (NotFound, IdempotencyKeyReused, Invalid, InsufficientScope),
    ),
    Route(
        "DELETE", f"{API_KEYS}/{{apiKeyId}}", api_key_actions.REVOKE_API_KEY,
        api_keys.read_revocation, api_keys.respond_revoked,
        "Revoke an API key", "Its next call is refused.",
        Accepts(query=WriteQuery), Returns(status=204), (NotFound, IdempotencyKeyReused),
    ),
)  # fmt: skip
