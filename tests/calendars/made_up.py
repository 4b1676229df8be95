"""Calendars that are made up: what they mean, and how a program writes it.

Times are multiples of a quarter of an hour, and none lies where clocks change.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
EAST = ZoneInfo("Etc/GMT-3")
FIRST_DAY = date(2027, 3, 10)
DESCRIBED = (
    "BEGIN:VTIMEZONE\nTZID:Asia/Tokyo\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
    "TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
)
# How a zone is written: the parameter, and what comes after the time.
WRITTEN = {
    "amsterdam": (AMSTERDAM, ";TZID=Europe/Amsterdam", ""),
    "new york": (NEW_YORK, ";TZID=Eastern Standard Time", ""),
    "floating": (AMSTERDAM, "", ""),
    "utc": (ZoneInfo("UTC"), "", "Z"),
    "described": (EAST, ";TZID=Asia/Tokyo", ""),
}
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """What becomes of an occurrence, or of it and all later ones."""

    of: datetime  # wall time, the original start
    to: datetime
    length: timedelta
    is_cancelled: bool
    and_later: bool
    written: str  # the line with RECURRENCE-ID


@dataclass(frozen=True)
class MadeUp:
    """One event that may repeat; wall times are of its zone, whole days begin at midnight."""

    uid: str
    zone: str | None  # None: whole days
    start: datetime
    length: timedelta
    every: str | None = None  # DAILY or WEEKLY
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    most: int | None = None
    until: datetime | None = None  # the last start, in wall time
    until_written: str = ""
    removed: tuple[datetime, ...] = ()
    removed_written: tuple[str, ...] = ()
    added: tuple[datetime, ...] = ()
    changes: tuple[Change, ...] = field(default=())

    @property
    def tz(self) -> ZoneInfo:
        """The zone that its times are in."""
        return WRITTEN[self.zone][0] if self.zone else AMSTERDAM


def made_up_event(random: Random, uid: str) -> MadeUp:
    """An event with a rule and exceptions of every value type."""
    zone = random.choice([*WRITTEN, None])
    day = datetime.combine(FIRST_DAY, datetime.min.time()) + random.randrange(25) * DAY
    start, length = day, random.randint(1, 3) * DAY
    if zone:
        start, length = day + _clock(random), random.randint(1, 60) * QUARTER
    event = MadeUp(uid, zone, start, length)
    if random.random() < 0.25:
        return event
    every = random.choice(["DAILY", "WEEKLY"])
    weekdays = {start.weekday(), *random.sample(range(7), random.randint(0, 3))}
    event = replace(
        event,
        every=every,
        interval=random.randint(1, 3),
        weekdays=tuple(sorted(weekdays)) if every == "WEEKLY" else (),
    )
    ending = random.choice(["count", "until", "never"])
    if ending == "count":
        event = replace(event, most=random.randint(1, 12))
    elif ending == "until":
        until = start + random.randrange(30) * DAY
        event = replace(event, until=until, until_written=_until(random, event, until))
    return _with_exceptions(random, event)


def _with_exceptions(random: Random, event: MadeUp) -> MadeUp:
    step = event.interval * (DAY if event.every == "DAILY" else 7 * DAY)
    starts = [event.start + n * step for n in range(8)]
    random.shuffle(starts)
    removed, changed = starts[: random.randint(0, 2)], sorted(starts[2 : 2 + random.randint(0, 3)])
    added = tuple(event.start + n * DAY + (QUARTER if event.zone else DAY * 0) for n in
                  random.sample(range(40, 50), random.randint(0, 2)))  # fmt: skip
    changes = []
    for original in changed:
        is_later = not any(c.and_later for c in changes) and random.random() < 0.3
        to = original.replace(hour=0, minute=0) + random.randrange(3) * DAY
        if event.zone:
            to += _clock(random)
        length = random.randint(1, 2) * DAY if not event.zone else random.randint(1, 9) * QUARTER
        span = ";RANGE=THISANDFUTURE" if is_later else ""
        written = f"RECURRENCE-ID{span}{_value(random, event, original)}"
        is_cancelled = random.random() < 0.2
        changes.append(Change(original, to, length, is_cancelled, is_later, written))
    return replace(
        event,
        removed=tuple(removed),
        removed_written=tuple(f"EXDATE{_value(random, event, one)}" for one in removed),
        added=added,
        changes=tuple(changes),
    )


def _clock(random: Random) -> timedelta:
    """A time of day at which no clock changes."""
    return timedelta(hours=random.randint(4, 22), minutes=random.choice([0, 15, 30, 45]))


def _utc(event: MadeUp, wall: datetime) -> str:
    return f"{wall.replace(tzinfo=event.tz).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _value(random: Random, event: MadeUp, wall: datetime) -> str:
    """A value that means an occurrence, in any value type."""
    as_day = f";VALUE=DATE:{wall:%Y%m%d}"
    if not event.zone:
        return random.choice([as_day, f":{wall:%Y%m%dT000000Z}", f":{_utc(event, wall)}",
                              f";TZID=America/New_York:{wall:%Y%m%dT150000}"])  # fmt: skip
    _, parameter, z = WRITTEN[event.zone]
    same = f"{parameter}:{wall:%Y%m%dT%H%M%S}{z}"
    return random.choice([as_day, same, f":{_utc(event, wall)}", f":{wall:%Y%m%dT%H%M%S}"])


def _until(random: Random, event: MadeUp, until: datetime) -> str:
    if not event.zone:
        return random.choice([f"{until:%Y%m%d}", f"{until:%Y%m%dT000000Z}", _utc(event, until)])
    return random.choice([f"{until:%Y%m%d}", f"{until:%Y%m%dT%H%M%S}", _utc(event, until)])


def text_of(event: MadeUp) -> list[str]:
    """The components that say what an event means."""
    rule = [f"RRULE:FREQ={event.every};INTERVAL={event.interval}"] if event.every else []
    if event.weekdays:
        rule[0] += ";BYDAY=" + ",".join(CODES[day] for day in event.weekdays)
    if event.most is not None:
        rule[0] += f";COUNT={event.most}"
    if event.until_written:
        rule[0] += f";UNTIL={event.until_written}"
    more = [f"RDATE{_stamp(event, wall)}" for wall in event.added]
    main = _component(event, event.start, event.length, [*rule, *more, *event.removed_written])
    changed = [
        _component(
            event, one.to, one.length,
            [one.written, *(["STATUS:CANCELLED"] if one.is_cancelled else [])],
        )
        for one in event.changes
    ]  # fmt: skip
    return [main, *changed]


def _stamp(event: MadeUp, wall: datetime) -> str:
    if not event.zone:
        return f";VALUE=DATE:{wall:%Y%m%d}"
    _, parameter, z = WRITTEN[event.zone]
    return f"{parameter}:{wall:%Y%m%dT%H%M%S}{z}"


def _component(event: MadeUp, start: datetime, length: timedelta, more: list[str]) -> str:
    if event.zone:
        duration = f"DURATION:PT{length // timedelta(minutes=1)}M"
    else:
        duration = f"DURATION:P{length.days}D"
    lines = [f"UID:{event.uid}", f"DTSTART{_stamp(event, start)}", duration, *more]
    return "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


BROKEN = (
    "BEGIN:VEVENT\nUID:broken {n}\nDTSTART:tomorrow\nEND:VEVENT\n",
    "BEGIN:VEVENT\nUID:broken {n}\nDTSTART:20270401T100000\nDURATION:PT1H\n",
    "BEGIN:VEVENT\nUID:broken {n}\nRRULE:FREQ=SOMETIMES\nDTSTART:20270401T100000\nEND:VEVENT\n",
    "BEGIN:VEVENT\nUID:broken {n}\nDTSTART;TZID=Nowhere:20270401T100000\nEND:VEVENT\n",
    "BEGIN:VFREEBUSY\nUID:broken {n}\nFREEBUSY:now/PT1H\nEND:VFREEBUSY\n",
    "BEGIN:VTODO\nUID:broken {n}\nBEGIN:VALARM\nTRIGGER:x\n",
    "END:VALARM\nEND:VTODO\n:\nno colon\nX-\n",
)


def made_up_file(random: Random, events: list[MadeUp]) -> bytes:
    """A file of several calendars with the components of some events, and broken neighbours."""
    parts = [text for event in events for text in text_of(event)]
    parts += [random.choice(BROKEN).format(n=n) for n in range(random.randint(0, 3))]
    random.shuffle(parts)
    calendars = random.randint(1, 3)
    written = []
    for number in range(calendars):
        zone = [DESCRIBED]
        inside = [*zone, *parts[number::calendars]]
        written.append("BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(inside) + "END:VCALENDAR\n")
    return "".join(written).encode()
