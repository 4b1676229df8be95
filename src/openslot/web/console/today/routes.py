"""Where the day at the desk is."""

from openslot.web.console.frame.address import SEES, WORKS_AT_DESK, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.today.acts import ACTS, Acts
from openslot.web.console.today.day_page import TODAY, DayPages
from openslot.web.console.today.live.change_watch import ChangeWatch
from openslot.web.console.today.live.stream import DayStream
from openslot.web.console.today.walk_in_page import WALK_IN, WalkInPages


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    day, acts, walk_in = DayPages(console), Acts(console), WalkInPages(console)
    stream = DayStream(console, ChangeWatch(console.app.database))
    return {
        TODAY: Address(SEES, get=day.show),
        f"{TODAY}/rows": Address(SEES, get=day.rows, is_asked_by_pages=True),
        WALK_IN: Address(WORKS_AT_DESK, get=walk_in.show, post=walk_in.book),
        "/console/events": Address(SEES, get=stream.open, is_asked_by_pages=True),
        **{
            f"/console/appointments/{{id}}/{name}": Address(WORKS_AT_DESK, post=acts.handler(name))
            for name in ACTS
        },
    }
