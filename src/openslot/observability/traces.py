"""Whether OpenTelemetry traces are wanted, and what the program asks of them."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import structlog

from openslot.observability.background_sender import BackgroundSender

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")

TransactionSpan = Callable[[str], AbstractContextManager[object]]


class RequestSpan(Protocol):
    """The span of one request."""

    def describe(self, method: str, route: str, status: int, account: str | None) -> None:
        """Says what it was; `route` is the path as in the route table, `account` its key."""


class Traces(Protocol):
    """Spans of requests and transactions; never one that anybody waits for."""

    spans: BackgroundSender[Any]

    def request(self, traceparents: Sequence[str]) -> AbstractContextManager[RequestSpan]:
        """A span, below the caller's if exactly one `traceparent` says which that is."""

    def transaction(self, kind: str) -> AbstractContextManager[object]:
        """A span of a transaction, below that of the request that it belongs to."""


def are_wanted(environment: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's variables say where traces go, and do not turn them off."""
    return (
        any(environment.get(name) for name in _ENDPOINTS)
        and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and environment.get("OTEL_TRACES_EXPORTER", "otlp") != "none"
    )


def open_traces() -> Traces | None:
    """The traces that the environment asks for; None: none, and nothing is imported."""
    if not are_wanted(os.environ):
        return None
    try:
        from openslot.observability.otlp_traces import OtlpTraces  # noqa: PLC0415
    except ImportError:
        structlog.get_logger("openslot.traces").warning(
            "no traces: install the extra `traces`, or unset " + " and ".join(_ENDPOINTS)
        )
        return None
    return OtlpTraces()
