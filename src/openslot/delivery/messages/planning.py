"""Messages follow from events, right after the commit of what they tell of."""

from collections.abc import Mapping, Sequence, Set

from openslot.delivery.messages.consequences import Act, Surroundings, consequences
from openslot.delivery.messages.message_rules import MessageRules, message_rules
from openslot.delivery.model.message import Message, ToldState
from openslot.delivery.model.message_kinds import EMAIL, MESSAGE_CHANNELS, SMS
from openslot.delivery.store import messages as store
from openslot.kernel.actor import CUSTOMER
from openslot.scheduling.booking import appointments
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.events import RESERVATION_EXPIRED
from openslot.scheduling.model.zones import zone_named
from openslot.storage.accounts import Account
from openslot.storage.journal.events import Event
from openslot.storage.transactions import AccountTx

_ERASED = "appointment.erased"
_BY_RETENTION = ["operator", "retention"]


def plan(tx: AccountTx, dispatched: Sequence[Event], set_up: Set[str]) -> None:
    """Plans and drops messages as events ask for; `set_up` are the installation's channels."""
    acts = [event for event in dispatched if event.type != RESERVATION_EXPIRED]
    if not acts:
        return
    rules = account_rules(tx.account, set_up)
    booking_ids = list(dict.fromkeys(event.booking_id for event in acts))
    before: dict[str, list[Message]] = {id_: [] for id_ in booking_ids}
    present = store.of_bookings(tx, booking_ids)
    if not rules.set_up and not present:
        return
    for message in present:
        before[message.booking_id].append(message)
    after = {id_: list(found) for id_, found in before.items()}
    booked = {one.id: one for one in appointments.by_ids(tx, booking_ids)}
    for event in acts:
        id_ = event.booking_id
        if event.type == _ERASED:
            tx.wipes = True
        around = _surroundings(tx, event, booked.get(id_), rules)
        after[id_] = consequences(after[id_], _act(event), around)
    _write(tx, before, after)
    over = [e.booking_id for e in acts if e.type == _ERASED and e.data["actor"] == _BY_RETENTION]
    if over:
        store.delete_of_bookings(tx, over)


def account_rules(account: Account, set_up: Set[str]) -> MessageRules:
    """The rules of an account; a sandbox has every channel, since nothing leaves it."""
    return message_rules(account.content, set(MESSAGE_CHANNELS) if account.sandbox else set_up)


def recipients_of(appointment: Appointment | None) -> dict[str, str]:
    """Where a customer can be reached, by channel."""
    customer = (appointment.customer if appointment else None) or {}
    found = {EMAIL: customer.get("email"), SMS: customer.get("phoneE164")}
    return {channel: address for channel, address in found.items() if address}


def language_of(tx: AccountTx, appointment: Appointment | None) -> str:
    """The locale in which a customer is written to."""
    spoken = appointment.language if appointment else None
    return spoken or str(tx.account.content["locales"][0])


def state_of(appointment: Appointment) -> ToldState:
    """How an appointment stands now."""
    at = appointment.placement
    return ToldState(appointment.status, at.branch_id, at.service_ids, at.start, at.end)


def _act(event: Event) -> Act:
    facts = event.data
    state = ToldState(
        facts["status"],
        facts["branch_id"],
        tuple(facts["service_ids"]),
        facts["start"],
        facts["end"],
    )
    side, notified = facts.get("side", CUSTOMER), facts.get("notified", True)
    return Act(event.booking_id, event.version, event.type, event.at, side, notified, state)


def _surroundings(
    tx: AccountTx, event: Event, appointment: Appointment | None, rules: MessageRules
) -> Surroundings:
    services = current_catalogue(tx).services
    return Surroundings(
        recipients=recipients_of(appointment),
        language=language_of(tx, appointment),
        zone=zone_named(event.data["time_zone"]),
        services=[services[id_].document for id_ in event.data["service_ids"] if id_ in services],
        rules=rules,
        real_now=tx.real_now,
    )


def _write(
    tx: AccountTx,
    before: Mapping[str, Sequence[Message]],
    after: Mapping[str, Sequence[Message]],
) -> None:
    present = {one.id: one for found in before.values() for one in found}
    now = [one for found in after.values() for one in found]
    store.update_each(tx, [m for m in now if m.id in present and m != present[m.id]])
    store.insert_each(tx, [m for m in now if m.id not in present])
