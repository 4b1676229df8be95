"""`/docs`, `/docs/admin`, `/docs/orchestra` and `/problems/{code}`."""

from functools import cache, partial
from urllib.parse import urlsplit

from starlette.routing import Route

from openslot.kernel.errors import NotFound
from openslot.web.docs.openapi.routes import DocumentedApi, DocumentedCalendar
from openslot.web.http.response import Response
from openslot.web.http.serving.fixed_responses import fixed_route

_DOCS, _ADMIN_DOCS, _CALENDAR_DOCS = "/docs", "/docs/admin", "/docs/orchestra"
_TITLES = {
    _DOCS: "the booking API",
    _ADMIN_DOCS: "the admin API",
    _CALENDAR_DOCS: "the Orchestra Calendar API",
}


def routes(
    public_url: str, booking: DocumentedApi, admin: DocumentedApi, calendar: DocumentedCalendar
) -> list[Route]:
    """The pages, which need no token and are the same for everybody."""
    return [
        fixed_route(_DOCS, partial(_reference, public_url, booking, _DOCS)),
        fixed_route(_ADMIN_DOCS, partial(_reference, public_url, admin, _ADMIN_DOCS)),
        fixed_route(_CALENDAR_DOCS, partial(_reference, public_url, calendar, _CALENDAR_DOCS)),
        fixed_route("/problems", partial(_problems, public_url)),
        fixed_route("/problems/{code}", partial(_problem, public_url)),
    ]


@cache
def _reference(public_url: str, api: DocumentedApi | DocumentedCalendar, path: str) -> Response:
    from openslot.web.docs.error_codes import all_codes  # noqa: PLC0415
    from openslot.web.docs.reference import reference  # noqa: PLC0415  (with the templates 40 ms)
    from openslot.web.docs.rendering import page  # noqa: PLC0415

    return page(
        "calendar_docs.html" if path == _CALENDAR_DOCS else "docs.html",
        reference=reference(api.document(public_url)),
        public_url=public_url,
        base=_base(public_url),
        openapi_path=api.path,
        others=[(other, title) for other, title in _TITLES.items() if other != path],
        problem_codes=all_codes(),
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
