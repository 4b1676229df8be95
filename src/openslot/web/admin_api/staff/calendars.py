"""A branch's day for its staff."""

from collections.abc import Generator
from typing import Annotated, Any

from pydantic import WithJsonSchema
from pydantic_core import to_json

from openslot.kernel.intervals import Interval
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK, RESERVATION
from openslot.scheduling.staff_actions import BranchDate
from openslot.scheduling.views import calendars
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Day
from openslot.web.api.appointment_responses import SlotResponse
from openslot.web.api.catalogue_responses import ResourceResponse
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import minute_texts
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call, Handled

_KINDS = {APPOINTMENT: "appointment", RESERVATION: "reservation", BLOCK: "block"}


class CalendarQuery(RequestModel):
    """Which branch, and which of its local dates."""

    branch: Id
    date: Day


class CalendarClaimResponse(ApiResponse):
    """What takes a resource; `appointmentId` for an appointment, or for what may become one."""

    startTime: Timestamp
    endTime: Timestamp
    places: int
    kind: Annotated[str, WithJsonSchema({"type": "string", "enum": list(_KINDS.values())})]
    appointmentId: Uuid | None = None


class ResourceDayResponse(ApiResponse):
    """One resource's day."""

    resource: ResourceResponse
    openTime: list[SlotResponse]
    claims: list[CalendarClaimResponse]
    freeTime: list[SlotResponse]


def read_date(call: Call) -> BranchDate:
    """Which branch, and which date."""
    return BranchDate(call.query.branch, call.query.date)


def respond_day(tx: AccountTx, call: Call, day: calendars.Day) -> Handled:
    """A branch's day."""
    return _written(day, localized_catalogue(tx, call.languages))


def _written(day: calendars.Day, localized: LocalizedCatalogue) -> Generator[None, None, Response]:
    """The day in steps: first computed, then its times, then each resource."""
    found = []
    for one in calendars.days(day):
        found.append(one)
        yield
    minutes = {day.first}
    for one in found:
        minutes.update(minute for span in (*one.open_time, *one.free_time) for minute in span)
        minutes.update(minute for claim in one.claims for minute in (claim.start, claim.end))
        yield
    in_order = sorted(minutes)
    texts = dict(zip(in_order, minute_texts(in_order, day.branch.zone), strict=True))
    yield
    resources = []
    for one in found:
        resources.append(_resource_day(one, localized, texts))
        yield
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", **language_headers(localized)}
    return Response(200, to_json(resources), headers)


def _resource_day(
    day: calendars.ResourceDay, localized: LocalizedCatalogue, texts: dict[int, str]
) -> dict[str, Any]:
    """As `ResourceDayResponse`; of a busy day there are a thousand claims, so by hand."""

    def slot(span: Interval) -> dict[str, str]:
        return {"startTime": texts[span[0]], "endTime": texts[span[1]]}

    claims = []
    for claim in day.claims:
        kind = _KINDS[claim.kind]
        one: dict[str, Any] = {
            **slot((claim.start, claim.end)),
            "places": claim.places,
            "kind": kind,
        }
        if claim.kind != BLOCK:
            one["appointmentId"] = claim.id
        claims.append(one)
    return {
        "resource": localized.resources[day.resource.id],
        "openTime": [slot(span) for span in day.open_time],
        "claims": claims,
        "freeTime": [slot(span) for span in day.free_time],
    }
