"""Which events somebody wants to see: the fields of the page's form."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.zones import instant_at
from openslot.storage.journal.audit import UNTIL_WHENEVER, AuditEntry, AuditFilter
from openslot.web.console.frame.formats.local_times import typed_date, typed_time
from openslot.web.http.paging import CursorForm, number_part
from openslot.web.http.request_parsing import read_moment
from openslot.web.page_kit.field_pairs import FieldPairs

FIELDS = ("type", "client", "user", "from", "to")
BEFORE_FIRST = "before_first"  # the code of a last date that is too early
_AFTER_EVERY_ID = "~"
_BY_INSTANT = CursorForm((number_part, str))
_DATE_CHARACTERS = len("2027-01-12")


def audit_filter(query: FieldPairs, zone: ZoneInfo) -> AuditFilter:
    """The filter of a query. Dates are those of `zone`, both included; instants count as well.

    Raises:
        Invalid: a date is none, or the last one is before the first.
    """
    first, last = _instant(query, "from", zone), _instant(query, "to", zone, ends=True)
    if first is not None and last is not None and last <= first:
        raise Invalid(Fault("to", BEFORE_FIRST, "must be no earlier than from"))
    return AuditFilter(
        type=query.one("type").strip() or None,
        client=query.one("client") or None,
        user=query.one("user").lower() or None,
        from_at=0 if first is None else first,
        to_at=UNTIL_WHENEVER if last is None else last,
        before_id=_AFTER_EVERY_ID,
    )


def page_from(wanted: AuditFilter, cursor: str) -> AuditFilter:
    """The filter from a cursor on; what is no cursor is the newest page."""
    try:
        at, event_id = _BY_INSTANT.read(cursor)
    except ValueError:
        return wanted
    return replace(wanted, before_at=at, before_id=event_id)


def cursor_after(event: AuditEntry) -> str:
    """Where the page after an event begins."""
    return _BY_INSTANT.write(event.at, event.id)


def repeated(query: FieldPairs) -> str:
    """The filters of a query, for links with the same ones."""
    return urlencode([(name, query.one(name)) for name in FIELDS if query.one(name)])


def _instant(query: FieldPairs, name: str, zone: ZoneInfo, *, ends: bool = False) -> Millis | None:
    text = query.one(name).strip()
    if len(text) > _DATE_CHARACTERS:
        return _moment(text) or _millis(typed_time(query, name, zone, ends=ends))
    day = typed_date(query, name)
    return None if day is None else _midnight(day + timedelta(days=1) if ends else day, zone)


def _moment(text: str) -> Millis | None:
    """An instant with its offset, as the API writes them; None: it is another text."""
    try:
        found = read_moment(text)
    except ValueError:
        return None
    return found if isinstance(found, int) else None


def _midnight(day: date, zone: ZoneInfo) -> Millis:
    return instant_at(day, 0, zone, ends=False) * MINUTE_MS


def _millis(minute: int | None) -> Millis | None:
    return None if minute is None else minute * MINUTE_MS
