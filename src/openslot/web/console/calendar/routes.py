"""The addresses of this room."""

from openslot.web.console.calendar.absence_page import AbsencePage
from openslot.web.console.calendar.block_page import BlockPage
from openslot.web.console.calendar.blocked_page import BlockedPage
from openslot.web.console.calendar.calendar_page import CalendarPage
from openslot.web.console.frame.address import SEES, WORKS_AT_DESK, Address, Addresses
from openslot.web.console.frame.console import Console


def routes(console: Console) -> Addresses:
    """The calendar, and what takes time from a resource."""
    blocks, absences = BlockPage(console), AbsencePage(console)
    blocked = BlockedPage(console)
    return {
        "/console/calendar": Address(SEES, get=CalendarPage(console).show),
        "/console/blocks/new": Address(WORKS_AT_DESK, get=blocks.show, post=blocks.block),
        "/console/blocks/{id}": Address(WORKS_AT_DESK, get=blocked.show, post=blocked.remove),
        "/console/absences/new": Address(WORKS_AT_DESK, get=absences.show, post=absences.enter),
    }
