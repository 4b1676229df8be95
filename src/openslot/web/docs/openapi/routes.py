"""Serves the documents of the booking API and of the admin API."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from starlette.routing import Route

from openslot.app import App
from openslot.web.admin_api import routes as admin_api
from openslot.web.booking_api import routes as booking_api
from openslot.web.http.fixed_responses import fixed_route
from openslot.web.http.response import JSON, Response

if TYPE_CHECKING:
    from openapi_pydantic import OpenAPI

PATH = f"{booking_api.PREFIX}/openapi.json"
ADMIN_PATH = f"{admin_api.PREFIX}/openapi.json"
_TITLE = "Openslot booking API"
_DESCRIPTION = """\
Find services, branches and free times, hold a slot, confirm it as an appointment, and move or
cancel it. Errors are `application/problem+json` with a stable `code`; clients have to expect
unknown members in answers.
"""
_ADMIN_TITLE = "Openslot admin API"
_ADMIN_DESCRIPTION = """\
Set up an account by program: branches, hours, services, resources and clients; and handle its
appointments as staff do. `dryRun=true` on a write answers what would happen and changes nothing.
Errors are those of the booking API.
"""


def routes(app: App) -> list[Route]:
    """`/external/v1/openapi.json` and `/admin/v1/openapi.json`, which need no token."""
    url = app.settings.public_url
    return [
        fixed_route(PATH, partial(_answer, booking_document, url)),
        fixed_route(ADMIN_PATH, partial(_answer, admin_document, url)),
    ]


@cache
def booking_document(public_url: str) -> bytes:
    """The document as JSON."""
    from openslot.web.docs.openapi.document import document  # noqa: PLC0415  (160 ms)
    from openslot.web.docs.openapi.links import BOOKING_LINKS  # noqa: PLC0415

    prefix, table = booking_api.PREFIX, booking_api.ROUTES
    return _json(document(public_url, prefix, _TITLE, _DESCRIPTION, table, BOOKING_LINKS))


@cache
def admin_document(public_url: str) -> bytes:
    """The admin API's document as JSON."""
    from openslot.web.docs.openapi.document import document  # noqa: PLC0415

    prefix, table = admin_api.PREFIX, admin_api.ROUTES
    return _json(document(public_url, prefix, _ADMIN_TITLE, _ADMIN_DESCRIPTION, table, {}))


def _json(made: "OpenAPI") -> bytes:
    return made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True).encode()


def _answer(document: Callable[[str], bytes], public_url: str) -> Response:
    # It says nothing of any account, so any page may read it.
    headers = {"Content-Type": JSON, "Access-Control-Allow-Origin": "*"}
    return Response(200, document(public_url), headers)
