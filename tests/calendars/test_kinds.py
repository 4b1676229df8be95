"""What calendars of other programs hold, what is blocked for it and what is told: a table."""

import pytest

from .reading import Reading, at, days, event, hours, read, read_file, read_whole

WEEKLY = event(at("0705", "1000", "1100"), "RRULE:FREQ=WEEKLY;COUNT=4")
DAILY = event(at("0705", "1000", "1100"), "RRULE:FREQ=DAILY;COUNT=3")
DAILY_DAYS = event("DTSTART;VALUE=DATE:20270705", "RRULE:FREQ=DAILY;COUNT=3")
LATER = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20270719T100000"
LONDON = """\
BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:19961027T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
BROKEN_ZONE = LONDON.format("Europe/London").replace("TZOFFSETTO:+0100\n", "")
ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
NEW_YORK = ";TZID=America/New_York"
A_DAY = "DTSTART;VALUE=DATE:20270705"
TWICE = ["07-05 10:00 - 07-05 11:00"] * 2
FREE_BUSY = "BEGIN:VFREEBUSY\nUID:f\n{}\nEND:VFREEBUSY\n"

BLOCKED = {
    # This occurrence and all later ones.
    "later ones move": (
        [WEEKLY, event(LATER, at("0719", "1400", "1500"))],
        hours("07-05", "07-12") + hours("07-19", "07-26", clock="14:00 15:00"),
    ),
    "later ones move, one of them elsewhere": (
        [WEEKLY, event(LATER, at("0719", "1400", "1500")),
         event("RECURRENCE-ID;TZID=Europe/Amsterdam:20270726T100000", at("0727", "0900", "0930"))],
        [*hours("07-05", "07-12"), "07-19 14:00 - 07-19 15:00", "07-27 09:00 - 07-27 09:30"],
    ),
    "later ones move to another day": (
        [WEEKLY, event(LATER, at("0720", "1400", "1500"))],
        hours("07-05", "07-12") + hours("07-20", "07-27", clock="14:00 15:00"),
    ),
    "later ones become whole days": (
        [WEEKLY, event(LATER, "DTSTART;VALUE=DATE:20270720")],
        hours("07-05", "07-12") + days("07-20", "07-27"),
    ),
    "later ones change twice": (
        [WEEKLY, event(LATER, at("0719", "1400", "1500")),
         event(LATER.replace("0719", "0726"), at("0726", "1600", "1700"))],
        [*hours("07-05", "07-12"), "07-19 14:00 - 07-19 15:00", "07-26 16:00 - 07-26 17:00"],
    ),
    "later ones keep their wall time when clocks change": (
        [event(at("1018", "1000", "1100"), "RRULE:FREQ=WEEKLY;COUNT=4"),
         event(LATER.replace("0719", "1025"), at("1025", "1400", "1500"))],
        hours("10-18") + hours("10-25", "11-01", "11-08", clock="14:00 15:00"),
    ),
    # Events that share a UID.
    "two days of one UID": (
        [event(A_DAY), event("DTSTART;VALUE=DATE:20270712")], days("07-05", "07-12"),
    ),
    "two events of one UID that begin together": (
        [event(at("0705", "1000", "1100")), event(at("0705", "1000", "1200"))],
        ["07-05 10:00 - 07-05 11:00", "07-05 10:00 - 07-05 12:00"],
    ),
    "two events of one UID with other titles": (
        [event(at("0705", "1000", "1100"), f"SUMMARY:{title}") for title in "xy"], TWICE,
    ),
    "a series and an event of one UID": (
        [WEEKLY, event(at("0712", "1000", "1100"))],
        hours("07-05", "07-12", "07-12", "07-19", "07-26"),
    ),
    "events without UID": (
        [event("UID:", at("0705", "1000", "1100"), f"SUMMARY:{title}") for title in "xy"], TWICE,
    ),
    # Zones.
    "a zone that the file describes by another's name": (
        [LONDON.format("GMT"), event(at("0705", "1000", "1100", ";TZID=GMT"))],
        hours("07-05", clock="11:00 12:00"),
    ),
    "a zone described after the event": (
        [event(at("0705", "1000", "1100", ";TZID=Asia/Tokyo")), LONDON.format("Asia/Tokyo")],
        hours("07-05", clock="11:00 12:00"),
    ),
    "a described zone in winter": (
        [LONDON.format("X"), event(at("1205", "1000", "1100", ";TZID=X"))],
        hours("12-05", clock="11:00 12:00"),
    ),
    "a zone that another calendar describes": (
        [LONDON.format("GMT"), "END:VCALENDAR\nBEGIN:VCALENDAR\n",
         event(at("0705", "1000", "1100", ";TZID=GMT"))],
        hours("07-05", clock="12:00 13:00"),
    ),
    "a name in another case": (
        [event(at("0705", "1000", "1100", ";TZID=europe/LONDON"))],
        hours("07-05", clock="11:00 12:00"),
    ),
    "a name that Outlook shows": (
        [event(at("0705", "0100", "0200", ";TZID=Pacific Time (US & Canada)"))],
        hours("07-05"),
    ),
    "a name that Windows shows, quoted": (
        [event(at("0705", "1000", "1100",
                  ';TZID="(UTC+00:00) Dublin, Edinburgh, Lisbon, London"'))],
        hours("07-05", clock="11:00 12:00"),
    ),
    "an address of Microsoft": (
        [event(at("0705", "0800", "0900", ";TZID=tzone://Microsoft/Utc"))], hours("07-05"),
    ),
    "an address of Mozilla": (
        [event(at("0705", "1000", "1100", ";TZID=/mozilla.org/20070129_1/Europe/Berlin"))],
        hours("07-05"),
    ),
    # Value types that differ from that of the start.
    "UNTIL is local": (
        [event(at("0705", "1800", "1900", NEW_YORK), "RRULE:FREQ=WEEKLY;UNTIL=20270719T180000")],
        [f"07-{day} 00:00 - 07-{day} 01:00" for day in ("06", "13", "20")],
    ),
    "UNTIL is a day": (
        [event(at("0705", "1000", "1100"), "RRULE:FREQ=DAILY;UNTIL=20270707")],
        hours("07-05", "07-06", "07-07"),
    ),
    "the rule names the calendar that it would have anyway": (
        [event(at("0705", "1000", "1100"), "RRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=2;SKIP=OMIT")],
        hours("07-05", "07-06"),
    ),
    "UNTIL is a day of another zone": (
        [event(at("0705", "2000", "2100", NEW_YORK), "RRULE:FREQ=DAILY;UNTIL=20270706")],
        hours("07-06", "07-07", clock="02:00 03:00"),
    ),
    "UNTIL is a time of whole days": (
        [event(A_DAY, "RRULE:FREQ=DAILY;UNTIL=20270706T220000Z")], days("07-05", "07-06", "07-07"),
    ),
    "UNTIL is midnight in UTC of whole days": (
        [event(A_DAY, "RRULE:FREQ=DAILY;UNTIL=20270706T000000Z")], days("07-05", "07-06"),
    ),
    "UNTIL is in UTC of wall time": (
        [event(at("0705", "1000", "1100", ""), "RRULE:FREQ=DAILY;UNTIL=20270706T075959Z")],
        hours("07-05"),
    ),
    "RECURRENCE-ID is a day": (
        [DAILY, event("RECURRENCE-ID;VALUE=DATE:20270706", at("0706", "1400", "1500"))],
        [*hours("07-05"), "07-06 14:00 - 07-06 15:00", *hours("07-07")],
    ),
    "RECURRENCE-ID is in UTC": (
        [DAILY, event("RECURRENCE-ID:20270706T080000Z", at("0706", "1400", "1500"))],
        [*hours("07-05"), "07-06 14:00 - 07-06 15:00", *hours("07-07")],
    ),
    "RECURRENCE-ID has no zone": (
        [DAILY, event("RECURRENCE-ID:20270706T100000", at("0706", "1400", "1500"))],
        [*hours("07-05"), "07-06 14:00 - 07-06 15:00", *hours("07-07")],
    ),
    "RECURRENCE-ID is a time of whole days": (
        [DAILY_DAYS, event("RECURRENCE-ID:20270705T220000Z", at("0706", "1400", "1500"))],
        [*days("07-05"), "07-06 14:00 - 07-06 15:00", *days("07-07")],
    ),
    "EXDATE is a day": (
        [DAILY.replace("RRULE", "EXDATE;VALUE=DATE:20270706\nRRULE")], hours("07-05", "07-07"),
    ),
    "EXDATE is local, and in UTC": (
        [DAILY.replace("RRULE", "EXDATE:20270706T100000,20270707T080000Z\nRRULE")], hours("07-05"),
    ),
    "EXDATE is a time of whole days": (
        [DAILY_DAYS.replace("RRULE", "EXDATE;TZID=Europe/Amsterdam:20270706T150000\nRRULE")],
        days("07-05", "07-07"),
    ),
    "RDATE is a day": (
        [event(at("0705", "1000", "1100"), "RDATE;VALUE=DATE:20270707")], hours("07-05", "07-07"),
    ),
    "RDATE is a time of whole days": (
        [event(A_DAY, "RDATE:20270707T000000Z")], days("07-05", "07-07"),
    ),
    "RDATE is a period": (
        [event(at("0705", "1000", "1100"), "RDATE;VALUE=PERIOD:20270707T080000Z/PT30M")],
        [*hours("07-05"), "07-07 10:00 - 07-07 10:30"],
    ),
    # Whole days.
    "a whole day of another zone": (
        [event(f"DTSTART{NEW_YORK};VALUE=DATE:20270705", f"DTEND{NEW_YORK};VALUE=DATE:20270706")],
        days("07-05"),
    ),
    "a whole day of a zone that nobody knows": (
        [event("DTSTART;TZID=Nowhere;VALUE=DATE:20270705")], days("07-05"),
    ),
    "a whole day that ends when it begins": (
        [event(A_DAY, "DTEND;VALUE=DATE:20270705")], days("07-05"),
    ),
    "a whole day of no duration": ([event(A_DAY, "DURATION:PT0S")], days("07-05")),
    "whole days repeated that end when they begin": (
        [event(A_DAY, "DTEND;VALUE=DATE:20270705", "RRULE:FREQ=DAILY;COUNT=2")],
        days("07-05", "07-06"),
    ),
    "a whole day as midnights": (
        [event(at("0705", "0000", "0000"), ALL_DAY)], days("07-05"),
    ),
    "a whole day as midnights of another zone": (
        [event(at("0705", "0000", "0000", NEW_YORK), ALL_DAY)], days("07-05"),
    ),
    "a whole day as the branch's midnights in UTC": (
        [event("DTSTART:20270704T220000Z", "DTEND:20270705T220000Z", ALL_DAY)], days("07-05"),
    ),
    # What is broken beside.
    "a broken alarm": (
        [event(at("0705", "1000", "1100"), "BEGIN:VALARM", "TRIGGER;RELATED=START:PT-2H", "X",
               "DURATION:nonsense", "END:VALARM"), event("UID:b", A_DAY)],
        [*days("07-05"), *hours("07-05")],
    ),
    "an alarm that is not closed": (
        [event(at("0705", "1000", "1100"), "BEGIN:VALARM", "TRIGGER:x"), event("UID:b", A_DAY)],
        [*days("07-05"), *hours("07-05")],
    ),
    "broken components that nobody needs": (
        ["BEGIN:VTODO\nDUE:x\nBEGIN:X\n",
         event(at("0705", "1000", "1100"), "GARBAGE", ":;:", "X;=:"),
         "BEGIN:VJOURNAL\nDTSTART:99\nEND:VTODO\nEND:NOTHING\n", event("UID:b", A_DAY)],
        [*days("07-05"), *hours("07-05")],
    ),
    "names in lower case, lines folded": (
        [event("UID:b", "dtstart;tzid=Europe/\n Amsterdam:20270705T1\n\t00000", "DURA\n TION:PT1H"),
         "begin:VEV\n ENT\nUID:c\nDTSTART;VALUE=DATE:20270707\nend:vevent\n"],
        [*hours("07-05"), *days("07-07")],
    ),
    # Free and busy.
    "busy periods": (
        [FREE_BUSY.format("FREEBUSY;FBTYPE=BUSY:20270705T080000Z/20270705T090000Z,"
                          "20270706T080000Z/PT1H\nFREEBUSY:20270707T080000Z/PT1H\n"
                          "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270708T080000Z/PT1H")],
        hours("07-05", "07-06", "07-07", "07-08"),
    ),
    "an Outlook event that is busy": (
        [event(at("0705", "1000", "1100"), "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:FREE")],
        hours("07-05"),
    ),
    # The window.
    "begun before the window, and longer than it": (
        [event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20281201")],
        ["01-04 00:00 - 01-01 00:00"],
    ),
    "a series of before that reaches into the window": (
        [event("DTSTART;VALUE=DATE:20261230", "DURATION:P2W", "RRULE:FREQ=YEARLY")],
        ["01-04 00:00 - 01-13 00:00", "12-30 00:00 - 01-01 00:00"],
    ),
    "a birthday of long ago": (
        [event("DTSTART;VALUE=DATE:16040705", "RRULE:FREQ=YEARLY")], days("07-05"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BLOCKED)
def test_what_takes_time_is_blocked_without_a_word(kind: str) -> None:
    parts, spans = BLOCKED[kind]
    assert read(*parts) == Reading(sorted(spans), [], [])


TOLD = {
    "Z beside a zone": (
        [event(f"DTSTART{NEW_YORK}:20270705T080000Z", "DTEND:20270705T090000Z")],
        Reading(hours("07-05"), [], ["4: DTSTART: ends in Z, so it is in UTC, whatever time zone "
                                     "stands beside it"]),
    ),
    "a described zone that cannot be read": (
        [BROKEN_ZONE, event(at("0705", "1000", "1100", ";TZID=Europe/London"))],
        Reading(hours("07-05", clock="11:00 12:00"), [], [
            "4: TZID: cannot be read; the known time zone Europe/London was taken in its place"]),
    ),
    "a zone that nobody knows": (
        [event(at("0705", "1000", "1100", ";TZID=Nowhere")), event("UID:b", A_DAY)],
        Reading(days("07-05"), ["4: DTSTART: the time zone Nowhere is unknown, and the file does "
                                "not describe it"], []),
    ),
    "equal events count one time": (
        [event(at("0705", "1000", "1100"))] * 2,
        Reading(hours("07-05"), [], ["9: is the same as the event at line 4"]),
    ),
    "the highest SEQUENCE wins": (
        [event(at("0705", "1000", "1100"), "SEQUENCE:2"), event(at("0706", "1000", "1100"))],
        Reading(hours("07-05"), [], [
            "10: is an older version of the event at line 4, which was read"]),
    ),
    "then the latest LAST-MODIFIED": (
        [event(at("0705", "1000", "1100"), "LAST-MODIFIED:20270101T000000Z"),
         event(at("0706", "1000", "1100"), "LAST-MODIFIED:20270102T000000Z")],
        Reading(hours("07-06"), [], [
            "4: is an older version of the event at line 10, which was read"]),
    ),
    "two changes of one occurrence": (
        [DAILY, *(event("RECURRENCE-ID;VALUE=DATE:20270706", at("0706", f"1{n}00", "1900"))
                  for n in "45")],
        Reading([*hours("07-05"), "07-06 14:00 - 07-06 19:00", *hours("07-07")],
                ["16: UID: another event of the file changes the same occurrence"], []),
    ),
    "cancelled and free": (
        [event(A_DAY, "STATUS:CANCELLED"), event("UID:b", A_DAY, "TRANSP:TRANSPARENT"),
         event("UID:c", A_DAY, "X-MICROSOFT-CDO-BUSYSTATUS:FREE")],
        Reading([], ["4: STATUS: is cancelled", "9: TRANSP: takes no time: it is marked as free",
                     "14: X-MICROSOFT-CDO-BUSYSTATUS: takes no time: it is marked as free"], []),
    ),
    "earlier ones are changed": (
        [DAILY, event("RECURRENCE-ID;RANGE=THISANDPRIOR:20270706T080000Z",
                      at("0706", "1400", "1500"))],
        Reading([*hours("07-05"), "07-06 14:00 - 07-06 15:00", *hours("07-07")], [], [
            "10: RECURRENCE-ID: has a range that is not read; this occurrence alone is changed"]),
    ),
    "later ones are cancelled": (
        [WEEKLY, event(LATER, at("0719", "1000", "1100"), "STATUS:CANCELLED")],
        Reading(hours("07-05", "07-12"), ["10: STATUS: is cancelled"], []),
    ),
    "no time": (
        [event(at("0705", "1000", "1000")), event("UID:b", "DTSTART:20270705T100000Z"),
         event("UID:c", "DTSTART:20270705T100000Z", "DURATION:PT0S")],
        Reading([], [f"{line}: DTEND: takes no time: it ends when it begins"
                     for line in (4, 9, 13)], []),
    ),
    "an event that is not closed": (
        [event(A_DAY).replace("END:VEVENT\n", ""), event("UID:b", A_DAY)],
        Reading(days("07-05"), ["4: END: is missing: the event is not complete"], []),
    ),
    "free periods, and broken ones": (
        [FREE_BUSY.format("FREEBUSY;FBTYPE=FREE:20270705T080000Z/PT1H\n"
                          "FREEBUSY:20270705T080000Z/PT1H,soon/PT1H"),
         FREE_BUSY.format("SUMMARY:x")],
        Reading(hours("07-05"), ["4: FREEBUSY: takes no time: it is marked as free",
                                 "4: FREEBUSY: cannot be read",
                                 "9: FREEBUSY: is missing, so it has no busy period"], []),
    ),
    "every occurrence is changed": (
        [event(A_DAY, "RRULE:FREQ=DAILY;COUNT=1"),
         event("RECURRENCE-ID;VALUE=DATE:20270705", "DTSTART;VALUE=DATE:20270707")],
        Reading(days("07-07"), [], [
            "4: each of its occurrences that is imported is changed by another event"]),
    ),
    "out of the window": (
        [event("DTSTART;VALUE=DATE:20270103"), event("UID:b", "DTSTART;VALUE=DATE:20280101")],
        Reading([], ["4: is over", "8: begins after the last day that is imported"], []),
    ),
    "nothing that takes time": (
        ["BEGIN:VTODO\nUID:t\nEND:VTODO\n"],
        Reading([], ["1: nothing in the file is an event or a busy period"], []),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_read_otherwise_or_not_taken_is_told_with_its_line(kind: str) -> None:
    parts, expected = TOLD[kind]
    assert read(*parts) == expected


@pytest.mark.parametrize(
    ("text", "spans", "told"),
    [
        (f"BEGIN:VCALENDAR\n{event(A_DAY)}", days("07-05"), "5: the file ends here"),
        (f"BEGIN:VCALENDAR\n{event(A_DAY)}BEGIN:VEVENT\nUID:b\nDTST", days("07-05"),
         "8: the file ends here"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVE", [], "2: the file ends here"),
    ],
)  # fmt: skip
def test_a_file_that_ends_too_early_says_where(text: str, spans: list[str], told: str) -> None:
    reading = read_whole(text.encode())
    assert reading.spans == spans
    assert any(said.startswith(told) for said in reading.not_taken)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_line_ends_and_encodings_are_those_of_any_program(line_end: str, encoding: str) -> None:
    text = f"BEGIN:VCALENDAR\n{event(A_DAY, 'SUMMARY:café')}END:VCALENDAR\n"
    file = read_file(text.replace("\n", line_end).encode(encoding))
    assert [one.summary for one in file.found.found] == ["café"]


def test_line_ends_of_several_kinds_in_one_file() -> None:
    """As a program leaves them that adds one line to a file of another."""
    text = f"BEGIN:VCALENDAR\n{event(A_DAY, 'SUMMARY:x')}END:VCALENDAR".replace("\n", "\r")
    for line_end in ("\n", "\r\n", "\r\r\n"):
        reading = read_whole(f"{text}{line_end}BEGIN:VCALENDAR{line_end}END:VCALENDAR".encode())
        assert reading == Reading(days("07-05"), [], [])
