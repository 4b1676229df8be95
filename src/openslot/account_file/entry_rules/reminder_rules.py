"""The rules for the reminders of a service."""

from collections.abc import Iterator
from typing import Any

from openslot.account_file.faults import pointer_of
from openslot.account_file.tolerant import mappings, texts
from openslot.delivery.messages.reminders import MOST_DAYS, ReminderRule, reminder_rule
from openslot.kernel.errors import Fault

Path = tuple[str | int, ...]
_MOST_MINUTES = MOST_DAYS * 1440


def broken_rules(service: dict[str, Any], above: Path = ()) -> Iterator[Fault]:
    """What is wrong between the reminders of one service; `above` is its place in the document."""
    seen: set[tuple[ReminderRule, tuple[str, ...] | None]] = set()
    for position, entry in mappings(service, "reminders"):
        path = (*above, "reminders", position)
        rule = reminder_rule(entry)
        if rule is None:
            continue
        if rule.days > MOST_DAYS or rule.minutes > _MOST_MINUTES:
            yield Fault(
                pointer_of((*path, "before")), "out_of_range", f"at most {MOST_DAYS} days before"
            )
        if rule.at is not None and not rule.days:
            yield Fault(
                pointer_of((*path, "at")),
                "invalid_value",
                "`at` goes with days before, such as P1D; remove it here",
            )
        channels = [text for _, text in texts(entry, "channels")]
        if len(set(channels)) < len(channels):
            yield Fault(pointer_of((*path, "channels")), "duplicate", "each channel once")
        of_account = entry.get("channels") is None
        same = rule, None if of_account else tuple(sorted(channels))
        if same in seen:
            yield Fault(pointer_of(path), "duplicate", "another reminder says the same; remove one")
        seen.add(same)
