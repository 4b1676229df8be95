"""The catalogue in one language: branches, services and resources as the API shows them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from openslot.kernel.ids import named_id
from openslot.kernel.localized_text import text_in
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model import catalogue
from openslot.scheduling.model.catalogue import Catalogue
from openslot.storage.transactions import AccountTx
from openslot.web.api.catalogue_responses import (
    AddressResponse,
    BranchResponse,
    GroupReference,
    LocationResponse,
    QuestionResponse,
    ResourceResponse,
    ServiceConfig,
    ServiceResource,
    ServiceResponse,
)
from openslot.web.http import languages


class LocalizedCatalogue:
    """One catalogue as it is shown in one locale; each part is made on first use."""

    def __init__(self, of_account: Catalogue, account_id: str, locale: str, locales: list[str]):
        """`locales` are the account's, its default first."""
        self.catalogue = of_account
        self.locale = locale
        self._account_id = account_id
        self._locales = locales

    def text(self, text: str | Mapping[str, str]) -> str:
        """A text in this locale."""
        return text_in(text, self.locale, self._locales)

    @cached_property
    def branches(self) -> Mapping[str, BranchResponse]:
        """Every branch by id, active first by sort order, then name."""
        made = [self._branch(branch) for branch in self.catalogue.branches.values()]
        order = {b.id: b.document.get("sortOrder", 0) for b in self.catalogue.branches.values()}
        return {b.id: b for b in sorted(made, key=lambda b: (order[b.id], b.name, b.id))}

    @cached_property
    def services(self) -> Mapping[str, ServiceResponse]:
        """Every service by id, by sort order, then name."""
        made = [self._service(service) for service in self.catalogue.services.values()]
        order = {s.id: s.document.get("sortOrder", 0) for s in self.catalogue.services.values()}
        return {s.id: s for s in sorted(made, key=lambda s: (order[s.id], s.name, s.id))}

    @cached_property
    def resources(self) -> Mapping[str, ResourceResponse]:
        """Every resource by id."""
        return {
            r.id: ResourceResponse(id=r.id, name=self.text(r.document["name"]))
            for r in self.catalogue.resources.values()
        }

    @cached_property
    def active_branches(self) -> list[BranchResponse]:
        """The branches that people can choose, in order."""
        return [b for b in self.branches.values() if self.catalogue.branches[b.id].active]

    @cached_property
    def active_services(self) -> list[ServiceResponse]:
        """The services that people can choose, in order."""
        return [s for s in self.services.values() if self.catalogue.services[s.id].active]

    def services_at(self, branch_id: str) -> list[ServiceResponse]:
        """What a branch offers, in order."""
        key = self.catalogue.branches[branch_id].key
        return [s for s in self.active_services if key in self.catalogue.services[s.id].branch_keys]

    def branches_of(self, service_id: str) -> list[BranchResponse]:
        """The branches that offer a service, in order."""
        keys = self.catalogue.services[service_id].branch_keys
        return [b for b in self.active_branches if self.catalogue.branches[b.id].key in keys]

    def type_id(self, resource_type: str) -> str:
        """The id of a resource type: always the same for its name in this account."""
        return named_id(self._account_id, f"resource-type:{resource_type}")

    def _branch(self, branch: catalogue.Branch) -> BranchResponse:
        address, location = branch.document.get("address"), branch.document.get("location")
        return BranchResponse(
            id=branch.id,
            name=self.text(branch.document["name"]),
            timeZone=branch.time_zone,
            address=self._address(address) if address else None,
            location=LocationResponse(**location) if location else None,
            phone=branch.document.get("phone"),
            email=branch.document.get("email"),
        )

    def _address(self, address: Mapping[str, Any]) -> AddressResponse:
        members = ("streetName", "zipCode", "city", "country")
        return AddressResponse(**{member: address.get(member) for member in members})

    def _service(self, service: catalogue.Service) -> ServiceResponse:
        return ServiceResponse(
            id=service.id,
            name=self.text(service.document["name"]),
            group=self._group(service.group_key),
            config=ServiceConfig(
                maxNumberOfReservations=service.max_party,
                durationMinutes=service.duration_minutes,
                additionalCustomerMinutes=service.additional_customer_minutes,
                slotStepMinutes=service.slot_step_minutes,
                dateOfBirthRequired=service.date_of_birth_required,
                questions=[
                    QuestionResponse(id=q.id, text=self.text(q.text), required=q.required)
                    for q in service.questions
                ],
            ),
            resources=[
                ServiceResource(id=r.id, name=self.text(r.document["name"]), branchId=branch.id)
                for branch in self.catalogue.branches.values()
                if branch.active and branch.key in service.branch_keys
                for r in self.catalogue.resources_at(branch)
                if r.active and r.type in service.resource_types and service.key in r.service_keys
            ],
        )

    def _group(self, key: str | None) -> GroupReference | None:
        group = self.catalogue.groups_by_key.get(key) if key else None
        if group is None or not group.active:
            return None
        return GroupReference(id=group.id, name=self.text(group.document["name"]))


def localized_catalogue(tx: AccountTx, accept_language: str | None) -> LocalizedCatalogue:
    """The account's catalogue in the language that suits the request best."""
    of_account = current_catalogue(tx)
    locales = tx.account.content["locales"]
    locale = languages.choose(accept_language, tuple(locales))
    return tx.cached(
        ("localized catalogue", locale),
        (of_account.version, tuple(locales)),
        lambda: LocalizedCatalogue(of_account, tx.account.id, locale, locales),
    )


def language_headers(localized: LocalizedCatalogue) -> dict[str, str]:
    """What a response with texts in one language says of it."""
    return {
        "Content-Language": languages.content_language(localized.locale),
        "Vary": "Accept-Language",
    }
