"""Traces sent as OTLP over HTTP by OpenTelemetry's own library, which reads its own variables."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from openslot.observability.background_sender import BackgroundSender

_MOST_SPANS = 10_000  # that wait to be sent
_SPANS_AT_ONCE = 512
_PAUSE_SECONDS = 1.0
_CALLER = TraceContextTextMapPropagator()


class OtlpTraces:
    """Spans that hold a route, a method, a status and an account's key, and nothing else."""

    def __init__(self) -> None:
        """The exporter connects when there is something to send."""
        self._exporter = OTLPSpanExporter()
        self.spans: BackgroundSender[ReadableSpan] = BackgroundSender(
            "spans", self._send, most=_MOST_SPANS, pause_seconds=_PAUSE_SECONDS
        )
        provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        provider.add_span_processor(_Queued(self.spans))
        self._tracer = provider.get_tracer("openslot")

    @contextmanager
    def request(self, traceparents: Sequence[str]) -> Iterator["OtlpRequestSpan"]:
        """A span, below the caller's if exactly one `traceparent` says which that is.

        The caller's `tracestate` is not taken: it may hold anything.
        """
        # W3C Trace Context §3.2.2: more than one is none
        carrier = {"traceparent": traceparents[0]} if len(traceparents) == 1 else {}
        with self._tracer.start_as_current_span(
            "request",
            context=_CALLER.extract(carrier),
            kind=trace.SpanKind.SERVER,
            record_exception=False,  # their texts may hold what is nobody's business
            set_status_on_exception=False,
        ) as span:
            yield OtlpRequestSpan(span)

    def transaction(self, kind: str) -> AbstractContextManager[object]:
        """A span of a transaction, below that of the request that it belongs to.

        What the background reads has none: it looks several times a second whether there is work.
        """
        outside = not trace.get_current_span().get_span_context().is_valid
        if outside and kind.startswith("read"):
            return nullcontext()
        return self._tracer.start_as_current_span(
            f"transaction {kind}",
            kind=trace.SpanKind.INTERNAL,
            record_exception=False,
            set_status_on_exception=False,
        )

    def _send(self, spans: list[ReadableSpan]) -> int:
        lost = 0
        for first in range(0, len(spans), _SPANS_AT_ONCE):
            some = spans[first : first + _SPANS_AT_ONCE]
            if self._exporter.export(some) is not SpanExportResult.SUCCESS:
                lost += len(some)
        return lost


class OtlpRequestSpan:
    """The span of one request."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def describe(self, method: str, route: str, status: int, account: str | None) -> None:
        """Says what it was, in the names of OpenTelemetry's conventions for HTTP."""
        self._span.update_name(f"{method} {route}")
        self._span.set_attribute("http.request.method", method)
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if account is not None:
            self._span.set_attribute("openslot.account", account)
        if status >= 500:
            self._span.set_status(trace.StatusCode.ERROR)


class _Queued(SpanProcessor):
    """Puts what has ended into the queue."""

    def __init__(self, spans: BackgroundSender[ReadableSpan]) -> None:
        self._spans = spans

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is not None and span.context.trace_flags.sampled:
            self._spans.add(span)


def _resource() -> Resource:
    """What the variables say of this process; its service is called openslot if they do not."""
    named = "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if named or os.environ.get("OTEL_SERVICE_NAME"):
        return Resource.create()
    return Resource.create({"service.name": "openslot"})
