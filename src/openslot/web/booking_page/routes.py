"""Every page of booking, and of the manage link."""

from collections.abc import Mapping

from starlette.routing import Route

from openslot.app import App
from openslot.identity.keys.manage_links import ManageLinks
from openslot.web.booking_page.booking.confirm_step import ConfirmStep
from openslot.web.booking_page.booking.details_step import DetailsStep
from openslot.web.booking_page.booking.done_page import DonePage
from openslot.web.booking_page.booking.flow import flow_of
from openslot.web.booking_page.booking.hold_step import HoldStep
from openslot.web.booking_page.booking_pages import BookingPages, booking_pages
from openslot.web.booking_page.choosing.first_step import FirstStep
from openslot.web.booking_page.embedding import embed_route
from openslot.web.booking_page.endpoint import Handler, Handlers, page_routes
from openslot.web.booking_page.manage.cancel_step import CancelStep
from openslot.web.booking_page.manage.manage_page import ManagePage
from openslot.web.booking_page.manage.managed import ManagedAppointments
from openslot.web.booking_page.manage.move_step import MoveStep
from openslot.web.booking_page.manage.restore_step import RestoreStep
from openslot.web.booking_page.nowhere import nowhere_routes
from openslot.web.booking_page.page_accounts import (
    AddressCount,
    LinkedAccounts,
    NamedAccounts,
)
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.refusals import PageGone
from openslot.web.booking_page.signing.form_signatures import FormChanged
from openslot.web.booking_page.signing.sealed_tokens import UnknownToken
from openslot.web.http.response import Response

_BOOK, _MANAGE = "/book/{account}", "/manage/{token}"


def booking_page_routes(app: App) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    pages, counting = booking_pages(app), AddressCount(app)
    links = app.manage_links
    named = NamedAccounts(app, counting)
    linked = LinkedAccounts(app, links, counting)
    return [
        *page_routes(named, _booking(pages, links)),
        *page_routes(linked, _managing(pages, links)),
        embed_route(),
        *nowhere_routes(),
    ]


def _booking(pages: BookingPages, links: ManageLinks) -> dict[str, Handlers]:
    first, flow = FirstStep(pages), flow_of(pages)
    hold, details = HoldStep(flow, first), DetailsStep(flow, first)
    confirm, done = ConfirmStep(flow), DonePage(pages, links)
    handlers: dict[str, Handlers] = {
        _BOOK: {"GET": first.show},
        _BOOK + "/hold": {"POST": hold.take},
        _BOOK + "/details": {"GET": details.show, "POST": details.change},
        _BOOK + "/check": {"POST": details.check},
        _BOOK + "/confirm": {"POST": confirm.confirm},
        _BOOK + "/done": {"GET": done.show},
        _BOOK + "/done.ics": {"GET": done.calendar},
    }
    return _guarded(handlers, first.begin_again)


def _managing(pages: BookingPages, links: ManageLinks) -> dict[str, Handlers]:
    managed = ManagedAppointments(pages, links)
    shown = ManagePage(pages, managed)
    cancel, move = CancelStep(pages, managed, shown), MoveStep(pages, managed, shown)
    restore = RestoreStep(pages, managed, shown)
    handlers: dict[str, Handlers] = {
        _MANAGE: {"GET": shown.show},
        _MANAGE + "/appointment.ics": {"GET": shown.calendar},
        _MANAGE + "/cancel": {"GET": cancel.ask, "POST": cancel.cancel},
        _MANAGE + "/restore": {"POST": restore.restore},
        _MANAGE + "/move": {"GET": move.ask, "POST": move.hold},
        _MANAGE + "/move/confirm": {"POST": move.move},
    }
    return _guarded(handlers, shown.begin_again)


def _guarded(handlers: Mapping[str, Handlers], begin_again: Handler) -> dict[str, Handlers]:
    """Handlers for which a changed form begins again, and an unknown token is no page."""
    return {
        path: {method: _guard(handler, begin_again) for method, handler in of_path.items()}
        for path, of_path in handlers.items()
    }


def _guard(handler: Handler, begin_again: Handler) -> Handler:
    async def handling(request: PublicRequest) -> Response:
        try:
            return await handler(request)
        except FormChanged:
            return await begin_again(request)
        except UnknownToken:
            raise PageGone from None

    return handling
