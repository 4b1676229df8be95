"""Traces, received by a real receiver: what they hold, and that nobody waits for them."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from journeys.serving import Installation, installed
from journeys.town import API, Desk, account_file
from openslot.observability.traces import are_wanted
from ports import free_port

from .receiver import Receiver, Span, receiving

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
METRICS = "a-token-for-metrics"
HIDDEN = ("ann@example.org", "customer", "violoncello", "tracestate-of-ann")


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_SERVICE_NAME": "openslot"}, False),
    ],
)
def test_variables_ask_for_traces(variables: dict[str, str], wanted: bool) -> None:
    assert are_wanted(variables) is wanted


@pytest.mark.slow
def test_without_variables_nothing_is_imported() -> None:
    program = (
        "import sys, openslot.web.processes\n"
        "from openslot.observability.traces import open_traces\n"
        "assert open_traces() is None\n"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout == "[]\n"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One with a client."""
    return installed(tmp_path, account_file())


def traced(installation: Installation, **variables: str) -> Installation:
    """The same one, whose server has these variables too."""
    return replace(installation, environment={**installation.environment, **variables})


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_requests_and_their_transactions_are_spans(
    installation: Installation, workers: int
) -> None:
    client = installation.clients["acme", "website"]
    with (
        receiving() as receiver,
        traced(installation, **receiver.environment).serving(workers=workers) as server,
    ):
        with server.wire() as wire:
            desk = Desk.at(wire, client)
            wire.ask(desk.reserve("single", next(desk.starts(wire, "single"))))
        with httpx.Client(base_url=server.url) as http:
            called(http, desk.token)
        server.stop()
    assert receiver.services == {"openslot"}
    below = [span for span in receiver.spans if span.trace_id == TRACE]
    (request,) = [span for span in below if span.kind == 2]
    assert request.parent_id == PARENT
    assert request.name == f"GET {API}/branches"
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": f"{API}/branches",
        "http.response.status_code": 200,
        "openslot.account": "acme",
    }
    assert {s.parent_id for s in below if s is not request} == {request.span_id}
    assert {s.name for s in below if s is not request} == {"transaction read_system"}
    reserved = named(receiver, f"POST {API}/reservations")
    within = {s.name for s in receiver.spans if s.parent_id == reserved.span_id}
    assert within == {"transaction read_system", "transaction write_concurrently"}
    assert reserved.attributes["http.response.status_code"] == 201
    assert named(receiver, "GET none").attributes["http.response.status_code"] == 404
    text = b"".join(receiver.texts)
    for hidden in (*HIDDEN, client.client_secret, desk.token, desk.token.split(".")[2]):
        assert hidden.encode() not in text, hidden


def called(http: httpx.Client, token: str) -> None:
    """Calls with everything that must not be in a span; one of them names a parent."""
    bearer = {"Authorization": f"Bearer {token}"}
    parent = {
        "traceparent": f"00-{TRACE}-{PARENT}-01",
        "tracestate": "vendor=tracestate-of-ann",
    }
    assert http.get(f"{API}/branches", headers=bearer | parent).status_code == 200
    query = {"email": "ann@example.org"}
    assert http.get(f"{API}/services", params=query, headers=bearer).status_code == 422
    search = {"customer": {"personalIdentifier": "violoncello"}}
    http.post(f"{API}/appointments/search", json=search, headers=bearer)
    assert http.get("/customer/ann@example.org").status_code == 404
    for wrong in ("00-0-0-0", "x", f"00-{'0' * 32}-{PARENT}-01", "\u00e9"):
        headers = {"traceparent": wrong.encode()}
        assert http.get("/health/live", headers=headers).status_code == 200


def named(receiver: Receiver, name: str) -> Span:
    """The first span of this name."""
    return next(span for span in receiver.spans if span.name == name)


@pytest.mark.slow
@pytest.mark.parametrize("gone", [True, False])
def test_a_receiver_that_is_gone_or_hangs_changes_nothing(
    installation: Installation, gone: bool
) -> None:
    """Responses come, the stop is in time, and lost spans are counted."""
    with receiving(goes=False) as receiver:
        variables = receiver.environment
        if gone:
            variables = {**variables, ENDPOINT: f"http://127.0.0.1:{free_port()}"}
        with traced(installation, **variables).serving(metrics_token=METRICS) as server:
            with httpx.Client(base_url=server.url) as http:
                began = time.monotonic()
                for _ in range(50):
                    assert http.get("/health/ready").status_code == 200
                assert time.monotonic() - began < 5
                bearer = {"Authorization": f"Bearer {METRICS}"}
                until = time.monotonic() + 30
                while dropped(http.get("/metrics", headers=bearer).text) < 50:
                    assert time.monotonic() < until, "nothing is counted"
                    time.sleep(0.2)
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 6


@pytest.mark.slow
def test_without_the_library_the_server_serves_and_says_so(installation: Installation) -> None:
    program = (
        sys.executable,
        "-c",
        "import sys\nsys.modules['opentelemetry'] = None\nfrom openslot.cli.main import run\nrun()",
    )
    without = traced(replace(installation, program=program), **{ENDPOINT: "http://127.0.0.1:9"})
    with without.serving() as server:
        assert httpx.get(f"{server.url}/health/ready").status_code == 200
        server.stop()
    assert "install the extra `traces`" in server.log.read_text()


def dropped(metrics: str) -> float:
    """How many spans are lost, as `/metrics` says it."""
    (value,) = (
        line.split()[1]
        for line in metrics.splitlines()
        if line.startswith("openslot_spans_dropped_total ")
    )
    return float(value)
