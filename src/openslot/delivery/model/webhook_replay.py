"""A replay: events of a time, sent to a webhook again."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class WebhookReplay:
    """Which events a webhook is sent again, and how far that is."""

    id: str
    webhook_id: str
    after: int  # the position of the last event that was looked at
    until: int  # of the last one to look at
    since: Millis  # by the account's clock
    before: Millis  # exclusive
    delivered_too: bool  # those as well that the webhook has answered with 2xx
