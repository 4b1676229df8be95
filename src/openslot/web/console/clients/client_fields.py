"""The form of a client: its fields, and the account file's words for them. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openslot.identity.model.client import (
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    PRIVATE_KEY_JWT,
    PUBLIC,
    Client,
)
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.scopes import ALL
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.language.vocabulary import Words

GRANTS = ("client_credentials", "authorization_code", "refresh_token")
FIELDS = ("name", "grants", "scopes", "redirectUris", "tokenEndpointAuthMethod", "jwks", "version")


def stored_fields(client: Client) -> dict[str, str | Sequence[str]]:
    """What the fields show of a client."""
    return {
        "name": client.name,
        "grants": client.grants,
        "scopes": client.scopes,
        "redirectUris": "\n".join(client.redirect_uris),
        "tokenEndpointAuthMethod": client.auth_method,
        "jwks": "" if client.jwks is None else json.dumps(client.jwks, indent=2),
    }


def entry_of(form: FieldPairs) -> dict[str, Any]:
    """The fields of a form as the account file has them.

    Raises:
        Invalid: the keys are no JSON object.
    """
    return {
        "name": form.one("name").strip(),
        "grants": list(form.all("grants")),
        "scopes": list(form.all("scopes")),
        "redirectUris": form.one("redirectUris").split(),
        "tokenEndpointAuthMethod": form.one("tokenEndpointAuthMethod"),
        "jwks": _jwks(form.one("jwks").strip()),
    }


def choices(words: Words) -> Mapping[str, Any]:
    """What a form of a client offers."""
    return {
        "grants": [(grant, grant) for grant in GRANTS],
        "scopes": [(scope, scope) for scope in ALL],
        "methods": [
            (CLIENT_SECRET_BASIC, words.say("Secret in the header (client_secret_basic)")),
            (CLIENT_SECRET_POST, words.say("Secret in the form (client_secret_post)")),
            (PRIVATE_KEY_JWT, words.say("Key of its own (private_key_jwt)")),
            (PUBLIC, words.say("Without (none), for programs that cannot keep a secret")),
        ],
    }


def _jwks(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise Invalid(Fault("jwks", "invalid_value", "is not valid JSON")) from None
