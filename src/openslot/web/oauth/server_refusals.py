"""What the server around the OAuth endpoints refuses, in the form of the endpoints.

Too many headers, too much time, a fault of ours: clients of these endpoints read RFC 6749 §5.2
and nothing else, and no cache may store the response.
"""

import json
import re

from openslot.identity.oauth_errors import Damaged
from openslot.kernel.errors import NotFound, OpenslotError, Unavailable
from openslot.storage.damage import DatabaseDamaged
from openslot.web.http.problems import status_of
from openslot.web.http.response import Response
from openslot.web.oauth.responses import error_response, oauth_response

_ENDPOINTS = re.compile(r"(/accounts/[^/]+)?/oauth2/(token|revoke|introspect)")
_NOT_IN_DESCRIPTION = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


def oauth_refusal(path: str, error: OpenslotError) -> Response | None:
    """The response to a request for one of the endpoints; None for any other path."""
    # What is not found is none of the endpoints, however much it looks like one.
    if isinstance(error, NotFound) or not _ENDPOINTS.fullmatch(path):
        return None
    status = status_of(type(error))
    headers = {}
    if isinstance(error, DatabaseDamaged):
        return error_response(Damaged())
    if isinstance(error, Unavailable):
        code, headers = "temporarily_unavailable", {"Retry-After": "1"}
    else:
        code = "server_error" if status == 500 else "invalid_request"
    described = _NOT_IN_DESCRIPTION.sub("?", error.detail)
    body = json.dumps({"error": code, "error_description": described}).encode()
    return oauth_response(status, body, headers)
