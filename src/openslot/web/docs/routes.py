"""`/docs`, `/docs/admin` and `/problems/{code}`."""

from functools import cache, partial
from urllib.parse import urlsplit

from starlette.routing import Route

from openslot.kernel.errors import NotFound
from openslot.web.docs.openapi.routes import DocumentedApi
from openslot.web.http.response import Response
from openslot.web.http.serving.fixed_responses import fixed_route

_DOCS, _ADMIN_DOCS = "/docs", "/docs/admin"


def routes(public_url: str, booking: DocumentedApi, admin: DocumentedApi) -> list[Route]:
    """The pages, which need no token and are the same for everybody."""
    return [
        fixed_route(_DOCS, partial(_docs, public_url, booking)),
        fixed_route(_ADMIN_DOCS, partial(_admin_docs, public_url, admin)),
        fixed_route("/problems", partial(_problems, public_url)),
        fixed_route("/problems/{code}", partial(_problem, public_url)),
    ]


@cache
def _docs(public_url: str, api: DocumentedApi) -> Response:
    return _reference(public_url, api, _ADMIN_DOCS, "the admin API")


@cache
def _admin_docs(public_url: str, api: DocumentedApi) -> Response:
    return _reference(public_url, api, _DOCS, "the booking API")


def _reference(public_url: str, api: DocumentedApi, other_path: str, other_title: str) -> Response:
    from openslot.web.docs.reference import reference  # noqa: PLC0415  (with the templates 40 ms)
    from openslot.web.docs.rendering import page  # noqa: PLC0415

    return page(
        "docs.html",
        reference=reference(api.document(public_url)),
        public_url=public_url,
        base=_base(public_url),
        openapi_path=api.path,
        other_path=other_path,
        other_title=other_title,
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
