"""The parameters of an authorization request (RFC 6749 §4.1.1), from a query or a form."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SURROGATE = re.compile("[\ud800-\udfff]")

CLIENT_ID = "client_id"
REDIRECT_URI = "redirect_uri"
STATE = "state"
PROMPT = "prompt"
MAX_AGE = "max_age"
RESOURCE = "resource"
# RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, RFC 9449 §10, RFC 9101 §5,
# OpenID Connect Core §3.1.2.1
KNOWN = (
    CLIENT_ID,
    REDIRECT_URI,
    STATE,
    PROMPT,
    MAX_AGE,
    RESOURCE,
    "response_type",
    "response_mode",
    "scope",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "request",
    "request_uri",
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was sent, each name as often as it came, without empty values and unknown names.

    Bytes that are not UTF-8 become surrogates (PEP 383), so that `state` can be sent back as it
    came even where another parameter cannot be read.
    """

    values: dict[str, tuple[str, ...]]
    malformed: bool  # a known one is not valid UTF-8, or has a `%` without two hexadecimal digits

    def one(self, name: str) -> str | None:
        """The value of a parameter; None: it is missing, or repeated."""
        found = self.values.get(name, ())
        return found[0] if len(found) == 1 else None

    @property
    def repeated(self) -> list[str]:
        """The names that came more than once, which RFC 6749 §3.1 forbids.

        Not the resource's: RFC 8707 §2 has an error of its own for several.
        """
        return [n for n, found in self.values.items() if len(found) > 1 and n != RESOURCE]

    def query(self, **instead: str | None) -> str:
        """The same request as a query; `instead` replaces parameters, None leaves one out."""
        values = {name: found[0] for name, found in self.values.items()} | instead
        return "&".join(
            f"{name}={quote(value.encode('utf-8', 'surrogateescape'), safe='')}"
            for name, value in values.items()
            if value is not None
        )


def read_parameters(*encoded: bytes) -> Parameters:
    """The parameters of a query, of a form, or of both together."""
    values: dict[str, tuple[str, ...]] = {}
    malformed = False
    for pair in b"&".join(filter(None, encoded)).split(b"&"):
        name_bytes, _, value_bytes = pair.partition(b"=")
        name, value = _decoded(name_bytes), _decoded(value_bytes)
        # RFC 6749 §3.1: unrecognized ones MUST be ignored, ones without a value are not there
        if name not in KNOWN or not value:
            continue
        # Only the client reads its state: it gets the same bytes back.
        if name != STATE and (_BAD_ESCAPE.search(value_bytes) or _SURROGATE.search(value)):
            malformed = True
        values[name] = (*values.get(name, ()), value)
    return Parameters(values, malformed)


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", "surrogateescape")
