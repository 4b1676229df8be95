"""The sockets that a server listens on: the same ones, whatever the number of its workers."""

import ipaddress
import socket
from collections.abc import Iterable

_ANY = ("::", "0.0.0.0")  # noqa: S104  (the address of any interface is asked for)


class AddressInUse(OSError):
    """Nothing can listen there; choose another `--port`, or stop the other server."""


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to every address that the host is; `::` is IPv6 and IPv4.

    IPv4 has a socket of its own, so that its callers have the addresses that they have anywhere:
    through one of IPv6 they would come as `::ffff:192.0.2.1`, and no listed proxy would be known.

    Raises:
        AddressInUse: another process listens there, or it is no address of this machine.
    """
    sockets: list[socket.socket] = []
    try:
        for family, address in _addresses(_ANY if _is_any(host) else (host,), port):
            made = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(made)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind(address)
    except (OSError, OverflowError, UnicodeError) as error:
        for made in sockets:
            made.close()
        why = getattr(error, "strerror", None) or error
        says = f"{host}:{port} cannot be listened on: {why}. Choose another --port"
        raise AddressInUse(says) from error
    return sockets


def _is_any(host: str) -> bool:
    """Whether it is `::`, however it is spelled."""
    try:
        return ipaddress.IPv6Address(host).is_unspecified
    except ValueError:
        return False


def _addresses(hosts: Iterable[str], port: int) -> list[tuple[int, tuple[str | int, ...]]]:
    """Each address of the hosts once, with its family."""
    found = [
        (family, (address[0], port, *address[2:]))
        for host in hosts
        # Given the port, it would take one that there is not modulo 65 536.
        for family, _, _, _, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    ]
    return list(dict.fromkeys(found))
