"""A receiver of traces, as an operator has one: OTLP over HTTP, read by OpenTelemetry's types."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """What a receiver shows of a span."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    failed: bool


@dataclass
class Receiver:
    """Where it is, and what it got."""

    port: int
    texts: list[bytes] = field(default_factory=list)  # the bytes of every message
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    goes: threading.Event = field(default_factory=threading.Event)  # it hangs until this is set

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send traces here."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
        }

    def take(self, message: bytes) -> None:
        """Reads a message."""
        self.texts.append(message)
        for resource in ExportTraceServiceRequest.FromString(message).resource_spans:
            self.services.add(_values(resource.resource.attributes)["service.name"])
            for scope in resource.scope_spans:
                self.spans += map(_span, scope.spans)


@contextmanager
def receiving(*, goes: bool = True) -> Iterator[Receiver]:
    """A receiver on a free port, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.goes.wait(20)
            if self.headers.get("Content-Encoding") == "gzip":
                message = gzip.decompress(message)
            receiver.take(message)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # who sent it has given up

    with Listener(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_address[1])
        if goes:
            receiver.goes.set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver
        receiver.goes.set()
        server.shutdown()


def _span(sent: Any) -> Span:
    ids = (sent.trace_id.hex(), sent.span_id.hex(), sent.parent_span_id.hex())
    assert not sent.events
    assert not sent.links
    assert not sent.trace_state
    return Span(sent.name, sent.kind, *ids, _values(sent.attributes), sent.status.code == 2)


def _values(attributes: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in attributes}
