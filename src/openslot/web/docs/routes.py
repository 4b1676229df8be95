"""`/docs`, `/docs/admin` and `/problems/{code}`."""

from functools import cache, partial
from urllib.parse import urlsplit

from starlette.routing import Route

from openslot.app import App
from openslot.kernel.errors import NotFound
from openslot.web.docs.openapi.routes import ADMIN_PATH as ADMIN_OPENAPI_PATH
from openslot.web.docs.openapi.routes import PATH as OPENAPI_PATH
from openslot.web.docs.openapi.routes import admin_document, booking_document
from openslot.web.http.fixed_responses import fixed_route
from openslot.web.http.response import Response

_DOCS, _ADMIN_DOCS = "/docs", "/docs/admin"


def routes(app: App) -> list[Route]:
    """The pages, which need no token and are the same for everybody."""
    url = app.settings.public_url
    return [
        fixed_route(_DOCS, partial(_docs, url)),
        fixed_route(_ADMIN_DOCS, partial(_admin_docs, url)),
        fixed_route("/problems", partial(_problems, url)),
        fixed_route("/problems/{code}", partial(_problem, url)),
    ]


@cache
def _docs(public_url: str) -> Response:
    made = booking_document(public_url)
    return _reference(public_url, made, OPENAPI_PATH, _ADMIN_DOCS, "the admin API")


@cache
def _admin_docs(public_url: str) -> Response:
    made = admin_document(public_url)
    return _reference(public_url, made, ADMIN_OPENAPI_PATH, _DOCS, "the booking API")


def _reference(public_url: str, document: bytes, path: str, other: str, title: str) -> Response:
    from openslot.web.docs.reference import reference  # noqa: PLC0415  (with the templates 40 ms)
    from openslot.web.docs.rendering import page  # noqa: PLC0415

    return page(
        "docs.html",
        reference=reference(document),
        public_url=public_url,
        base=_base(public_url),
        openapi_path=path,
        other_path=other,
        other_title=title,
    )


def _problems(public_url: str) -> Response:
    from openslot.web.docs.error_codes import all_codes  # noqa: PLC0415
    from openslot.web.docs.rendering import page  # noqa: PLC0415

    return page("problems.html", codes=all_codes(), base=_base(public_url))


def _problem(public_url: str, code: str) -> Response:
    from openslot.web.docs.error_codes import all_codes  # noqa: PLC0415
    from openslot.web.docs.rendering import page  # noqa: PLC0415

    described = all_codes().get(code)
    if described is None:
        raise NotFound("There is no such error code")
    return page("problem.html", error=described, base=_base(public_url))


def _base(public_url: str) -> str:
    """What the paths of links begin with: a proxy may serve everything below a path."""
    return urlsplit(public_url).path
