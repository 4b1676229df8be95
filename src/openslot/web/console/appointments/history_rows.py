"""The history of an appointment, in words: when, who, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS, Minute, minute_of
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.zones import local_date
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.language.vocabulary import Words

ActorNames = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change."""

    time: str
    by: str
    what: str
    details: Sequence[str]


class HistoryRows:
    """Makes the rows of one appointment."""

    def __init__(
        self,
        request: ConsoleRequest,
        localized: LocalizedCatalogue,
        zone: ZoneInfo,
        names: ActorNames,
    ) -> None:
        """Times are those of `zone`; `names` are those of `identity.people.actor_names`."""
        self._words = request.words
        self._formats = request.formats
        self._localized = localized
        self._zone = zone
        self._names = names

    def rows(self, changes: Sequence[AppointmentChange]) -> list[HistoryRow]:
        """Every change, in the order in which they are given."""
        return [
            HistoryRow(
                self._short(one.at // MINUTE_MS),
                actor_name(self._words, one, self._names),
                _change_words(self._words).get(one.change, one.change),
                self._details(one),
            )
            for one in changes
        ]

    def _short(self, at: Minute) -> str:
        day = self._formats.short_day(local_date(at, self._zone))
        return f"{day}, {self._formats.time(at, self._zone)}"

    def _details(self, one: AppointmentChange) -> list[str]:
        say, old, new = self._words.say, one.old or {}, one.new or {}
        found = [
            *self._time(old, new),
            *self._resources(old, new),
            *(self._fields(new["fields"]) if "fields" in new else []),
        ]
        if new.get("override"):
            found.append(say("Rules broken"))
        if new.get("reason"):
            found.append(say("Reason: {reason}", reason=new["reason"]))
        if not one.notified:
            found.append(say("The customer was not told"))
        return found

    def _time(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
        if "starts_at" not in new:
            return []
        is_ = self._when(new["starts_at"])
        was = self._when(old["starts_at"]) if "starts_at" in old else is_
        return [is_ if was == is_ else self._from_to(was, is_)]

    def _resources(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
        if "resource_ids" not in new:
            return []
        is_ = self._named(new["resource_ids"])
        was = self._named(old["resource_ids"]) if "resource_ids" in old else is_
        return [text for text in [is_ if was == is_ else self._from_to(was, is_)] if text]

    def _from_to(self, old: str, new: str) -> str:
        return self._words.say("From {old} to {new}", old=old, new=new)

    def _when(self, text: str) -> str:
        return self._formats.day_and_time(minute_of(datetime.fromisoformat(text)), self._zone)

    def _named(self, ids: Sequence[str]) -> str:
        resources = self._localized.resources
        return ", ".join(resources[id_].name for id_ in ids if id_ in resources)

    def _fields(self, names: Sequence[str]) -> list[str]:
        if list(names) == ["notes"]:  # said already
            return []
        words = _field_words(self._words)
        return [", ".join(words.get(name, name) for name in names)]


def _change_words(words: Words) -> dict[str, str]:
    return {
        "booked": words.say("Booked"),
        "moved": words.say("Moved"),
        "cancelled": words.say("Cancelled"),
        "arrived": words.say("Arrived"),
        "started": words.say("In service"),
        "completed": words.say("Completed"),
        "no_show": words.say("No-show"),
        "restored": words.say("Undone"),
        "customer_changed": words.say("Customer changed"),
        "notes_changed": words.say("Notes changed"),
        "rebased": words.say("Adjusted to new time zone data"),
        "erased": words.say("Customer data erased"),
    }


def _field_words(words: Words) -> dict[str, str]:
    return {
        "firstName": words.say("First name"),
        "lastName": words.say("Last name"),
        "email": words.say("E-mail address"),
        "phoneNumber": words.say("Phone"),
        "dateOfBirth": words.say("Date of birth"),
        "personalIdentifier": words.say("Identifier"),
        "notes": words.say("Notes"),
    }
