"""What the page lets people choose from, in one language."""

from collections.abc import Sequence
from functools import cached_property

from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.booking_page.public_request import PublicRequest


class PublicOffer:
    """The active services and branches of an account, in their order."""

    def __init__(self, localized: LocalizedCatalogue) -> None:
        """`localized` is the catalogue in the language of the page."""
        self.localized = localized
        self.catalogue: Catalogue = localized.catalogue

    @cached_property
    def branches(self) -> Sequence[Branch]:
        """Where something can be booked, in order."""
        return [self.catalogue.branches[b.id] for b in self.localized.active_branches]

    @cached_property
    def services(self) -> Sequence[Service]:
        """What can be booked somewhere, in order."""
        keys = {branch.key for branch in self.branches}
        active = [self.catalogue.services[s.id] for s in self.localized.active_services]
        return [service for service in active if service.branch_keys & keys]

    @cached_property
    def combines(self) -> bool:
        """Whether some of the services can be booked in one appointment."""
        return any(
            combination.active and len(combination.service_keys & self._service_keys) > 1
            for combination in self.catalogue.combinations.values()
        )

    @cached_property
    def most_people(self) -> int:
        """The largest maximum of the services."""
        return max((service.max_party for service in self.services), default=1)

    def groups_at(self, branch: Branch | None) -> Sequence[tuple[str, Sequence[Service]]]:
        """The services, of a branch if one is given, under the names of their groups.

        "" is the name of no group.
        """
        found: dict[str, list[Service]] = {}
        for service in self.services:
            if branch is not None and branch.key not in service.branch_keys:
                continue
            group = self.localized.services[service.id].group
            found.setdefault(group.name if group else "", []).append(service)
        return list(found.items())

    def service(self, key: str) -> Service | None:
        """The service with this key, if it can be booked."""
        return next((service for service in self.services if service.key == key), None)

    def branches_of(self, services: Sequence[Service]) -> Sequence[Branch]:
        """Where these services can be booked together, in order."""
        return [
            branch
            for branch in self.branches
            if all(branch.key in service.branch_keys for service in services)
            and (len(services) < 2 or self.catalogue.combines(branch, services))
        ]

    def resource(self, key: str, services: Sequence[Service]) -> Resource | None:
        """The active resource with this key, if it can serve one of these services, or any."""
        for resource in self.catalogue.resources.values():
            if resource.key == key and resource.active:
                if not services:
                    return resource
                fits = any(resource.type in service.resource_types for service in services)
                return resource if fits and resource.can_serve(resource.type, services) else None
        return None

    def name(self, thing: Branch | Service | Resource) -> str:
        """What it is called in the language of the page."""
        return self.localized.text(thing.document["name"])

    def names(self, services: Sequence[Service]) -> str:
        """What several services are called, one after the other."""
        return ", ".join(self.name(service) for service in services)

    def address(self, branch: Branch) -> str:
        """The address of a branch in one line; "": it has none."""
        address = branch.document.get("address")
        if not address:
            return ""
        city = " ".join(part for part in (address.get("zipCode"), address.get("city")) if part)
        return ", ".join(part for part in (address.get("streetName"), city) if part)

    @cached_property
    def _service_keys(self) -> frozenset[str]:
        return frozenset(service.key for service in self.services)


def offer_of(tx: AccountTx, request: PublicRequest) -> PublicOffer:
    """What the account offers, in the language of a request."""
    catalogue, locales = current_catalogue(tx), list(request.page.locales)
    return tx.cached(
        ("booking page offer", request.locale),
        (catalogue.version, tuple(locales)),
        lambda: PublicOffer(LocalizedCatalogue(catalogue, tx.account.id, request.locale, locales)),
    )
