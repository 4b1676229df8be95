"""The OpenAPI documents of the APIs, and where they are served."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial

from pydantic import BaseModel
from starlette.routing import Route

from openslot.web.docs.openapi.links import BOOKING_LINKS, Links
from openslot.web.http.interface import Interface
from openslot.web.http.response import JSON, Response
from openslot.web.http.serving.fixed_responses import fixed_route

_TITLE = "Openslot booking API"
_DESCRIPTION = """\
Find services, branches and free times, hold a slot, confirm it as an appointment, and move or
cancel it. Errors are `application/problem+json` with a stable `code`; clients must expect
unknown members in responses.
"""
_ADMIN_TITLE = "Openslot admin API"
_ADMIN_DESCRIPTION = """\
Set up an account by program: branches, hours, services, resources and clients; and handle its
appointments as staff do. `dryRun=true` on a write says what would happen and changes nothing.
Errors are those of the booking API.
"""


@dataclass(frozen=True, eq=False)
class DocumentedApi:
    """An API with what its document says of the whole."""

    interface: Interface
    title: str
    description: str
    links: Links

    @property
    def path(self) -> str:
        """Where the document is served, under `publicUrl`."""
        return f"{self.interface.prefix}/openapi.json"

    @cache  # noqa: B019  (one or two for the life of a process)
    def document(self, public_url: str) -> bytes:
        """The document as JSON."""
        from openslot.web.docs.openapi.document import document  # noqa: PLC0415  (160 ms)

        made = document(public_url, self.interface, self.title, self.description, self.links)
        text = made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
        return text.encode()


def booking_api(interface: Interface) -> DocumentedApi:
    """The booking API, with the links between its calls."""
    return DocumentedApi(interface, _TITLE, _DESCRIPTION, BOOKING_LINKS)


def admin_api(interface: Interface) -> DocumentedApi:
    """The admin API."""
    return DocumentedApi(interface, _ADMIN_TITLE, _ADMIN_DESCRIPTION, {})


@dataclass(frozen=True, eq=False)
class DocumentedCalendar:
    """The Orchestra Calendar API, whose refusals have a shape of their own."""

    interface: Interface
    failure: type[BaseModel]
    path: str = "/docs/orchestra/openapi.json"

    @cache  # noqa: B019  (one for the life of a process)
    def document(self, public_url: str) -> bytes:
        """The document as JSON."""
        from openslot.web.docs.openapi.calendar_document import (  # noqa: PLC0415  (160 ms)
            calendar_document,
        )

        made = calendar_document(public_url, self.interface.routes, self.failure)
        return made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True).encode()


def routes(public_url: str, apis: Iterable[DocumentedApi | DocumentedCalendar]) -> list[Route]:
    """Each API's `/openapi.json`, which needs no token."""
    return [fixed_route(api.path, partial(_document, api, public_url)) for api in apis]


def _document(api: DocumentedApi | DocumentedCalendar, public_url: str) -> Response:
    # It says nothing of any account, so any page may read it.
    headers = {"Content-Type": JSON, "Access-Control-Allow-Origin": "*"}
    return Response(200, api.document(public_url), headers)
