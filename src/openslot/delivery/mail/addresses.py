"""Addresses of mail as servers take them. Pure."""

import idna


def ascii_domain(address: str) -> str:
    """An address with its domain in ASCII; what stands before the `@` stays (RFC 6531 §3.3).

    Raises:
        ValueError: it is no address, or its domain is none.
    """
    local, at, domain = address.rpartition("@")
    if not local or not at or not domain:
        raise ValueError("an address has something on both sides of its @")
    if domain.isascii():
        return f"{local}@{domain.lower()}"
    return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
