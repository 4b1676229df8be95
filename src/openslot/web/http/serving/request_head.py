"""What a request's head must say before anybody reads more of it (RFC 9112 §3 and §6.1)."""

import ipaddress
import re
import socket
from functools import lru_cache

from openslot.web.http.problems import UnfitRequest, UnknownHttpVersion, UnknownTransferCoding
from openslot.web.http.transport import Headers

# Letters, digits and hyphens, and the underscore that names inside container networks have.
_LABEL = rb"[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_AUTHORITY = re.compile(
    rb"(?:(?P<name>%b(?:\.%b)*)\.?|\[(?P<ipv6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?"
    % (_LABEL, _LABEL)
)
_MOST_AUTHORITY_BYTES = 260  # a name of 253 characters, a dot, a colon and a port
_NUMBERS = re.compile(rb"[0-9.]+")
_ABSOLUTE_FORM = re.compile(rb"(?i:https?)://([^/?]*)(.*)", re.DOTALL)
_PLAIN_PATH = re.compile(rb"(?:(?i:https?)://[^/?#]*)?(/[0-9A-Za-z/._-]*)")
_VERSIONS = ("1.0", "1.1")


def check_line(head: bytes, method: bytes, target: bytes, version: str) -> None:
    """Passes when `head` holds the request line, spelled exactly, of an HTTP that we speak.

    Raises:
        UnknownHttpVersion: it is of another version.
        UnfitRequest: it is spelled otherwise. Parsers take more spaces, and RTSP and Icecast too.
    """
    # RFC 9110 §2.5, §15.6.6: another major version is not ours
    if version not in _VERSIONS:
        raise UnknownHttpVersion
    # RFC 9112 §3: single spaces, and the protocol's name in upper case
    if b"%b %b HTTP/%b\r\n" % (method, target, version.encode()) not in head:
        raise UnfitRequest("The request line is not one of HTTP/1.1")


def origin_form(method: bytes, target: bytes) -> bytes:
    """The path and query of a request target.

    Raises:
        UnfitRequest: it has a fragment, or is of no form that this method may have.
    """
    # RFC 9112 §3.2: a target has no fragment
    if b"#" in target:
        raise UnfitRequest("The request target holds a #")
    if target.startswith(b"/"):
        return target
    # RFC 9112 §3.2.4: the asterisk is for OPTIONS
    if target == b"*" and method == b"OPTIONS":
        return target
    # RFC 9112 §3.2.2: as proxies are asked; a server takes it too
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    if absolute is None or not is_authority(absolute[1]):
        raise UnfitRequest("The request target is neither a path nor an http address")
    return absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]


def plain_path(target: bytes) -> bytes:
    """The path of a target that may be wrong, as far as it has usual letters only."""
    found = _PLAIN_PATH.match(target)
    return found[1] if found else b"/"


def check_fields(headers: Headers, version: str) -> None:
    """Passes when `Host` and `Transfer-Encoding` leave no doubt about host and body.

    Raises:
        UnfitRequest: they do.
        UnknownTransferCoding: the body comes in a coding that is not spoken here.
    """
    hosts, codings = [], []
    for name, value in headers:
        if name == b"host":
            hosts.append(value)
        elif name == b"transfer-encoding":
            codings.append(value)
    # RFC 9112 §3.2: exactly one; before HTTP/1.1 it may be left out
    if len(hosts) != 1 and (hosts or version != "1.0"):
        raise UnfitRequest("Host must appear exactly once")
    if hosts and not is_authority(hosts[0].strip(b" \t")):
        raise UnfitRequest("Host must be a host name or IP address with an optional port")
    if codings:
        _check_codings(codings, version)


@lru_cache(maxsize=128)
def is_authority(value: bytes) -> bool:
    """Whether it is a host with an optional port, without user info (RFC 9110 §4.2.4, §7.2)."""
    found = _AUTHORITY.fullmatch(value) if len(value) <= _MOST_AUTHORITY_BYTES else None
    if found is None or (found["port"] and not 0 < int(found["port"]) < 65_536):
        return False
    try:
        if found["ipv6"]:
            ipaddress.IPv6Address(found["ipv6"].decode())
        elif _NUMBERS.fullmatch(found["name"]):
            socket.inet_aton(found["name"].decode())
    except (ValueError, OSError):
        return False
    return True


def _check_codings(fields: list[bytes], version: str) -> None:
    # RFC 9112 §6.1: HTTP/1.0 has no transfer codings, so its framing is faulty
    if version == "1.0":
        raise UnfitRequest("HTTP/1.0 has no Transfer-Encoding")
    codings = [coding.strip(b" \t").lower() for coding in b",".join(fields).split(b",")]
    # RFC 9112 §6.1: what is not understood is 501
    if any(coding not in (b"", b"chunked") for coding in codings):
        raise UnknownTransferCoding
    # RFC 9112 §7.1: chunked is applied once
    if codings != [b"chunked"]:
        raise UnfitRequest("Transfer-Encoding must be chunked, once")
