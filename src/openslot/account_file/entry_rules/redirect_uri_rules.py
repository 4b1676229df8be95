"""Which addresses may be registered as redirect URIs, and what is wrong with the others."""

import re
from ipaddress import IPv4Address, ip_address
from urllib.parse import SplitResult, unquote_plus, urlsplit

_NOT_IN_URIS = re.compile(r"[^\x21-\x7e]|[\\<>\"`{}|^]")
# RFC 1123 §2.1; with underscores, as some names inside of organisations have
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Of a scheme that is a reversed name; RFC 3986 §3.1 adds the plus sign to its characters
_SCHEME_LABEL = re.compile(r"[a-z0-9+](?:[a-z0-9+-]*[a-z0-9+])?")
# Browsers read a host whose last label is a number as an IPv4 address, also where it is short.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_OF_RESPONSES = frozenset({"code", "state", "iss", "error", "error_description"})


def what_is_wrong_with(uri: str, *, is_public: bool) -> str | None:
    """Why no response can be sent to an address, in words; None: it can.

    RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1. `is_public` tells that the client has no secret:
    programs on somebody's machine have none, and only they get addresses of private-use schemes.
    """
    if _NOT_IN_URIS.search(uri):
        return "has characters that an address cannot have; percent-encode them"
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return "is not an address that can be read"
    if parts.scheme in ("https", "http"):
        fault = _fault_of_web_address(parts)
    else:
        fault = _fault_of_private_scheme(parts, is_public=is_public)
    return fault or _fault_of_rest(uri, parts)


def _fault_of_web_address(parts: SplitResult) -> str | None:
    host = parts.hostname
    if not host:
        return "must be a complete https address"
    if parts.scheme == "http" and not _is_loopback(host):
        return "must begin with https://; http is for 127.0.0.1, [::1] and localhost alone"
    if "*" in host:
        return "must not have a wildcard; list each address"
    if ":" not in host and not all(map(_LABEL.fullmatch, host.split("."))):
        return (
            "has a host that is no name: between its dots stand letters, digits and hyphens, "
            "with no hyphen first or last"
        )
    if "%" in host or (_NUMBER.fullmatch(host.rpartition(".")[2]) and not _is_ipv4(host)):
        return "is not an address that can be read"
    return None


def _fault_of_private_scheme(parts: SplitResult, *, is_public: bool) -> str | None:
    # RFC 8252 §7.1: a reversed domain name that the author of the app controls, so with a dot
    if "." not in parts.scheme:
        or_private = ", or a public client's such as com.example.app:/callback" if is_public else ""
        return f"must be a complete https address{or_private}"
    if not is_public:
        return "must begin with https://; other schemes are for clients with the method none alone"
    if not all(map(_SCHEME_LABEL.fullmatch, parts.scheme.split("."))):
        return "must begin with a reversed name, such as com.example.app:/"
    if not (parts.netloc or parts.path):
        return "must go on after its scheme, such as com.example.app:/callback"
    if parts.netloc and not all(map(_LABEL.fullmatch, (parts.hostname or "").split("."))):
        return "must have a name between // and the next slash; one slash alone is better"
    return None


def _fault_of_rest(uri: str, parts: SplitResult) -> str | None:
    if "@" in parts.netloc:
        return "must not hold a user name"
    # RFC 6749 §3.1.2: MUST NOT include a fragment component
    if "#" in uri:
        return "must not have a fragment (#…)"
    names = {unquote_plus(pair.partition("=")[0]) for pair in parts.query.split("&")}
    # RFC 6749 §3.1: parameters MUST NOT be included more than once, and these are added
    taken = sorted(names & _OF_RESPONSES)
    if taken:
        return f"must not have {' and '.join(taken)} in its query: the response adds them"
    return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True
