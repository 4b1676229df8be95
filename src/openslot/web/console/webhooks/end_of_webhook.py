"""Why a webhook is disabled, since when and by whom, as the audit trail has it."""

from openslot.delivery.model.webhook import GONE, Webhook
from openslot.identity.people.actor_names import names_of_actors
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.console_request import ConsoleRequest

_MOST_LOOKED_AT = 500  # events of each kind, the newest first


def end_of_webhook(tx: AccountTx, request: ConsoleRequest, webhook: Webhook) -> str:
    """What the page says of a webhook that is disabled."""
    words, times = request.words, account_times(tx, request)
    if webhook.disabled_reason is None:
        event = _latest(tx, "webhook.changed", webhook)
        if event is None:
            return words.say("This webhook is disabled.")
        names = names_of_actors(tx, [(event.actor_type or "", event.actor_id or "")])
        name, at = actor_name(words, event, names), times.text(event.at)
        return words.say("Disabled by {name} since {time}.", name=name, time=at)
    event = _latest(tx, "webhook.disabled", webhook)
    at = times.text(None if event is None else event.at)
    if webhook.disabled_reason == GONE:
        return words.say(
            "Disabled since {time}: its server answered that it is gone (410).", time=at
        )
    return words.say("Disabled since {time}: for three days nothing but failures.", time=at)


def _latest(tx: AccountTx, event_type: str, webhook: Webhook) -> AuditEntry | None:
    wanted = AuditFilter(type=event_type, before_id="~")
    return next(
        (
            event
            for event in audit.events(tx, wanted, _MOST_LOOKED_AT)
            if event.detail.get("webhook") == webhook.id
            and "active" in event.detail.get("fields", ["active"])
        ),
        None,
    )
