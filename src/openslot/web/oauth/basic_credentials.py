"""The `Authorization: Basic` header of a client (RFC 7617, RFC 6749 §2.3.1)."""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass

from openslot.web.http.form_parsing import BAD_ESCAPE, form_decoded


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """A client id and secret as the client wrote them; nothing is verified."""

    client_id: str
    client_secret: str


def parse_basic(header: bytes) -> BasicCredentials | None:
    """The credentials of an `Authorization: Basic` header; None where it cannot be read."""
    scheme, _, encoded = header.partition(b" ")
    # RFC 9110 §11.1: the scheme is case-insensitive; RFC 9110 §11.6.2: then 1*SP
    encoded = encoded.lstrip(b" ")
    if scheme.lower() != b"basic" or not encoded:
        return None
    try:
        decoded = b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    # RFC 4648 §3.5: one spelling only; `validate` lets stray bits pass
    if b64encode(decoded) != encoded or b":" not in decoded or BAD_ESCAPE.search(decoded):
        return None
    # RFC 7617 §2: a user-id holds no colon, so the first one divides
    client_id, _, client_secret = decoded.partition(b":")
    try:
        # RFC 6749 §2.3.1: each is encoded as a form value first
        return BasicCredentials(form_decoded(client_id), form_decoded(client_secret))
    except UnicodeDecodeError:
        return None
