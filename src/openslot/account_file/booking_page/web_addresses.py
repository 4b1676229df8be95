"""Addresses that an account names for its page: sites that embed it, its privacy statement."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

# CSP 3 §2.3.1: what else could end a source or a directive of the header
_NOT_IN_ADDRESSES = re.compile(r"[^\x21-\x7e]|[\\<>\"'`{}|^;,]")
# RFC 1123 §2.1
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def fault_of_origin(text: str) -> str | None:
    """Why no site with this origin can embed the page, in words; None: it can."""
    if "*" in text:
        return "must not have a wildcard; list each origin"
    parts = _parts(text)
    if parts is None or parts.scheme not in ("https", "http"):
        return "must be an origin such as https://www.example.org"
    if "@" in parts.netloc:
        return "must not have a user name or password"
    # RFC 6454 §4: scheme, host and port are all of it
    if parts.path or "?" in text or "#" in text:
        return "must end after its host or port, without a path; a slash is one too"
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return "must begin with https://; http is for 127.0.0.1, [::1] and localhost alone"
    return None


def fault_of_privacy_url(text: str) -> str | None:
    """Why the page cannot link to this privacy statement, in words; None: it can."""
    parts = _parts(text)
    if parts is None or parts.scheme != "https":
        return "must be a complete https address"
    if "@" in parts.netloc:
        return "must not have a user name or password"
    return None


def _parts(text: str) -> SplitResult | None:
    if _NOT_IN_ADDRESSES.search(text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if ":" in host:  # IPv6; urlsplit has read what stands in the brackets
        return parts
    return parts if all(map(_LABEL.fullmatch, host.split("."))) else None


def _is_loopback(host: str) -> bool:
    # RFC 6761 §6.3: names below localhost are on the machine itself, too
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
