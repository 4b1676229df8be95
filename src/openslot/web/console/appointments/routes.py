"""Where single appointments are."""

from openslot.web.console.appointments.appointment_page import AppointmentPages
from openslot.web.console.appointments.cancel_page import CancelPages
from openslot.web.console.appointments.choosing.book_page import BOOK_PATH, BookPages
from openslot.web.console.appointments.choosing.move_page import ConsoleMove
from openslot.web.console.appointments.notes_and_messages import NotesAndMessages
from openslot.web.console.frame.address import SEES, WORKS_AT_DESK, Address, Addresses
from openslot.web.console.frame.console import Console

_APPOINTMENT = "/console/appointments/{id}"


def routes(console: Console) -> Addresses:
    """The addresses of this room."""
    pages, book = AppointmentPages(console), BookPages(console)
    move, cancel = ConsoleMove(console), CancelPages(console)
    small = NotesAndMessages(console, pages)
    return {
        _APPOINTMENT: Address(SEES, get=pages.show),
        BOOK_PATH: Address(WORKS_AT_DESK, get=book.show, post=book.book),
        f"{_APPOINTMENT}/move": Address(WORKS_AT_DESK, get=move.show, post=move.move),
        f"{_APPOINTMENT}/cancel": Address(WORKS_AT_DESK, get=cancel.show, post=cancel.cancel),
        f"{_APPOINTMENT}/notes": Address(WORKS_AT_DESK, post=small.save_notes),
        f"{_APPOINTMENT}/messages/{{message}}/resend": Address(WORKS_AT_DESK, post=small.resend),
    }
