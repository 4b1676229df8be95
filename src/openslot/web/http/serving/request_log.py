"""The log's line for each request.

It is put together here: the general way of logging takes ten times as long, and each request has
one. What stands in it is the same, so a test compares the two.
"""

from json.encoder import encode_basestring_ascii

import structlog

from openslot.kernel.clock import now_text
from openslot.observability.logs import LogLines


class RequestLog:
    """Writes a line for each request of one process."""

    def __init__(self, lines: LogLines | None) -> None:
        """Without `lines` the general way is gone; so it is where nothing is to be logged."""
        self._lines = lines
        self._log = structlog.get_logger("openslot.web")
        self._middles: dict[tuple[str, str, int], str] = {}  # of few routes, methods and statuses

    def write(
        self, request_id: str, account: str | None, key: tuple[str, str, int], ms: float
    ) -> None:
        """`key` is route, method and status; the route, not the path: ids are nobody's business."""
        if self._lines is None:
            route, method, status = key
            self._log.info(
                "request",
                requestId=request_id,
                account=account,
                method=method,
                route=route,
                status=status,
                ms=ms,
            )
            return
        middle = self._middles.get(key)
        if middle is None:
            middle = self._middle(*key)
        named = "null" if account is None else encode_basestring_ascii(account)
        line = (
            f'{{"requestId": {encode_basestring_ascii(request_id)}, "account": {named}, {middle}'
            f'"ms": {ms}, "event": "request", "level": "info", "timestamp": "{now_text()}"}}\n'
        )
        self._lines.add(line, len(line))

    def _middle(self, route: str, method: str, status: int) -> str:
        middle = (
            f'"method": {encode_basestring_ascii(method)}, '
            f'"route": {encode_basestring_ascii(route)}, "status": {status}, '
        )
        if len(self._middles) < 2000:  # a client may make up methods
            self._middles[route, method, status] = middle
        return middle
