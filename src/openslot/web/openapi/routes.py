"""Serves the document of the booking API."""

from functools import cache, partial

from starlette.routing import Route

from openslot.app import App
from openslot.web.booking_api.routes import OPERATIONS, PREFIX
from openslot.web.fixed_answers import fixed_route
from openslot.web.replies import JSON, Reply

PATH = f"{PREFIX}/openapi.json"
_TITLE = "Openslot booking API"
_DESCRIPTION = """\
Find services, branches and free times, hold a slot, confirm it as an appointment, and move or
cancel it. Errors are `application/problem+json` with a stable `code`; clients have to expect
unknown members in answers.
"""


def routes(app: App) -> list[Route]:
    """`/external/v1/openapi.json`, which needs no token."""
    return [fixed_route(PATH, partial(_answer, app.settings.public_url))]


@cache
def booking_document(public_url: str) -> bytes:
    """The document as JSON."""
    from openslot.web.openapi.document import document  # noqa: PLC0415  (160 ms)

    made = document(public_url, PREFIX, _TITLE, _DESCRIPTION, OPERATIONS)
    return made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True).encode()


def _answer(public_url: str) -> Reply:
    # It says nothing of any account, so any page may read it.
    headers = {"Content-Type": JSON, "Access-Control-Allow-Origin": "*"}
    return Reply(200, booking_document(public_url), headers)
