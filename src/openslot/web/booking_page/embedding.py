"""`/embed.js`: the script by which a site shows the page of an account in a frame."""

from functools import cache
from importlib import resources

from starlette.routing import Route

from openslot.web.http.response import Response, etag_of
from openslot.web.http.serving.fixed_responses import fixed_route

_CACHED_SECONDS = 3600


def embed_route() -> Route:
    """The script, which is the same for every account."""
    return fixed_route("/embed.js", _script)


@cache
def _script() -> Response:
    folder = resources.files("openslot.web.booking_page") / "templates"
    body = (folder / "embed.js").read_bytes()
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": f"public, max-age={_CACHED_SECONDS}",
        "ETag": etag_of(body),
        "X-Content-Type-Options": "nosniff",
        # Fetch, "Cross-Origin-Resource-Policy": it is there for other sites
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(200, body, headers)
