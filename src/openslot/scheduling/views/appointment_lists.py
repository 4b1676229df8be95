"""The account's appointments, a page at a time, and the history of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.page import Page, read_page
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.model.references import reference_of
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store import appointment_lists as store
from openslot.scheduling.store import appointments, history
from openslot.storage.transactions import AccountTx

_EARLIEST, _LATEST = -(1 << 40), 1 << 40


@dataclass(frozen=True, slots=True)
class AppointmentListing:
    """Which appointments, and which page of them; a date counts at the branch that is named."""

    from_: Minute | date | None = None
    to: Minute | date | None = None
    branch_id: str | None = None
    service_id: str | None = None
    resource_id: str | None = None
    status: str | None = None
    conflicted: bool | None = None  # without a place that fits them any more
    reference: str | None = None  # in any case
    after: tuple[Minute, str] | None = None  # start and id of the appointment before the page
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """A page of appointments by start, and the query as it was understood."""

    filter: AppointmentFilter
    page: Page[Appointment]


@dataclass(frozen=True, slots=True)
class AppointmentHistory:
    """Every change of an appointment, oldest first."""

    appointment: Appointment
    changes: Sequence[AppointmentChange]


def page(tx: AccountTx, query: AppointmentListing) -> AppointmentPage:
    """A page of the account's appointments, by start and id.

    Raises:
        Invalid: a date without a branch, or an end before the beginning.
        NotFound: there is no such branch, service or resource.
    """
    wanted = _filter(tx, query)
    if wanted.reference is not None:  # one has it, or none
        one = appointments.by_reference(tx, wanted.reference)
        return AppointmentPage(wanted, Page([one] if one and wanted.takes(one) else []))
    return AppointmentPage(
        wanted, read_page(query.limit, partial(store.page, tx, wanted, query.after))
    )


def history_of(tx: AccountTx, appointment_id: str) -> AppointmentHistory:
    """What happened to an appointment.

    Raises:
        NotFound: there is no such appointment.
    """
    appointment = appointments.by_id(tx, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment")
    return AppointmentHistory(appointment, history.of_appointment(tx, appointment_id))


def _filter(tx: AccountTx, query: AppointmentListing) -> AppointmentFilter:
    of_account = current_catalogue(tx)
    branch = of_account.branches.get(query.branch_id or "")
    zone = None if branch is None else branch.zone
    first, last = _bound("from", query.from_, zone), _bound("to", query.to, zone)
    if first is not None and last is not None and first > last:
        raise Invalid(Fault("to", "invalid_value", "must be no earlier than from"))
    for name, item_id, items in (
        ("branch", query.branch_id, of_account.branches),
        ("service", query.service_id, of_account.services),
        ("resource", query.resource_id, of_account.resources),
    ):
        if item_id is not None and item_id not in items:
            raise NotFound(f"There is no such {name}")
    return AppointmentFilter(
        first=_EARLIEST if first is None else first,
        last=_LATEST if last is None else last,
        branch_id=query.branch_id,
        service_id=query.service_id,
        resource_id=query.resource_id,
        status=query.status,
        conflicted=query.conflicted,
        reference=None if query.reference is None else reference_of(query.reference),
    )


def _bound(name: str, bound: Minute | date | None, zone: ZoneInfo | None) -> Minute | None:
    if not isinstance(bound, date):
        return bound
    if zone is None:
        detail = "is a date: name the branch whose date it is, or send a time with offset"
        raise Invalid(Fault(name, "offset_required", detail))
    return day_bounds(bound, zone)[0]


def of_ids(tx: AccountTx, ids: Collection[str]) -> list[Appointment]:
    """Those of some ids that are appointments, by start and id."""
    found = appointments.by_ids(tx, ids)
    return sorted(found, key=lambda one: (one.placement.start, one.id))
