"""The addresses of this room."""

from openslot.web.console.calendar.calendar_page import CalendarPage
from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console


def routes(console: Console) -> Addresses:
    """The calendar."""
    return {
        "/console/calendar": Address(SEES, get=CalendarPage(console).show),
    }
