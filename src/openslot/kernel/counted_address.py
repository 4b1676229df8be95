"""Who an address is, for everything that counts by address.

Whoever has one IPv6 address has the 2^64 of its network too, so the network is counted (RFC 6177
§2: sites get a /64 or more).
"""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"  # the one answer for every text that is no address
_MOST_CHARACTERS = 64  # of the longest spelling of an address, with brackets, zone and port
_MOST_CACHED = 2048
_NETWORK_BITS = 64


def counted_address(text: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one, however a server or a proxy has written it.

    An IPv6 address that stands for an IPv4 one is that one (RFC 4291 §2.5.5.2). A port, brackets
    and a zone id are passed over. What is no address is `UNKNOWN`, all of it together.
    """
    return UNKNOWN if len(text) > _MOST_CHARACTERS else _counted(text)


@lru_cache(_MOST_CACHED)
def _counted(text: str) -> str:
    try:
        address = ip_address(_host(text))
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(IPv6Network((int(address), _NETWORK_BITS), strict=False))
        address = address.ipv4_mapped
    return str(address)


def _host(text: str) -> str:
    """The address alone: without port and brackets (RFC 3986 §3.2.2) and zone id (RFC 4007 §11)."""
    host = text.strip(' "')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    return host.partition("%")[0]
