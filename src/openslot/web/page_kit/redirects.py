"""Sending a browser on."""

from openslot.web.http.response import Response


def see_other(location: str, *, cookie: str | None = None) -> Response:
    """RFC 9700 §4.12: 303, so that no browser ever sends a form's fields on."""
    headers = {
        "Location": location,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }
    if cookie is not None:
        headers["Set-Cookie"] = cookie
    return Response(303, b"", headers)
