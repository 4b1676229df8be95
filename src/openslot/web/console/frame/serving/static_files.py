"""Styles and scripts, named by what is in them, so that browsers store them for ever.

All styles are one file and all scripts another: a page of the console needs one of each, once.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.kernel.errors import NotFound
from openslot.web.http.response import Response
from openslot.web.http.transport import without_content

PATH = "/console/static/"
_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_FIRST = "frame"  # before what the rooms add


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file and its name with a digest."""

    name: str
    media_type: str
    content: bytes


@cache
def style_sheet() -> StaticFile:
    """Every style of the console."""
    return _joined("styles", ".css", _STYLE)


@cache
def script() -> StaticFile:
    """Every script of the console."""
    return _joined("scripts", ".js", _SCRIPT)


def static_route() -> Route:
    """The route of all of them."""
    return Route(f"{PATH}{{name}}", _StaticEndpoint(), methods=None)


class _StaticEndpoint:
    """GET and HEAD of a file; anything else is not there."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["name"]
        found = next((one for one in (style_sheet(), script()) if one.name == name), None)
        if found is None or scope["method"] not in ("GET", "HEAD"):
            raise NotFound
        response = Response(
            200,
            found.content,
            {
                "Content-Type": found.media_type,
                "Cache-Control": "public, max-age=31536000, immutable",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
            },
        )
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)


def _joined(folder: str, ending: str, media_type: str) -> StaticFile:
    files = (resources.files("openslot.web.console") / folder).iterdir()
    ours = sorted(
        (file for file in files if file.name.endswith(ending)),
        key=lambda file: (file.name != _FIRST + ending, file.name),
    )
    content = b"\n".join(file.read_bytes() for file in ours)
    return _named("console", ending, media_type, content)


def _named(name: str, ending: str, media_type: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(f"{name}.{digest}{ending}", media_type, content)
