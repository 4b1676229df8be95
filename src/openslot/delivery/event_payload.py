"""An event as programs outside are told of it: by the list of events, and by webhooks."""

from collections.abc import Mapping
from typing import Any

from openslot.calendars.uids import CalendarUids
from openslot.kernel.clock import Minute, instant_of_minute, instant_text
from openslot.scheduling.model.events import RESERVATION_EXPIRED
from openslot.scheduling.model.zones import zone_named
from openslot.storage.journal.events import Event

_PREVIOUS = {
    "status": "status",
    "branch_id": "branchId",
    "resource_ids": "resourceIds",
    "party": "numberOfReservations",
}
_CHANGED = {"time_zone": "timeZone"}


def event_payload(event: Event, account: str, uids: CalendarUids) -> dict[str, Any]:
    """`{id, type, timestamp, data}`, as JSON has it; `account` is the account's name.

    The timestamp is in UTC, slots have the branch's offset. It names nobody.
    Source: the contract's section on events.
    """
    facts = event.data
    calendar = None
    if event.type != RESERVATION_EXPIRED:
        calendar = {"uid": uids.of(event.booking_id), "sequence": facts["sequence"]}
    kind, actor_id = facts["actor"]
    return {
        "id": event.id,
        "type": event.type,
        "timestamp": instant_text(event.at),
        "data": {
            "account": account,
            "appointmentId": event.booking_id,
            "version": event.version,
            "status": facts["status"],
            "branchId": facts["branch_id"],
            "serviceIds": facts["service_ids"],
            "resourceIds": facts["resource_ids"],
            "numberOfReservations": facts["party"],
            "timeSlot": _time_slot(facts, facts["time_zone"]),
            "calendar": calendar,
            "actor": {"type": kind, "id": actor_id},
            "previous": _previous(facts),
            "changed": [_CHANGED.get(part, part) for part in facts["changed"]],
        },
    }


def _previous(facts: Mapping[str, Any]) -> dict[str, Any]:
    previous = facts["previous"]
    shown = {_PREVIOUS[name]: value for name, value in previous.items() if name in _PREVIOUS}
    if "start" in previous:
        shown["timeSlot"] = _time_slot(previous, facts["time_zone"])
    return shown


def _time_slot(facts: Mapping[str, Any], zone: str) -> dict[str, str]:
    return {
        "startTime": _local_text(facts["start"], zone),
        "endTime": _local_text(facts["end"], zone),
    }


def _local_text(minute: Minute, name: str) -> str:
    zone = zone_named(name)
    instant = instant_of_minute(minute)
    return (instant if zone is None else instant.astimezone(zone)).isoformat()
