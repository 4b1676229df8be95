"""The rules for the addresses of webhooks."""

from collections.abc import Iterator
from typing import Any

from openslot.account_file.faults import pointer_of
from openslot.delivery.outbound.addresses import Reach
from openslot.kernel.errors import Fault

Path = tuple[str | int, ...]


def broken_rules(webhook: dict[str, Any], reach: Reach, above: Path = ()) -> Iterator[Fault]:
    """What is wrong with one webhook's address; `above` is its place in the document."""
    url = webhook.get("url")
    fault = reach.fault(url) if isinstance(url, str) else None
    if fault is not None:
        yield Fault(pointer_of((*above, "url")), fault.code, fault.detail)
