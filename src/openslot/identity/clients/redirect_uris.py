"""Where a response of the authorization endpoint may go: to registered addresses, letter by letter.

RFC 9700 §2.1, §4.1.3: exact string comparison (RFC 3986 §6.2.1). Nothing is parsed, decoded or
normalised, so two parsers cannot disagree about what an address means.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote, urlsplit

from openslot.identity.model.client import Client

# RFC 8252 §7.3: a program on the user's machine listens on whichever port it gets.
_LOOPBACK = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9][0-9]{0,4}))?([/?].*|)", re.DOTALL
)
# It may be resolved to something else than loopback (RFC 8252 §8.3), so its port counts for a
# client that keeps a secret there; native apps use it anyway.
_LOCALHOST = "http://localhost"
_HIGHEST_PORT = 65_535


def matching(requested: str | None, client: Client) -> str | None:
    """The address to respond to; None: there is none for this request.

    `requested` is the text of `redirect_uri`, None where it was left out: then it is the registered
    one, if there is exactly one (RFC 6749 §3.1.2.3).
    """
    registered = client.redirect_uris
    if requested is None:
        return registered[0] if len(registered) == 1 else None
    if requested in registered:
        return requested
    without_port = _without_port(requested)
    if without_port is None or (without_port[0] == _LOCALHOST and not client.is_public):
        return None
    same = any(without_port == _without_port(uri) for uri in registered)
    return requested if same else None


def _without_port(uri: str) -> tuple[str, str] | None:
    """A loopback address without its port; None for any other address."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or int(found[2] or 1) > _HIGHEST_PORT:
        return None
    return found[1], found[3]


def reaches_client_alone(redirect_uri: str) -> bool:
    """Whether nobody but the client receives what is sent to a registered address.

    RFC 8252 §8.6: any program on the user's machine may listen on a loopback address, or claim a
    private-use scheme.
    """
    try:
        parts = urlsplit(redirect_uri)
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and not _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    # RFC 6761 §6.3: `localhost` and every name below it
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified


def answered(redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The address with a response in its query; a query of its own stays (RFC 6749 §3.1.2).

    Bytes that are not valid UTF-8 come as surrogates (PEP 383), and leave as they were.
    """
    query = "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogateescape'), safe='')}"
        for name, value in parameters.items()
    )
    if "?" not in redirect_uri:
        return f"{redirect_uri}?{query}"
    joint = "" if redirect_uri[-1] in "?&" else "&"
    return redirect_uri + joint + query


def destination_of(redirect_uri: str) -> str:
    """What a person is told of where a registered address leads: host and port, or the scheme."""
    scheme, _, rest = redirect_uri.partition(":")
    if scheme.lower() not in ("http", "https"):
        return scheme
    return re.split("[/?#]", rest.removeprefix("//"), maxsplit=1)[0]
