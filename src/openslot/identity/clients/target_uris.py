"""One spelling for each http and https address, for comparing what a proof was made for."""

import re
from urllib.parse import urlsplit

_VISIBLE = re.compile(r"[\x21-\x7E]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def normalised(uri: str) -> str | None:
    """An address without query and fragment, normalised by RFC 3986 §6.2.2 and §6.2.3.

    None where it is no http or https address, or names a user.
    """
    # `urlsplit` would drop line feeds and tabs silently
    if not _VISIBLE.fullmatch(uri) or _BAD_ESCAPE.search(uri):
        return None
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}{_without_dots(_ESCAPE.sub(_decoded, parts.path))}"


def _decoded(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    # RFC 3986 §6.2.2.2: unreserved characters as they are, all others stay escaped
    return character if character in _UNRESERVED else escape[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4; an empty path is `/` (§6.2.3)."""
    result: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del result[-1:]
        elif segment != ".":
            result.append(segment)
    if segments[-1:] in ([".."], ["."]):
        result.append("")
    return "/" + "/".join(result)
