"""What the server around the OAuth endpoints refuses, said as the endpoints say it.

Too many headers, too much time, a fault of ours: a client of these endpoints reads RFC 6749 §5.2
and nothing else, and no cache keeps it.
"""

import json
import re

from openslot.kernel.errors import NotFound, OpenslotError, Unavailable
from openslot.web.http.problems import status_of
from openslot.web.oauth.responses import OAuthResponse

_ENDPOINTS = re.compile(r"(/accounts/[^/]+)?/oauth2/(token|revoke|introspect)")
_NOT_IN_DESCRIPTION = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


def oauth_refusal(path: str, error: OpenslotError) -> OAuthResponse | None:
    """The answer to a request for one of the endpoints; None where the path is no such one."""
    # What is not found is none of the endpoints, however much it looks like one.
    if isinstance(error, NotFound) or not _ENDPOINTS.fullmatch(path):
        return None
    status = status_of(type(error))
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if isinstance(error, Unavailable):
        code, headers = "temporarily_unavailable", ((b"retry-after", b"1"),)
    else:
        code = "server_error" if status >= 500 else "invalid_request"
    described = _NOT_IN_DESCRIPTION.sub("?", error.detail)
    body = json.dumps({"error": code, "error_description": described}).encode()
    return OAuthResponse(status, body, headers)
