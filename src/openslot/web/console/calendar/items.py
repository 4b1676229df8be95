"""What stands in a calendar, in words: appointments, blocks, what is held, and free time."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.scopes import APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.model.appointment import CONFIRMED, CalendarEntry
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK
from openslot.scheduling.views.booked_dates import BookedDate, BookedDates
from openslot.scheduling.views.calendars import CalendarClaim, ResourceDay
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame.appointments.appointment_states import person_name, state_word
from openslot.web.console.frame.console_request import ConsoleRequest


class CalendarItem(NamedTuple):
    """Something that takes a time of a resource, or the time that nothing takes."""

    kind: str  # "appointment", "block", "held" or "free"
    begin: Minute
    end: Minute
    name: str  # the whole of it
    time: str
    what: str  # "Passport", "Free", the reason of a block
    href: str = ""
    appointment_id: str = ""
    who: str = ""
    state: str = ""
    status: str = ""
    is_stranded: bool = False
    move: str = ""  # the page that moves it; "" where it cannot be moved
    move_name: str = ""
    cancel: str = ""
    cancel_name: str = ""


class ItemMaker:
    """Makes the items of what was read, as far as the role may act on them."""

    def __init__(
        self, request: ConsoleRequest, booked: BookedDates, localized: LocalizedCatalogue
    ) -> None:
        """Times are those of the branch, names those of the localized catalogue."""
        self._request = request
        self._say = request.words.say
        self._booked = booked
        self._services = localized.services
        zone = booked.branch.zone
        # Said once each, not once for each of a thousand items.
        self._time = cache(lambda minute: request.formats.time(minute, zone))
        self._state = cache(lambda status: state_word(request.words, status))
        self._move, self._cancel = self._say("Move"), self._say("Cancel")
        self._pages = request.link("/console/appointments/")
        self._is_desk = request.may(APPOINTMENTS_MANAGE)
        self.may_resize = request.may(APPOINTMENTS_OVERRIDE)

    def items(self, date: BookedDate, day: ResourceDay) -> list[CalendarItem]:
        """Those of a resource's day, by start."""
        found = [*self._taken(day), *self._free(date, day)]
        return sorted(found, key=lambda item: (item.begin, -item.end, item.kind))

    def _taken(self, day: ResourceDay) -> Iterator[CalendarItem]:
        appointments: Mapping[str, CalendarEntry] = self._booked.appointments
        blocks: Mapping[str, Block] = self._booked.blocks
        for claim in day.claims:
            if claim.kind == APPOINTMENT and claim.id in appointments:
                yield self._appointment(claim, appointments[claim.id])
            elif claim.kind == BLOCK and claim.id in blocks:
                yield self._block(claim, blocks[claim.id])
            else:
                yield self._held(claim)

    def _appointment(self, claim: CalendarClaim, appointment: CalendarEntry) -> CalendarItem:
        time = self._span(claim.start, claim.end)
        services = self._service_names(appointment)
        who = person_name(self._request.words, appointment)
        page = f"{self._pages}{appointment.id}"
        is_ahead = claim.start * MINUTE_MS > self._booked.now
        movable = self._is_desk and appointment.status == CONFIRMED and is_ahead
        at = f"{who}, {self._time(claim.start)}"
        return CalendarItem(
            kind="appointment",
            begin=claim.start,
            end=claim.end,
            name=f"{time}, {services}, {who}",
            time=time,
            what=services,
            href=page,
            appointment_id=appointment.id,
            who=who,
            state=self._state(appointment.status),
            status=appointment.status,
            is_stranded=appointment.conflicted,
            move=f"{page}/move" if movable else "",
            move_name=f"{self._move} {at}" if movable else "",
            cancel=f"{page}/cancel" if movable else "",
            cancel_name=f"{self._cancel} {at}" if movable else "",
        )

    def _block(self, claim: CalendarClaim, block: Block) -> CalendarItem:
        time = self._span(claim.start, claim.end)
        name = self._say("Block {time}", time=time)
        reason = block.reason or ""
        whole = f"{name}, {reason}" if reason else name
        href = self._request.link(f"/console/blocks/{block.id}") if self._is_desk else ""
        return CalendarItem("block", claim.start, claim.end, whole, time, reason, href)

    def _held(self, claim: CalendarClaim) -> CalendarItem:
        time = self._span(claim.start, claim.end)
        name = self._say("Held {time}", time=time)
        what = self._say("Somebody is booking this time now")
        return CalendarItem("held", claim.start, claim.end, name, time, what)

    def _free(self, date: BookedDate, day: ResourceDay) -> Iterator[CalendarItem]:
        wanted = {
            "branch": self._booked.branch.id,
            "resource": day.resource.id,
            "date": date.date.isoformat(),
        }
        href = self._request.link(f"/console/book?{urlencode(wanted)}") if self._is_desk else ""
        for begin, end in day.free_time:
            time = self._span(begin, end)
            name = self._say("Free {time}", time=time)
            yield CalendarItem("free", begin, end, name, time, "", href)

    def _service_names(self, appointment: CalendarEntry) -> str:
        return ", ".join(self._services[id_].name for id_ in appointment.service_ids)

    def _span(self, begin: Minute, end: Minute) -> str:
        return self._say("{start} to {end}", start=self._time(begin), end=self._time(end))
