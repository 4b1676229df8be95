"""The stretches of time that a calendar's events take in a window, and why others take none."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openslot.calendars.changed_occurrences import Exceptions, Planned, original_name
from openslot.calendars.events import TAKES_NO_TIME
from openslot.calendars.format.recurrence_starts import Effort, TooMuchWork
from openslot.calendars.originals import Original, Pattern
from openslot.calendars.series import Series
from openslot.calendars.spans import Length, start_of_occurrence, whole_minutes
from openslot.calendars.wall_times import doubt_of
from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.kernel.remarks import Remark

MOST_OF_SERIES = 5_000  # occurrences in the window, or days that they take if these are more
MOST_OF_FILE = 10_000
MOST_OF_DAY = 300  # that begin on one day: each costs as much as there are already
_MOST_WORK_OF_SERIES = 100_000  # days or times that are looked at
_MOST_WORK_OF_FILE = 1_000_000
_FAR = timedelta(10_000)
_NOT_HERE = "does not take place between now and the last day that is imported"
_LATE = "begins after the last day that is imported"
_OVER = "is over"
_TOO_MANY = "takes place too often to be worked out; shorten the rule, or import fewer days"
_ALL_CHANGED = "each of its occurrences that is imported is changed by another event"


@dataclass(frozen=True, slots=True)
class ImportWindow:
    """What is imported: the time from `first` to `last`, of events that end after `now`."""

    first: Minute  # when today begins
    now: Minute
    last: Minute
    zone: ZoneInfo  # of the branch


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One stretch `[start, end)` that an event takes, cut to the window."""

    line: int  # where its event begins
    uid: str
    name: str  # the UID and which of its occurrences: the same in every export
    start: Minute
    end: Minute
    summary: str | None


@dataclass
class Occurrences:
    """What was found of a file's events, and the remarks on them."""

    file: str
    window: ImportWindow
    found: list[Occurrence] = field(default_factory=list)
    not_taken: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _settled: set[int] = field(default_factory=set)  # lines of which something was taken or not
    _names: dict[str, int] = field(default_factory=dict)  # and of how many occurrences
    _told: set[Remark] = field(default_factory=set)  # a series says the same of many occurrences
    _left: int = MOST_OF_FILE
    _of_day: Counter[int] = field(default_factory=Counter)  # by days in UTC
    _effort: Effort = field(default_factory=lambda: Effort(_MOST_WORK_OF_FILE))

    def has(self, line: int) -> bool:
        """Whether it was said what became of the event that begins at a line."""
        return line in self._settled

    def refuse(self, line: int, column: str | None, says: str) -> None:
        """Tells why something of the event that begins at a line is not taken."""
        self._settled.add(line)
        self._tell(self.not_taken, Remark(self.file, line, column, says))

    def leave_to_another(self, line: int, says: str) -> None:
        """Tells why nothing is lost although nothing of an event is taken."""
        self._settled.add(line)
        self._tell(self.remarks, Remark(self.file, line, None, says))

    def remark(self, line: int, column: str | None, says: str) -> None:
        """Tells something of the event that begins at a line."""
        self._tell(self.remarks, Remark(self.file, line, column, says))

    def _tell(self, where: list[Remark], remark: Remark) -> None:
        if remark not in self._told:
            self._told.add(remark)
            where.append(remark)

    def add(self, series: Series) -> None:
        """Adds the occurrences of a series in the window, or says why there are none."""
        replaced = list[tuple[int, str]]()
        exceptions = Exceptions(series, self.window.zone, replaced)
        for line, says in replaced:
            self.leave_to_another(line, says)
        for event in (*series.mains, *exceptions.all):
            for column, says in event.remarks:
                self.remark(event.line, column, says)
        reasons = {}
        for planned in exceptions.planned():
            reasons[planned.event.line] = self._outcome(planned)
            self._take(series, planned)
        for event in series.mains:
            self._add_main(series, Pattern(event, self.window.zone), exceptions)
        for event in exceptions.all:
            if not self.has(event.line):
                self.refuse(event.line, None, reasons.get(event.line) or _NOT_HERE)

    def _add_main(self, series: Series, pattern: Pattern, exceptions: Exceptions) -> None:
        event = pattern.event
        if event.free is not None:
            self.refuse(event.line, *event.free)
        try:
            planned, changed = exceptions.applied(pattern, self._originals(pattern, exceptions))
            inside = [one for one in planned if self._outcome(one) is None]
            weight = sum(map(self._weight, inside))
            if weight > MOST_OF_SERIES or weight > self._left:
                raise TooMuchWork
            self._left -= weight
        except TooMuchWork:
            self.refuse(event.line, "RRULE", _TOO_MANY)
            return
        for one in inside:
            self._take(series, one)
        if self.has(event.line):
            return
        if changed and not inside:
            self.leave_to_another(event.line, _ALL_CHANGED)
        elif event.repeats or not planned:
            self.refuse(event.line, None, _NOT_HERE)
        else:
            self.refuse(event.line, None, self._outcome(planned[0]) or _NOT_HERE)

    def _originals(self, pattern: Pattern, exceptions: Exceptions) -> dict[date, Original]:
        """The occurrences of an event that may touch the window, before exceptions."""
        event, granted = pattern.event, min(_MOST_WORK_OF_SERIES, self._effort.left)
        effort = Effort(granted)
        reach = min(timedelta(exceptions.reach() + 2), _FAR)
        length = min(Length(event.start, event.ends).most, _FAR)
        first, last = (
            instant_of_minute(minute).replace(tzinfo=None)
            for minute in (self.window.first, self.window.last)
        )
        try:
            return pattern.originals(first - length - reach, last + reach, effort)
        finally:
            self._effort.spend(granted - effort.left)

    def _weight(self, planned: Planned) -> int:
        """How much an occurrence in the window costs: a row for each day."""
        last = instant_of_minute(self.window.last)
        end = min(planned.length.after(planned.start, self.window.zone), last)
        return max(1, (end - start_of_occurrence(planned.start, self.window.zone)).days)

    def _outcome(self, planned: Planned) -> str | None:
        """Why an occurrence is not in the window; None: it is."""
        window = self.window
        if start_of_occurrence(planned.start, window.zone) >= instant_of_minute(window.last):
            return _LATE
        end = planned.length.after(planned.start, window.zone)
        # What takes no time and is free is not over before it begins.
        return _OVER if end <= instant_of_minute(window.now) else None

    def _take(self, series: Series, planned: Planned) -> None:
        event, window = planned.event, self.window
        line = event.line
        if self._outcome(planned) is not None:
            return
        if event.free is not None:
            self.refuse(line, *event.free)
            return
        start, end = whole_minutes(
            start_of_occurrence(planned.start, window.zone),
            planned.length.after(planned.start, window.zone),
        )
        start, end = max(start, window.first), min(end, window.last)
        day = start // MINUTES_PER_DAY
        if self._of_day[day] >= MOST_OF_DAY:
            self.refuse(line, None, f"more than {MOST_OF_DAY} occurrences begin on the same day")
            return
        self._of_day[day] += 1
        name = self._name(series, planned)
        if end <= start:
            self.refuse(line, "DTEND", TAKES_NO_TIME)
        elif name is None:
            self.refuse(line, "UID", "another event of the file changes the same occurrence")
        else:
            self._tell_doubt(line, planned.start)
            self._settled.add(line)
            self.found.append(Occurrence(line, series.uid, name, start, end, event.summary))

    def _tell_doubt(self, line: int, start: date) -> None:
        """Tells how a start was read that the clock shows twice, or never."""
        if isinstance(start, datetime):
            doubt = doubt_of(start.replace(tzinfo=start.tzinfo or self.window.zone))
            if doubt is not None:
                self.remark(line, "DTSTART", doubt)

    def _name(self, series: Series, planned: Planned) -> str | None:
        """A name that no other occurrence has; None: an exception has that of another one."""
        name = series.uid if series.is_single else f"{series.uid} {original_name(planned.original)}"
        if name in self._names:
            if planned.event.recurrence_id is not None and not planned.event.and_later:
                return None
            # Events of their own that share a UID: the second, third and so on at this time.
            self._names[name] += 1
            name = f"{name} #{self._names[name]}"
        self._names[name] = 1
        return name
