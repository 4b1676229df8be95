"""Conditional writes: `If-Match` against the version that an ETag shows."""

from collections.abc import Callable, Mapping


def if_match(headers: Mapping[str, str]) -> Callable[[int], bool]:
    """Whether `If-Match` holds for a version (RFC 9110 §13.1.1: strong comparison)."""
    header = headers.get("if-match")
    if header is None or header.strip() == "*":
        return lambda version: True
    tags = {tag.strip() for tag in header.split(",")}
    return lambda version: f'"{version}"' in tags


def version_tag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
