"""Which addresses may be reached from here. Pure.

Somebody who names an address for us to call must not reach what only we can reach: this machine,
its network, the metadata service of a cloud.
"""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from openslot.kernel.errors import Fault

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_URL_CHARACTERS = 2048

# The IANA special-purpose address registries (RFC 6890), where "globally reachable" is not true,
# with multicast and what is reserved.
_NOT_GLOBAL = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23"),
        *("2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7"),
        *("fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
# What an IPv6 address begins with that carries an IPv4 address, and where in it that one stands.
_MAPPED = ip_network("::ffff:0:0/96")  # RFC 4291 §2.5.5.2
_COMPATIBLE = ip_network("::/96")  # RFC 4291 §2.5.5.1, deprecated
_TRANSLATED = ip_network("::ffff:0:0:0/96")  # RFC 2765 §2.1
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052 §2.1
_SIX_TO_FOUR = ip_network("2002::/16")  # RFC 3056 §2
_IN_THE_LAST_BITS = (_MAPPED, _COMPATIBLE, _TRANSLATED, _NAT64)
_GLOBAL_UNICAST = ip_network("2000::/3")  # RFC 4291 §2.4: all that IANA has given out


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be reached: the public internet by https, and the networks that are named."""

    allowed: Sequence[Network] = ()

    @classmethod
    def of(cls, networks: str) -> "Reach":
        """Of networks with commas between them."""
        return cls([ip_network(text) for text in networks.split(",") if text])

    def is_named(self, address: Address) -> bool:
        """Whether an address is in a network that is named: `http` goes there too."""
        return any(address in network for network in self.allowed)

    def permits(self, address: Address) -> bool:
        """Whether a connection may go to an address."""
        return self.is_named(address) or _is_global(address)

    def fault(self, url: str) -> Fault | None:
        """What is wrong with an address that is written down; None: nothing that can be seen yet.

        A name is judged when it is connected to.
        """
        parts = _split(url)
        if parts is None or len(url) > MOST_URL_CHARACTERS:
            return _fault("invalid_value", "must be an https address of at most 2048 characters")
        if parts.scheme != "https" and not (parts.scheme == "http" and self.allowed):
            return _fault("https_required", "must begin with https://")
        if "@" in parts.netloc:
            return _fault("invalid_value", "must not hold a user name or a password")
        if "#" in url:
            return _fault("invalid_value", "must not hold a fragment (#)")
        address = address_of(parts.hostname or "")
        if address is not None and not self.permits(address):
            return _fault("address_not_allowed", "must be an address of the public internet")
        return None


PUBLIC_INTERNET = Reach()
EVERYWHERE = Reach.of("0.0.0.0/0,::/0")


def address_of(host: str) -> Address | None:
    """The address that a host is, in any spelling that a resolver reads as one; None: a name."""
    text = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return ip_address(text)
    except ValueError:
        pass
    try:
        # As inet_aton reads them: 127.1, 0x7f000001, 2130706433, 017700000001
        return IPv4Address(socket.inet_aton(text)) if text and text[0].isdigit() else None
    except (OSError, UnicodeError):
        return None


def judged(reach: Reach, addresses: Iterable[Address]) -> bool:
    """Whether all of some addresses, at least one, may be reached."""
    found = list(addresses)
    return bool(found) and all(map(reach.permits, found))


def _is_global(address: Address) -> bool:
    if any(address in network for network in _NOT_GLOBAL):
        return False
    if isinstance(address, IPv4Address):
        return True
    carried = _carried(address)
    if carried is not None:
        return _is_global(carried)
    return address in _GLOBAL_UNICAST


def _carried(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in _IN_THE_LAST_BITS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return None


def _split(url: str) -> SplitResult | None:
    """Its parts; None: it is no address at all."""
    if any(character <= " " or character in "\x7f\\" for character in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # A resolver is asked for ASCII alone; a name in other letters is written as xn--….
    return parts if parts.hostname and url.isascii() and port != 0 else None


def _fault(code: str, detail: str) -> Fault:
    return Fault("/url", code, f"`url` {detail}")
