"""Where the OAuth endpoints and documents of an account are, under the configured `publicUrl`."""

from urllib.parse import urlsplit

from openslot.identity.accounts import issuer_of

AUTHORIZATION_SERVER = "oauth-authorization-server"  # RFC 8414 §3
OPENID = "openid-configuration"  # OpenID Connect Discovery §4
PROTECTED_RESOURCE = "oauth-protected-resource"  # RFC 9728 §3


def token_endpoint(public_url: str, account: str) -> str:
    """The token endpoint in its path form, which asks no header of the client."""
    return issuer_of(public_url, account) + "/oauth2/token"


def authorization_endpoint(public_url: str, account: str) -> str:
    """Where users let clients act for them."""
    return issuer_of(public_url, account) + "/oauth2/authorize"


def revocation_endpoint(public_url: str, account: str) -> str:
    """Where clients end their tokens."""
    return issuer_of(public_url, account) + "/oauth2/revoke"


def introspection_endpoint(public_url: str, account: str) -> str:
    """Where resource servers ask what a token is."""
    return issuer_of(public_url, account) + "/oauth2/introspect"


def jwks_uri(public_url: str, account: str) -> str:
    """The public keys."""
    return issuer_of(public_url, account) + "/oauth2/jwks"


def resource_metadata(public_url: str, account: str | None = None) -> str:
    """The description of the API as a protected resource: the root's, or an account's."""
    origin = urlsplit(public_url)._replace(path="").geturl()
    return origin + well_known(public_url, PROTECTED_RESOURCE, account)


def well_known(public_url: str, name: str, account: str | None = None) -> str:
    """The path of a document about `publicUrl`, or about an account's issuer."""
    # RFC 8414 §3.1, RFC 9728 §3.1: the well-known part goes between host and path
    prefix = urlsplit(public_url).path
    return f"/.well-known/{name}{prefix}" + ("" if account is None else f"/accounts/{account}")
