"""Public documents for programs in browsers (the Fetch standard's CORS protocol)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]

# A browser never sends credentials along with `*`, and these documents ask for none.
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}

_PREFLIGHT = {
    **ANY_ORIGIN,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",  # seconds
}


def answering_preflight(endpoint: Endpoint) -> Endpoint:
    """The same endpoint, which also answers a browser that asks before it sends headers."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        return await endpoint(request)

    return answer
