"""Sending the browser on."""

from openslot.web.http.response import Response


def see_other(location: str) -> Response:
    """RFC 9110 §15.4.4: 303, so that no browser ever sends a form's fields on."""
    headers = {
        "Location": location,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(303, b"", headers)
