"""When a customer is reminded of an appointment. Pure.

Source: the contract's section on reminders.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from openslot.delivery.messages.quiet_hours import QuietHours, outside
from openslot.kernel.clock import MINUTE_MS, Millis, Minute, instant_of_minute
from openslot.scheduling.model.zones import instant_at

BEFORE = r"^P([1-9][0-9]?D|T[1-9][0-9]{0,3}H|T[1-9][0-9]{0,4}M)$"
MOST_DAYS = 60
_PARTS = re.compile(r"P(?:(\d+)D|T(\d+)H|T(\d+)M)")


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """How long before the start: days of wall time at the branch, or minutes that elapse."""

    days: int = 0  # 0: by minutes
    minutes: int = 0
    at: int | None = None  # with days: another wall time of that day, in minutes after midnight

    @property
    def key(self) -> str:
        """A text that equal rules share, and no others."""
        if self.days:
            return f"P{self.days}D" if self.at is None else f"P{self.days}D@{self.at}"
        return f"PT{self.minutes}M"


def reminder_rule(document: Mapping[str, Any]) -> ReminderRule | None:
    """The rule of an entry of the account file; None: `before` or `at` cannot be read."""
    at = document.get("at")
    return _rule_of(str(document.get("before")), None if at is None else str(at))


@lru_cache(maxsize=1024)
def _rule_of(before: str, text: str | None) -> ReminderRule | None:
    parts = _PARTS.fullmatch(before)
    if parts is None:
        return None
    days, hours, minutes = (int(part or 0) for part in parts.groups())
    at = None
    if text is not None:
        hour, _, minute = text.partition(":")
        if not (hour.isdecimal() and minute.isdecimal()):
            return None
        at = int(hour) * 60 + int(minute)
    return ReminderRule(days, hours * 60 + minutes, at)


def rules_of(
    services: Iterable[Mapping[str, Any]], default: Iterable[str]
) -> dict[ReminderRule, tuple[str, ...]]:
    """The rules of all services of an appointment, each once, with the channels that it goes by.

    `services` are the documents of services; `default` are the channels of rules that name none.
    """
    channels: dict[ReminderRule, dict[str, None]] = {}
    for service in services:
        for entry in service.get("reminders", ()):
            rule = reminder_rule(entry)
            if rule is not None:
                named = entry.get("channels")
                ways = tuple(default) if named is None else named
                channels.setdefault(rule, {}).update(dict.fromkeys(ways))
    return {rule: tuple(found) for rule, found in channels.items()}


def reminder_due(
    rule: ReminderRule, start: Minute, zone: ZoneInfo, quiet: QuietHours | None, now: Millis
) -> Minute | None:
    """When a rule reminds of a start; None: not at all, since it would be too late."""
    due = _instant(rule, start, zone)
    if due * MINUTE_MS < now or due >= start:
        return None
    moved = due if quiet is None else outside(quiet, due, zone, now)
    return moved if moved < start else None


def is_too_late(due: Millis, start: Minute, now: Millis) -> bool:
    """Whether less than half of the time between a reminder's due time and the start is left."""
    starts_at = start * MINUTE_MS
    return 2 * (starts_at - now) < starts_at - due


def _instant(rule: ReminderRule, start: Minute, zone: ZoneInfo) -> Minute:
    if not rule.days:
        return start - rule.minutes
    local = instant_of_minute(start).astimezone(zone)
    wall = local.hour * 60 + local.minute if rule.at is None else rule.at
    return instant_at(local.date() - timedelta(days=rule.days), wall, zone, ends=False)
