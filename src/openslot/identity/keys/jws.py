"""The compact serialisation of JWS (RFC 7515 §7.1): written fast, read strictly.

Strictly means that every token has one spelling: base64url as RFC 4648 §5 makes it, no padding,
no stray bits, no member twice.
"""

import binascii
import json
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_MOST_BYTES = 8192


class MalformedJws(Exception):
    """The text is no JWS in its one canonical spelling."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A token taken apart; nothing is verified yet."""

    header: dict[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes


def base64url(data: bytes) -> bytes:
    """Base64url without padding (RFC 7515 §2)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=")


def base64url_decoded(segment: bytes) -> bytes:
    """The octets that `base64url` made `segment` of.

    Raises:
        MalformedJws: it is spelled in another way, or not base64url at all.
    """
    try:
        data = binascii.a2b_base64(segment.translate(_FROM_URL) + b"=" * (-len(segment) % 4))
    except binascii.Error as error:
        raise MalformedJws("not base64url") from error
    # RFC 4648 §3.1, §3.3, §3.5: no line feeds, no other characters, unused bits are zero. The
    # decoder passes over all of that, so what it made is encoded again and compared.
    if base64url(data) != segment:
        raise MalformedJws("not canonical base64url")
    return data


def encoded_json(value: dict[str, Any]) -> bytes:
    """A JSON object as a segment of a token."""
    return base64url(to_json(value))


def parse(token: bytes) -> Jws:
    """Takes a token apart.

    Raises:
        MalformedJws: not three canonical base64url segments, or the first is no JSON object.
    """
    segments = token.split(b".")
    if len(token) > _MOST_BYTES or len(segments) != 3:
        raise MalformedJws("not three segments")
    header, payload, signature = segments
    return Jws(
        header=json_object(base64url_decoded(header)),
        payload=base64url_decoded(payload),
        signing_input=token[: len(header) + 1 + len(payload)],
        signature=base64url_decoded(signature),
    )


def json_object(data: bytes) -> dict[str, Any]:
    """The members of a JSON object in UTF-8.

    Raises:
        MalformedJws: it is something else, or a member appears in it twice at any depth.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique_members, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJws("not JSON") from error
    if not isinstance(value, dict):
        raise MalformedJws("not a JSON object")
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 7515 §4, RFC 7519 §4: names must be unique; a parser that takes the last one would
    # read another token than one that takes the first
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJws("a member appears twice")
    return members


def _no_constant(name: str) -> None:
    raise MalformedJws(f"{name} is not JSON")
