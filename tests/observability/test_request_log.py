"""The line of a request, put together by hand, is the one that the general way would write."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openslot.observability.logs import configure_logs
from openslot.web.http.serving.request_log import RequestLog

KEYS = [
    ("/oauth2/token", "POST", 200),
    ('/strange "route" \\ \x00 é', 'ME"TH\\OD\n', 599),
]


@pytest.mark.usefixtures("logs_as_before")
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("account", [None, "acme", 'a"b\\c\n'])
def test_both_ways_write_the_same_line(
    tmp_path: Path, key: tuple[str, str, int], account: str | None
) -> None:
    path = tmp_path / "log"
    with path.open("ab") as file:
        lines = configure_logs("info", file.fileno())
        for log in (RequestLog(lines), RequestLog(None)):
            log.write("0198-f7", account, key, 1.25)
        lines.flush()
    by_hand, generally = [json.loads(line) for line in path.read_text().splitlines()]
    first, second = (datetime.fromisoformat(one.pop("timestamp")) for one in (by_hand, generally))
    assert timedelta() <= second - first < timedelta(minutes=1)
    assert by_hand == generally
    assert list(by_hand) == list(generally)


def test_made_up_methods_do_not_fill_the_memory() -> None:
    written: list[Any] = []

    class Lines:
        def add(self, line: str, weight: int) -> None:
            written.append((line, weight))

    log = RequestLog(Lines())  # type: ignore[arg-type]
    for number in range(2100):
        log.write("id", None, ("/", f"METHOD{number}", 405), 0.1)
    assert len(written) == 2100
    assert len(log._middles) == 2000
