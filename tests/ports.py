"""Ports for servers that tests start."""

import secrets
import socket

# Below those that systems give to outgoing connections: one of them could take it meanwhile.
_OURS = range(20_000, 32_000)


def free_port() -> int:
    """A port on which nobody listens, of whatever address."""
    while True:
        port = secrets.choice(_OURS)
        with socket.socket(socket.AF_INET6) as probe:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("::", port))
            except OSError:
                continue
        return port
