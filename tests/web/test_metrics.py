"""What Prometheus reads of requests: read by its own library."""

from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from openslot.web.http.serving.metrics import Metrics


def test_requests_are_counted_and_their_times_add_up() -> None:
    metrics = Metrics("token")
    for seconds in (0.0004, 0.0005, 0.003, 60):
        metrics.count(("/oauth2/token", "POST", 200), seconds)
    metrics.count(("/oauth2/token", "POST", 401), 0.003)
    metrics.count(("none", "GET", 404), 0.02)
    families = {
        family.name: family
        for family in text_string_to_metric_families(generate_latest(metrics._registry).decode())
    }
    requests = families["openslot_requests"]
    assert requests.type == "counter"
    assert {
        (s.labels["route"], s.labels["method"], s.labels["status"]): s.value
        for s in requests.samples
    } == {
        ("/oauth2/token", "POST", "200"): 4,
        ("/oauth2/token", "POST", "401"): 1,
        ("none", "GET", "404"): 1,
    }
    seconds = families["openslot_request_seconds"]
    assert seconds.type == "histogram"
    of_token = [s for s in seconds.samples if s.labels["route"] == "/oauth2/token"]
    buckets = {s.labels["le"]: s.value for s in of_token if s.name.endswith("_bucket")}
    assert len(buckets) == 13
    assert (buckets["0.0005"], buckets["0.002"], buckets["0.005"]) == (2, 2, 4)
    assert (buckets["10.0"], buckets["+Inf"]) == (4, 5)
    rest = {s.name: s.value for s in of_token if not s.name.endswith("_bucket")}
    assert rest["openslot_request_seconds_count"] == 5
    assert abs(rest["openslot_request_seconds_sum"] - 60.0069) < 1e-9
