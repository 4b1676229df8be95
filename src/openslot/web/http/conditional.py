"""Conditional writes: `If-Match` against the version that an ETag shows."""

from collections.abc import Callable, Mapping


def if_match(headers: Mapping[str, str]) -> Callable[[int], bool]:
    """Whether `If-Match` holds for a version (RFC 9110 §13.1.1: strong comparison)."""
    return lambda version: matches(headers, version_tag(version))


def matches(headers: Mapping[str, str], etag: str) -> bool:
    """Whether `If-Match` is absent or names an ETag."""
    header = headers.get("if-match")
    if header is None or header.strip() == "*":
        return True
    return etag in {tag.strip() for tag in header.split(",")}


def version_tag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
