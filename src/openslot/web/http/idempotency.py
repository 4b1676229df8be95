"""`Idempotency-Key`: which requests are the same, and how a response is recorded for a key."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import Scope

from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault
from openslot.scheduling.booking.idempotency import IdempotencyKey, RecordedOutcome
from openslot.web.http.response import Response

_FORM = re.compile(r"[\x21-\x7e]{1,255}")


def faults_of(headers: Mapping[str, str]) -> Sequence[Fault]:
    """What is wrong with the header, if it is there."""
    if _FORM.fullmatch(headers.get("idempotency-key", "-")):
        return ()
    detail = "Idempotency-Key must be 1 to 255 visible ASCII characters"
    return (Fault("", "invalid_value", detail),)


def key_of(actor: Actor, headers: Mapping[str, str], scope: Scope, body: Any) -> IdempotencyKey:
    """The key of a request; `body` is its JSON as plain values."""
    key = headers.get("idempotency-key")
    if key is None:
        return IdempotencyKey(actor.id, None, b"")
    query = scope["query_string"].decode("latin-1")
    path = f"{scope['path']}?{query}" if query else scope["path"]
    return IdempotencyKey(actor.id, key, fingerprint_of(scope["method"], path, body))


def fingerprint_of(method: str, path: str, body: object) -> bytes:
    """SHA-256 of a request: the same JSON in another order or spacing is the same request."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(
        f"{method}\n{path}\n{canonical}".encode("utf-8", "surrogatepass")
    ).digest()


def outcome_of(response: Response) -> RecordedOutcome:
    """A response as it is recorded."""
    return RecordedOutcome(response.status, json.dumps(dict(response.headers)), response.body)


def replayed(outcome: RecordedOutcome) -> Response:
    """The response that was recorded, marked as one from before."""
    headers = {**json.loads(outcome.details), "Idempotency-Replayed": "true"}
    return Response(outcome.code, outcome.content, headers)
