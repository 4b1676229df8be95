"""Where a response of the authorization endpoint may go: to registered addresses, letter by letter.

RFC 9700 §2.1, §4.1.3: exact string comparison (RFC 3986 §6.2.1). Nothing is parsed, decoded or
normalised, so two parsers cannot disagree about what an address means.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

# RFC 8252 §7.3: a program on the user's machine listens on whichever port it gets. Only the IP
# literals: `localhost` may be resolved to something else (RFC 8252 §8.3), so its port counts.
_LOOPBACK = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([1-9][0-9]{0,4}))?([/?].*|)", re.DOTALL
)
_HIGHEST_PORT = 65_535


def matching(requested: str | None, registered: Sequence[str]) -> str | None:
    """The address to respond to; None: there is none for this request.

    `requested` is the text of `redirect_uri`, None where it was left out: then it is the registered
    one, if there is exactly one (RFC 6749 §3.1.2.3).
    """
    if requested is None:
        return registered[0] if len(registered) == 1 else None
    if requested in registered:
        return requested
    without_port = _without_port(requested)
    if without_port is not None and any(without_port == _without_port(uri) for uri in registered):
        return requested
    return None


def _without_port(uri: str) -> tuple[str, str] | None:
    """A loopback address without its port; None for any other address."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or int(found[2] or 1) > _HIGHEST_PORT:
        return None
    return found[1], found[3]


def answered(redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The address with a response in its query; a query of its own stays (RFC 6749 §3.1.2).

    Bytes that are not valid UTF-8 come as surrogates (PEP 383), and leave as they were.
    """
    query = "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogateescape'), safe='')}"
        for name, value in parameters.items()
    )
    if "?" not in redirect_uri:
        return f"{redirect_uri}?{query}"
    joint = "" if redirect_uri[-1] in "?&" else "&"
    return redirect_uri + joint + query


def origin_of(redirect_uri: str) -> str:
    """Scheme, host and port of a registered address, as it is written there."""
    scheme, _, rest = redirect_uri.partition("://")
    return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}"
