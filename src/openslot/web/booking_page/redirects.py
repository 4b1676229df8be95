"""Sending the browser on."""

from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import headers
from openslot.web.http.response import Response


def see_other(request: PublicRequest, location: str) -> Response:
    """RFC 9110 §15.4.4: 303, so that no browser ever sends a form's fields on."""
    return Response(303, b"", {**headers(request), "Location": location})
