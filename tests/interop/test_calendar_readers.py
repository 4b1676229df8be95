"""Calendar objects of appointments, as three readers of calendars understand them."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from openslot.calendars.objects import CalendarInvitation, CalendarObject, invitation_of
from openslot.kernel.clock import minute_of

from .node_scripts import FOLDER, NODE

pytestmark = pytest.mark.slow

ZONES = (
    *("Europe/Amsterdam", "Europe/London", "Europe/Lisbon", "Europe/Athens", "Europe/Dublin"),
    *("Europe/Moscow", "Europe/Istanbul", "Africa/Casablanca", "Africa/Cairo", "Africa/Lagos"),
    *("Africa/Johannesburg", "Asia/Jerusalem", "Asia/Beirut", "Asia/Tehran", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Asia/Tokyo", "Asia/Shanghai", "Asia/Gaza", "Asia/Tashkent"),
    *("Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Australia/Eucla"),
    *("Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati"),
    *("Pacific/Easter", "Pacific/Honolulu", "America/New_York", "America/Los_Angeles"),
    *("America/St_Johns", "America/Halifax", "America/Sao_Paulo", "America/Asuncion"),
    *("America/Havana", "America/Nuuk", "America/Santiago", "Antarctica/Troll"),
)
_FIRST, _LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def clock_changes(zone: ZoneInfo) -> list[datetime]:
    """The instants of two years at which a zone's offset changes, to the quarter of an hour."""
    found, at = [], _FIRST
    while at < _LAST:
        later = at + timedelta(minutes=15)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(later)
        at = later
    return found


def invitations() -> list[CalendarInvitation]:
    """One on either side of every change, and one across it; one a zone that has none."""
    made = []
    for name in ZONES:
        changes = clock_changes(ZoneInfo(name)) or [datetime(2027, 6, 1, 12, tzinfo=UTC)]
        starts = [at + timedelta(minutes=m) for at in changes for m in (-90, -30, 0, 30)]
        made += [_invitation(name, start, number) for number, start in enumerate(starts)]
    return made


def _invitation(zone: str, start: datetime, number: int) -> CalendarInvitation:
    content = CalendarObject(
        uid=f"{zone}-{number}@booking.example.org",
        sequence=number,
        changed_at=0,
        start=minute_of(start),
        end=minute_of(start) + 45,
        is_cancelled=number % 3 == 2,
        summary=f"Reisepass; Ausweis, \\ {zone} — الموعد " + "ж" * 40,
        location="Markt 1,\n2611 GP Delft",
        description="Passport",
    )
    return CalendarInvitation(
        content,
        visibility="PRIVATE",
        organizer_name="Gemeente, Delft",
        organizer="balie@delft.example",
        attendee="ann@example.org",
    )


def test_three_readers_find_what_was_written() -> None:
    every = invitations()
    texts = [invitation_of(one).decode() for one in every]
    assert len(texts) > 4 * len(ZONES)
    done = subprocess.run(
        [NODE, FOLDER / "calendars.mjs"],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    for invitation, text, by_node in zip(every, texts, json.loads(done.stdout), strict=True):
        wanted = _facts(invitation)
        assert [_by_icalendar(text), *by_node] == [wanted] * 3


def _facts(invitation: CalendarInvitation) -> dict[str, Any]:
    content = invitation.content
    return {
        "method": "CANCEL" if content.is_cancelled else "REQUEST",
        "uid": content.uid,
        "sequence": content.sequence,
        "start": _instant(content.start),
        "end": _instant(content.end),
        "summary": content.summary,
        "location": content.location,
    }


def _instant(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def _by_icalendar(text: str) -> dict[str, Any]:
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return {
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "start": _instant(minute_of(event["DTSTART"].dt)),
        "end": _instant(minute_of(event["DTEND"].dt)),
        "summary": str(event["SUMMARY"]),
        "location": str(event["LOCATION"]),
    }
