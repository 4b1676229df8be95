"""Counts for Prometheus, at `/metrics` for whoever has the metrics token."""

import hmac
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openslot.app import App
from openslot.delivery.model.outcome import Result
from openslot.delivery.outbox import waiting
from openslot.kernel.errors import NotFound
from openslot.observability.background_sender import BackgroundSender

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10)


class Metrics:
    """What one process has answered."""

    def __init__(self, token: str, senders: Sequence[BackgroundSender[Any]] = ()) -> None:
        """Without a token nobody may read them. `senders` count themselves what they drop."""
        self._token = token
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        ProcessCollector(registry=self._registry)
        self._registry.register(self._requests)
        self._registry.register(_Dropped(senders))
        self._waiting = Gauge(
            "openslot_outbox_waiting",
            "What is not done: due, or to be tried again",
            ("channel",),
            registry=self._registry,
        )
        self._oldest = Gauge(
            "openslot_outbox_oldest_seconds",
            "How long the oldest one that is due waits",
            ("channel",),
            registry=self._registry,
        )

    def count(self, key: tuple[str, str, int], seconds: float) -> None:
        """Counts a request by route, method and status.

        The route is the path as in the route table, never with ids.
        """
        self._requests.count(key, seconds)

    def routes(self, app: App) -> list[Route]:
        """`/metrics`."""

        async def show(request: Request) -> Response:
            self._check(request)
            for one in await app.database.read_system("the outbox is looked at", waiting):
                self._waiting.labels(one.channel).set(one.rows)
                self._oldest.labels(one.channel).set(one.oldest_seconds)
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        self._registry.register(_Delivered(app))
        return [Route("/metrics", show)]

    def _check(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if (
            not self._token
            or scheme.lower() != "bearer"
            or not hmac.compare_digest(token.encode(), self._token.encode())
        ):
            raise NotFound("There is nothing at this address")


class _Requests(Collector):
    """Counts of requests, added up where they are read.

    The counters of the library lock and look up labels each time: that took ten times as long.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, list[float]] = {}  # the buckets by route, then the sum of seconds

    def count(self, key: tuple[str, str, int], seconds: float) -> None:
        self._counts[key] = self._counts.get(key, 0) + 1
        times = self._times.get(key[0])
        if times is None:
            times = self._times[key[0]] = [0.0] * (len(_SECONDS) + 2)
        times[bisect_left(_SECONDS, seconds)] += 1
        times[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "openslot_requests",
            "Requests by route, method and status",
            labels=("route", "method", "status"),
        )
        for (route, method, status), number in self._counts.items():
            requests.add_metric((route, method, str(status)), number)
        yield requests
        took = HistogramMetricFamily(
            "openslot_request_seconds", "How long requests took, by route", labels=("route",)
        )
        bounds = [*map(floatToGoString, _SECONDS), "+Inf"]
        for route, (*buckets, total) in self._times.items():
            took.add_metric((route,), list(zip(bounds, accumulate(buckets), strict=True)), total)
        yield took


class _Dropped(Collector):
    """Counts that are read where they are made."""

    def __init__(self, senders: Sequence[BackgroundSender[Any]]) -> None:
        self._senders = senders

    def collect(self) -> Iterator[CounterMetricFamily]:
        for sender in self._senders:
            name, what = f"openslot_{sender.name}_dropped", sender.name.replace("_", " ")
            says = f"How many {what} had no room or could not be written or sent"
            yield CounterMetricFamily(name, says, value=sender.dropped)


class _Delivered(Collector):
    """What this process has sent."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[CounterMetricFamily]:
        made = CounterMetricFamily(
            "openslot_deliveries",
            "Attempts to deliver, by channel and what followed",
            labels=("channel", "outcome"),
        )
        for result in Result:
            made.add_metric(("webhook", result), self._app.webhook_lanes.counts[result])
            for lane in self._app.message_lanes:
                made.add_metric((lane.channel, result), lane.counts[result])
        yield made
