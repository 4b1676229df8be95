"""Services and branches as the interface shows them, and what stands around them."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from pydantic_core import to_json

from openslot.kernel.ids import made_at
from openslot.scheduling.model.catalogue import Branch, Service
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


class CalendarCatalogue:
    """One catalogue as this interface shows it in one locale; each part is made on first use."""

    def __init__(self, localized: LocalizedCatalogue) -> None:
        self.localized = localized
        self.headers = {**NO_STORE, **language_headers(localized)}

    @cached_property
    def services(self) -> Mapping[str, CalendarService]:
        """Every service by id."""
        return {s.id: self._service(s) for s in self.localized.catalogue.services.values()}

    @cached_property
    def grouped_services(self) -> Mapping[str, GroupedService]:
        """Every service by id, as groups have it."""
        known = self.localized.catalogue.services.values()
        return {service.id: GroupedService(**self._of_service(service)) for service in known}

    @cached_property
    def branches(self) -> Mapping[str, CalendarBranch]:
        """Every branch by id."""
        return {b.id: self._branch(b) for b in self.localized.catalogue.branches.values()}

    def services_of(self, ids: Iterable[str]) -> list[CalendarService]:
        """Services in the order given."""
        return [self.services[service_id] for service_id in ids]

    def branches_of(self, ids: Iterable[str]) -> list[CalendarBranch]:
        """Branches in the order given."""
        return [self.branches[branch_id] for branch_id in ids]

    def _service(self, service: Service) -> CalendarService:
        return CalendarService(
            **self._of_service(service), created=made_at(service.id), updated=service.updated_at
        )

    def _of_service(self, service: Service) -> dict[str, Any]:
        return {
            "publicId": service.id,
            "name": self.localized.text(service.document["name"]),
            "duration": service.duration_minutes,
            "additionalCustomerDuration": (
                0 if service.occupies else service.additional_customer_minutes
            ),
            "custom": service.document.get("custom"),
        }

    def _branch(self, branch: Branch) -> CalendarBranch:
        document = branch.document
        address, location = document.get("address") or {}, document.get("location") or {}
        return CalendarBranch(
            publicId=branch.id,
            name=self.localized.text(document["name"]),
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


def calendar_catalogue(tx: AccountTx, call: Call) -> CalendarCatalogue:
    """The catalogue in the language that the call wants."""
    localized = localized_catalogue(tx, call.languages)
    return tx.cached(
        ("calendar catalogue", localized.locale),
        (localized.catalogue.version, *tx.account.content["locales"]),
        lambda: CalendarCatalogue(localized),
    )


def bare(shown: CalendarCatalogue, call: Call, value: object) -> Response:
    """Something with nothing around it."""
    return Response(call.route.returns.status, to_json(value), shown.headers)


def named(shown: CalendarCatalogue, call: Call, name: str, value: object) -> Response:
    """Something under its name, with what stands beside it."""
    total = len(value) if isinstance(value, list) else 1
    return bare(shown, call, {name: value, **notified(total, call.query.path.arguments)})


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
