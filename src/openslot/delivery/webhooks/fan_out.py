"""What an event leads to: a delivery for each webhook that wants it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from openslot.calendars.uids import CalendarUids
from openslot.delivery import sandbox
from openslot.delivery.event_payload import event_payload
from openslot.delivery.model.webhook import Webhook
from openslot.delivery.model.webhook_delivery import NewDelivery
from openslot.delivery.store import webhook_deliveries, webhooks
from openslot.delivery.store.webhook_deliveries import packed
from openslot.delivery.webhooks.requests import signed_headers
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.events import RESERVATION_EXPIRED
from openslot.storage.journal.events import Event
from openslot.storage.transactions import AccountTx

_ERASED = "appointment.erased"
_TOLD_OF_CUSTOMERS = ("firstName", "lastName", "email", "phoneNumber", "dateOfBirth")


def fan_out(
    tx: AccountTx, dispatched: Sequence[Event], uids: CalendarUids, webhook_key: bytes
) -> None:
    """Queues a delivery of each event for each active webhook that wants it."""
    erased = {event.booking_id for event in dispatched if event.type == _ERASED}
    if erased:
        tx.wipes = True
        webhook_deliveries.forget_people(tx, list(erased))
        sandbox.forget(tx, list(erased))
        # What was still on its way into the queue goes out without the person, too.
        dispatched = [
            replace(event, customer=None) if event.booking_id in erased else event
            for event in dispatched
        ]
    for webhook in webhooks.all_webhooks(tx) if dispatched else ():
        wanted = [event for event in dispatched if webhook.content.wants(event.type)]
        if webhook.content.active and wanted:
            queue(tx, webhook, wanted, uids, webhook_key)


def queue(
    tx: AccountTx,
    webhook: Webhook,
    wanted: Sequence[Event],
    uids: CalendarUids,
    webhook_key: bytes,
) -> None:
    """Queues deliveries of events; in a sandbox account they are recorded and done."""
    payloads = {event.id: event_payload(event, tx.account.name, uids) for event in wanted}
    if webhook.content.include_customer:
        for id_, customer in _customers(tx, wanted).items():
            payloads[id_]["data"]["customer"] = customer
    made = [
        NewDelivery(one.id, one.type, one.booking_id, one.position, packed(payloads[one.id]))
        for one in wanted
    ]
    webhook_deliveries.insert_each(tx, webhook.id, made, sent=tx.account.sandbox)
    if tx.account.sandbox:
        record_in_sandbox(tx, webhook, made, webhook_key)


def record_in_sandbox(
    tx: AccountTx, webhook: Webhook, made: Sequence[NewDelivery], webhook_key: bytes
) -> None:
    """Notes the requests that would have been sent."""
    for new in made:
        headers = signed_headers(tx, webhook.id, new.event_id, new.body, webhook_key)
        content = {
            "to": webhook.content.url,
            "headers": headers,
            "payload": new.body,
            "webhook": webhook.id,
        }
        sandbox.record(tx, new.event_id, new.type, sandbox.WEBHOOK, new.booking_id, content)


def _customers(tx: AccountTx, wanted: Sequence[Event]) -> dict[str, dict[str, Any] | None]:
    """Who came, by the id of the event, as it was after the change. None: erased.

    Of events that do not tell it any more it is who comes now.
    """
    told = [one for one in wanted if one.type != RESERVATION_EXPIRED]
    unknown = {e.booking_id for e in told if e.customer is None and e.type != _ERASED}
    now = {one.id: one.customer for one in appointments.by_ids(tx, unknown)} if unknown else {}
    found = {}
    for one in told:
        customer = one.customer
        if customer is None and one.type != _ERASED:
            customer = now.get(one.booking_id)
        found[one.id] = (
            None if customer is None else {n: customer.get(n) for n in _TOLD_OF_CUSTOMERS}
        )
    return found
