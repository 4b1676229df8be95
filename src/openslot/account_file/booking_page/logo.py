"""An account's logo: a small picture inside a `data:` URL, judged by its content."""

import base64
import binascii
from dataclasses import dataclass

MOST_LOGO_BYTES = 20_000
# RFC 4648 §4: three bytes are four characters; the rest is the head of the URL
LONGEST_LOGO = MOST_LOGO_BYTES * 4 // 3 + 64
_SCHEME, _ENCODING = "data:", ";base64"
_WRONG_KIND = "must hold a PNG, JPEG or WebP picture"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, and the media type that its content has."""

    media_type: str
    content: bytes


class LogoRefused(Exception):
    """A logo cannot be taken; its text says what to change."""


def read_logo(url: str) -> Logo:
    """The picture of a `data:` URL (RFC 2397). What the URL says of its type is not believed.

    Raises:
        LogoRefused: it is another kind of address or picture, damaged, or too large.
    """
    head, comma, encoded = url.partition(",")
    if not comma or not head.startswith(_SCHEME) or not head.endswith(_ENCODING):
        raise LogoRefused("must begin with data:image/png;base64, or the like")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise LogoRefused("is not valid base64") from None
    if len(content) > MOST_LOGO_BYTES:
        raise LogoRefused(f"has {len(content)} bytes; the most is {MOST_LOGO_BYTES}")
    media_type = _media_type(content)
    if media_type is None:
        raise LogoRefused(_WRONG_KIND)
    return Logo(media_type, content)


def _media_type(content: bytes) -> str | None:
    # WHATWG MIME Sniffing §6.1: the signatures of image formats
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:14] == b"WEBPVP":
        return "image/webp"
    return None
