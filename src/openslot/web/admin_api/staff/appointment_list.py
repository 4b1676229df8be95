"""The account's appointments, a page at a time."""

from collections.abc import Generator
from typing import Any

from pydantic_core import to_json

from openslot.kernel.clock import Minute, instant_of_minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.views.appointment_lists import AppointmentListing, AppointmentPage
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.staff_responses import response_to
from openslot.web.http.paging import BY_START, link_header
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call, Handled

PATH = "/appointments"


def read_listing(call: Call) -> AppointmentListing:
    """Which appointments."""
    query: Any = call.query
    return AppointmentListing(
        from_=query.from_,
        to=query.to,
        branch_id=query.branch,
        service_id=query.service,
        resource_id=query.resource,
        status=query.status,
        conflicted=query.stranded,
        reference=query.reference,
        after=query.after,
        limit=query.limit,
    )


def respond_page(tx: AccountTx, call: Call, found: AppointmentPage) -> Handled:
    """A page of them, by start."""
    return _written(call, found, localized_catalogue(tx, call.languages))


def _written(
    call: Call, found: AppointmentPage, localized: LocalizedCatalogue
) -> Generator[None, None, Response]:
    """The page as JSON, in steps: one appointment takes about 50 µs."""
    parts = []
    for appointment in found.page.items:
        parts.append(to_json(response_to(call.actor, localized, appointment)))
        yield
    repeated = _repeated(call.query, found.filter)
    headers = {
        "Content-Type": JSON,
        "Cache-Control": "no-store",
        **language_headers(localized),
        **link_header(found.page, url_of(call, PATH), repeated, _cursor_of),
    }
    return Response(200, b"[%s]" % b",".join(parts), headers)


def _repeated(query: Any, wanted: AppointmentFilter) -> dict[str, str]:
    """The parameters of the next page; dates as the instants that they were at the branch."""
    given = {name: getattr(query, name) for name in _PLAIN}
    given["from"] = None if query.from_ is None else _utc(wanted.first)
    given["to"] = None if query.to is None else _utc(wanted.last)
    given["stranded"] = None if query.stranded is None else str(query.stranded).lower()
    repeated = {name: value for name, value in given.items() if value is not None}
    return {**repeated, **query.repeated()}


# The parameters that the next page has as they are.
_PLAIN = ("branch", "service", "resource", "status", "reference")


def _cursor_of(appointment: Appointment) -> str:
    return BY_START.write(appointment.placement.start, appointment.id)


def _utc(minute: Minute) -> str:
    return instant_of_minute(minute).isoformat()
