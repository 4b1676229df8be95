"""Reading forms strictly. Frameworks are lenient; RFC 6749 §3.2 wants every parameter once."""

import re
from urllib.parse import unquote_to_bytes

from openslot.identity.oauth_errors import InvalidRequest

MOST_BODY_BYTES = 16_384
BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def parse_form(
    body: bytes, known: frozenset[str], repeatable: frozenset[str] = frozenset()
) -> dict[str, str]:
    """The parameters of an application/x-www-form-urlencoded body.

    Parameters that are not `known` are read, so that they are not malformed, and left out. Those of
    `repeatable` hold no space: the values of one that is repeated stand in one text, with spaces
    between them.

    Raises:
        InvalidRequest: not valid UTF-8, a `%` without two hexadecimal digits, or a known parameter
            twice.
    """
    if BAD_ESCAPE.search(body):
        raise InvalidRequest("A % in the body is not followed by two hexadecimal digits")
    values: dict[str, str] = {}
    seen: set[str] = set()
    for pair in body.split(b"&"):
        name_bytes, _, value_bytes = pair.partition(b"=")
        try:
            name, value = form_decoded(name_bytes), form_decoded(value_bytes)
        except UnicodeDecodeError as error:
            raise InvalidRequest("The body is not valid UTF-8") from error
        # RFC 6749 §3.2: the server MUST ignore unrecognized request parameters
        if name not in known:
            continue
        # RFC 6749 §3.2: parameters MUST NOT be included more than once
        if name in seen and name not in repeatable:
            raise InvalidRequest(f"Parameter {name} appears more than once")
        seen.add(name)
        # RFC 6749 §3.2: parameters sent without a value MUST be treated as if omitted
        if value:
            values[name] = f"{values[name]} {value}" if name in values else value
    return values


def form_decoded(text: bytes) -> str:
    """A name or value of a form.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    if b"%" in text or b"+" in text:
        text = unquote_to_bytes(text.replace(b"+", b" "))
    return text.decode("utf-8")
