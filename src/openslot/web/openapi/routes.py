"""Serves the document of the booking API: made once, the same bytes for everybody."""

import asyncio
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openslot.app import App
from openslot.web.booking_api.routes import OPERATIONS, PREFIX
from openslot.web.replies import JSON, etag_of

PATH = f"{PREFIX}/openapi.json"
_TITLE = "Openslot booking API"
_DESCRIPTION = """\
Find services, branches and free times, hold a slot, confirm it as an appointment, and move or
cancel it. Errors are `application/problem+json` with a stable `code`; clients have to expect
unknown members in answers.
"""


@cache
def booking_document(public_url: str) -> bytes:
    """The document as JSON."""
    from openslot.web.openapi.document import document  # noqa: PLC0415  (160 ms)

    made = document(public_url, PREFIX, _TITLE, _DESCRIPTION, OPERATIONS)
    return made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True).encode()


def routes(app: App) -> list[Route]:
    """`/external/v1/openapi.json`, which needs no token."""

    async def served(request: Request) -> Response:
        """The document, or 304."""
        # Making it takes a quarter of a second, once in a process: not on the event loop.
        body = await asyncio.to_thread(booking_document, app.settings.public_url)
        headers = {
            "Content-Type": JSON,
            "ETag": etag_of(body),
            "Cache-Control": "no-cache",
            # It says nothing of any account, so any page may read it.
            "Access-Control-Allow-Origin": "*",
            **request.scope["state"].headers,
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return [Route(PATH, served)]
