"""The rules between the fields of an OAuth client, and for its addresses and keys."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from openslot.account_file.entry_rules.redirect_uri_rules import what_is_wrong_with
from openslot.account_file.faults import pointer_of
from openslot.account_file.tolerant import mapping, mappings, texts
from openslot.identity.keys.public_keys import (
    PRIVATE_MEMBERS,
    UnusableKey,
    public_key_of,
)
from openslot.identity.model.api_key import MOST_LIVE_API_KEYS
from openslot.identity.model.client import BOOKING_PAGE, PUBLIC
from openslot.kernel.errors import Fault
from openslot.kernel.scopes import ALL as ALL_SCOPES

Path = tuple[str | int, ...]


def broken_rules(client: dict[str, Any], above: Path = ()) -> Iterator[Fault]:
    """Every fault between the fields of one client; `above` is its place in the document."""
    if client.get("key") == BOOKING_PAGE:
        detail = "is the key of the account's booking page; give this client another"
        yield Fault(pointer_of((*above, "key")), "reserved_key", detail)
    yield from _scopes(client, above)
    yield from _grants(client, above)
    yield from _redirect_uris(client, above)
    yield from _jwks(client, above)
    yield from _api_keys(client, above)


def _scopes(client: dict[str, Any], above: Path) -> Iterator[Fault]:
    for position, scope in texts(client, "scopes"):
        if scope not in ALL_SCOPES:
            close = get_close_matches(scope, sorted(ALL_SCOPES), n=1, cutoff=0.5)
            meant = f'; did you mean "{close[0]}"?' if close else ""
            yield Fault(
                pointer_of((*above, "scopes", position)),
                "unknown_scope",
                f'there is no scope "{scope}"{meant}',
            )


def _grants(client: dict[str, Any], above: Path) -> Iterator[Fault]:
    grants = {grant for _, grant in texts(client, "grants")}
    method = client.get("tokenEndpointAuthMethod")
    if method == PUBLIC and "client_credentials" in grants:
        # RFC 6749 §4.4: this grant is for confidential clients only.
        yield Fault(
            pointer_of((*above, "tokenEndpointAuthMethod")),
            "public_client",
            "a public client cannot use the grant client_credentials; "
            "remove the grant, or choose a method other than none",
        )
    if "refresh_token" in grants and "authorization_code" not in grants:
        # RFC 6749 §4.4.3: client_credentials gives no refresh token, so nothing would.
        yield Fault(
            pointer_of((*above, "grants")),
            "grant_without_code",
            "refresh tokens come from the grant authorization_code; "
            "add it, or remove refresh_token",
        )
    if "authorization_code" in grants and not client.get("redirectUris"):
        where = (*above, "redirectUris") if "redirectUris" in client else (*above, "grants")
        yield Fault(
            pointer_of(where),
            "required",
            "the grant authorization_code needs an address in `redirectUris`; "
            "add one, or remove the grant",
        )


def _redirect_uris(client: dict[str, Any], above: Path) -> Iterator[Fault]:
    is_public = client.get("tokenEndpointAuthMethod") == PUBLIC
    for position, uri in texts(client, "redirectUris"):
        fault = what_is_wrong_with(uri, is_public=is_public)
        if fault:
            pointer = pointer_of((*above, "redirectUris", position))
            yield Fault(pointer, "redirect_uri", f'"{uri[:200]}" {fault}')


def _jwks(client: dict[str, Any], above: Path) -> Iterator[Fault]:
    method = client.get("tokenEndpointAuthMethod")
    jwks = client.get("jwks")
    if method == "private_key_jwt" and jwks is None:
        yield Fault(
            pointer_of((*above, "tokenEndpointAuthMethod")),
            "required",
            "private_key_jwt needs the client's public keys; add `jwks: {keys: […]}`",
        )
    if jwks is None:
        return
    if method != "private_key_jwt":
        yield Fault(
            pointer_of((*above, "jwks")),
            "jwks_unused",
            "keys are used with `tokenEndpointAuthMethod: private_key_jwt` alone; "
            "set that, or remove `jwks`",
        )
    keys = mapping(jwks).get("keys")
    if not isinstance(keys, list) or not keys:
        yield Fault(
            pointer_of((*above, "jwks")), "required", "`jwks` must hold a list `keys` with a key"
        )
    for position, key in enumerate(keys if isinstance(keys, list) else ()):
        pointer = pointer_of((*above, "jwks", "keys", position))
        if not PRIVATE_MEMBERS.isdisjoint(mapping(key)):
            yield Fault(pointer, "private_key", "is a private key; list its public half alone")
            continue
        try:
            public_key_of(mapping(key))
        except UnusableKey as error:
            yield Fault(
                pointer,
                "unusable_key",
                "must be a public key for ES256 (EC, P-256) or RS256 (RSA of 2048 to 4096 bits); "
                f"{error}",
            )


def _api_keys(client: dict[str, Any], above: Path) -> Iterator[Fault]:
    """Too many that never expire; whether others are live depends on the time of applying."""
    lasting = [p for p, entry in mappings(client, "apiKeys") if entry.get("expiresAt") is None]
    for position in lasting[MOST_LIVE_API_KEYS:]:
        yield Fault(
            pointer_of((*above, "apiKeys", position)),
            "too_many_api_keys",
            f"a client has at most {MOST_LIVE_API_KEYS} live API keys; "
            "remove one, or let another expire",
        )
