"""A webhook, and how what is asked of one can be refused."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.kernel.errors import Conflict, PreconditionFailed

EVERY_TYPE = "*"
TEST = "webhook.test"  # a type that is in no list of events, and goes out whatever is subscribed
MOST_OF_AN_ACCOUNT = 20

# Why it was disabled by itself
GONE = "gone"  # it answered 410
FAILING = "failing"  # nothing but failures for long


class TooManyWebhooks(Conflict):
    """Delete one that nobody needs first."""

    code = "too_many_webhooks"
    title = f"The account has {MOST_OF_AN_ACCOUNT} webhooks already"


class WebhookKeyTaken(Conflict):
    """Choose another key: it is the account file's name for one webhook."""

    code = "webhook_key_taken"
    title = "The account has a webhook with this key already"


class WebhookChanged(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The webhook has changed meanwhile; read it again"


class WebhookInactive(Conflict):
    """Nothing is sent there. Enable it first with `active: true`."""

    code = "webhook_inactive"
    title = "The webhook is not active; enable it first"


@dataclass(frozen=True, slots=True)
class WebhookContent:
    """What its owner says of a webhook."""

    key: str
    url: str
    events: tuple[str, ...] = (EVERY_TYPE,)
    active: bool = True
    include_customer: bool = False
    description: str = ""

    def wants(self, event_type: str) -> bool:
        """Whether it is told of events of a type."""
        return EVERY_TYPE in self.events or event_type in self.events


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events, and how it has done lately."""

    id: str
    version: int
    content: WebhookContent
    disabled_reason: str | None
    failures: int  # failed attempts since the last success
    failing_since: Millis | None
    last_success_at: Millis | None
    created_at: Millis


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A secret that signs what is sent; sealed."""

    id: str
    sealed: bytes
    created_at: Millis
    last_used_at: Millis | None
