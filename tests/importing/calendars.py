"""Files of events, imported for a resource, and what came of them."""

from typing import Any

from openslot.importing.blocks import BlockImport, import_blocks
from openslot.importing.report import ImportReport
from openslot.kernel.clock import Minute
from openslot.scheduling.booking import blocks
from openslot.scheduling.model.block import Block
from scheduling.office import Office

DESCRIBED = """\
BEGIN:VTIMEZONE
TZID:Our Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def event(uid: str, *lines: str) -> str:
    """One event; its lines are joined by line ends."""
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""])


def calendar(*parts: str) -> bytes:
    """A file with these parts, as calendars write it."""
    text = "".join(
        ["BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n", *parts, "END:VCALENDAR\n"]
    )
    return text.replace("\n", "\r\n").encode()


def imported(office: Office, *parts: str, resource: str = "desk-1", **options: Any) -> ImportReport:
    """What becomes of a file with these parts; options are those of a `BlockImport`."""
    return imported_file(office, calendar(*parts), resource=resource, **options)


def imported_file(
    office: Office,
    content: bytes,
    resource: str = "desk-1",
    file: str = "leave.ics",
    **options: Any,
) -> ImportReport:
    """What becomes of a file with this content."""
    wish = BlockImport(resource, content, file, **options)
    return office.town.run(import_blocks(office.town.database, office.account_id, wish))


def blocked(office: Office, resource: str = "desk-1") -> list[Block]:
    """The blocks of a resource."""
    return office.do(blocks.listed, office.ids["resource", resource], None, None, None, 1000)


def spans(office: Office, resource: str = "desk-1") -> list[tuple[Minute, Minute]]:
    """When a resource is blocked, in order."""
    return sorted((block.start, block.end) for block in blocked(office, resource))


def told(report: ImportReport) -> list[str]:
    """What was not taken."""
    return [str(remark).removeprefix("leave.ics:") for remark in report.not_taken]
