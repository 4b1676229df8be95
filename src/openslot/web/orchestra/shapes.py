"""Services and branches as the interface shows them, and what stands around them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from openslot.kernel.ids import made_at
from openslot.scheduling.model import catalogue
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call
from openslot.web.orchestra.responses import CalendarBranch, CalendarService, GroupedService

NO_STORE = {"Content-Type": JSON, "Cache-Control": "no-store"}


def localized_of(tx: AccountTx, call: Call) -> LocalizedCatalogue:
    """The catalogue in the language that the call wants."""
    return localized_catalogue(tx, call.languages)


def bare(localized: LocalizedCatalogue, call: Call, value: object) -> Response:
    """Something with nothing around it."""
    headers = {**NO_STORE, **language_headers(localized)}
    return Response(call.route.returns.status, to_json(value), headers)


def named(localized: LocalizedCatalogue, call: Call, name: str, value: object) -> Response:
    """Something under its name, with what stands beside it."""
    total = len(value) if isinstance(value, list) else 1
    around = notified(total, call.query.path.arguments)
    return bare(localized, call, {name: value, **around})


def notified(total: int, arguments: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside everything that has a name."""
    meta = {
        "start": "",
        "end": "",
        "totalResults": total,
        "offset": None,
        "limit": None,
        "fields": "",
        "arguments": arguments,
    }
    return {"notifications": [], "meta": meta}


def grouped_service(localized: LocalizedCatalogue, service: catalogue.Service) -> GroupedService:
    """A service as groups have it."""
    return GroupedService(**_of_service(localized, service))


def service_shown(localized: LocalizedCatalogue, service: catalogue.Service) -> CalendarService:
    """A service."""
    return CalendarService(
        **_of_service(localized, service),
        created=made_at(service.id),
        updated=service.updated_at,
    )


def services_shown(localized: LocalizedCatalogue, ids: Sequence[str]) -> list[CalendarService]:
    """Services in the order given."""
    return [service_shown(localized, localized.catalogue.services[i]) for i in ids]


def _of_service(localized: LocalizedCatalogue, service: catalogue.Service) -> dict[str, Any]:
    return {
        "publicId": service.id,
        "name": localized.text(service.document["name"]),
        "duration": service.duration_minutes,
        "additionalCustomerDuration": (
            0 if service.occupies else service.additional_customer_minutes
        ),
        "custom": service.document.get("custom"),
    }


def branch_shown(localized: LocalizedCatalogue, branch: catalogue.Branch) -> CalendarBranch:
    """A branch."""
    document = branch.document
    address, location = document.get("address") or {}, document.get("location") or {}
    return CalendarBranch(
        publicId=branch.id,
        name=localized.text(document["name"]),
        timeZone=branch.time_zone,
        fullTimeZone=branch.time_zone,
        addressLine1=address.get("streetName"),
        addressZip=address.get("zipCode"),
        addressCity=address.get("city"),
        addressCountry=address.get("country"),
        phone=document.get("phone"),
        email=document.get("email"),
        latitude=location.get("latitude"),
        longitude=location.get("longitude"),
        created=made_at(branch.id),
        updated=branch.updated_at,
    )


def branches_shown(localized: LocalizedCatalogue, ids: Iterable[str]) -> list[CalendarBranch]:
    """Branches in the order given."""
    return [branch_shown(localized, localized.catalogue.branches[i]) for i in ids]
