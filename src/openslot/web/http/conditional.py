"""Conditional requests (RFC 9110 §13): `If-Match` for writes, `If-None-Match` for reads."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from openslot.web.http.response import Response, etag_of

_OK = 200
_OF_CONTENT = ("Content-Type", "Content-Disposition")
# RFC 9110 §8.8.3: a tag may hold commas, so a list of tags is not split at each of them.
_ELEMENT = re.compile(
    r'[ \t]*(?:(\*|(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|\Z)|[^,]*)(?:,|\Z)'
)


def if_match(headers: Mapping[str, str]) -> Callable[[int], bool]:
    """Whether `If-Match` holds for a version."""
    return lambda version: matches(headers, version_tag(version))


def matches(headers: Mapping[str, str], etag: str) -> bool:
    """Whether `If-Match` is absent, `*`, or names an ETag."""
    field = headers.get("if-match")
    if field is None or field.strip() == "*":
        return True
    # RFC 9110 §13.1.1 compares strongly. But we make no weak tags: one of ours that is weak was
    # weakened on its way, by a proxy that compresses, and names the same version.
    return etag in {tag.removeprefix("W/") for tag in _elements(field)}


def version_tag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def unless_known(headers: Sequence[tuple[bytes, bytes]], response: Response) -> Response:
    """The response with its ETag, or 304 where `If-None-Match` names that."""
    if response.status != _OK:
        return response
    etag = response.headers.get("ETag")
    if etag is None:
        etag = etag_of(response.body)
        response = replace(response, headers={**response.headers, "ETag": etag})
    # RFC 9110 §5.3: a list on several lines is one list
    fields = [value for name, value in headers if name == b"if-none-match"]
    if not fields:
        return response
    known = _elements(b",".join(fields).decode("latin-1"))
    # RFC 9110 §13.1.2: weak comparison; `*` is any representation
    if "*" in known or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in known}:
        # RFC 9110 §15.4.5: what describes the content is left out with it
        general = {k: v for k, v in response.headers.items() if k not in _OF_CONTENT}
        return Response(304, b"", general)
    return response


def _elements(field: str) -> set[str]:
    """The tags of a list, and `*` if it is there; what is neither names nothing."""
    return {found[1] for found in _ELEMENT.finditer(field) if found[1] is not None}
