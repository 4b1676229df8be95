"""Services, groups, branches and combinations, in one language."""

from collections.abc import Sequence

from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.storage.transactions import AccountTx
from openslot.web.api.catalogue_responses import ServiceResponse
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.booking_api import responses
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


def _localized(tx: AccountTx, call: Call) -> LocalizedCatalogue:
    return localized_catalogue(tx, call.languages)


def _listing(localized: LocalizedCatalogue, value: object) -> Response:
    return json_response(value, headers=language_headers(localized))


def services_by_branch(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """Every branch with what it offers."""
    localized = _localized(tx, call)
    nested = [
        responses.BranchServices(branch=branch, services=services)
        for branch in localized.active_branches
        if (services := localized.services_at(branch.id))
    ]
    return _listing(localized, nested)


def groups(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """Every group with the services under it."""
    localized = _localized(tx, call)
    by_group: dict[str, list[ServiceResponse]] = {}
    for service in localized.active_services:
        if service.group is not None:
            by_group.setdefault(service.group.id, []).append(service)
    names = {s.group.id: s.group.name for s in localized.active_services if s.group is not None}
    order = {g.id: g.document.get("sortOrder", 0) for g in localized.catalogue.groups.values()}
    found = [
        responses.ServiceGroupResponse(id=group_id, name=names[group_id], services=services)
        for group_id, services in by_group.items()
    ]
    return _listing(localized, sorted(found, key=lambda g: (order[g.id], g.name, g.id)))


def one_service(tx: AccountTx, call: Call, service: Service) -> Response:
    """One service."""
    localized = _localized(tx, call)
    return _listing(localized, localized.services[service.id])


def branches_of_service(tx: AccountTx, call: Call, service: Service) -> Response:
    """The branches that offer a service."""
    localized = _localized(tx, call)
    return _listing(localized, localized.branches_of(service.id))


def branches(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """Every branch."""
    localized = _localized(tx, call)
    return _listing(localized, localized.active_branches)


def one_branch(tx: AccountTx, call: Call, branch: Branch) -> Response:
    """One branch."""
    localized = _localized(tx, call)
    return _listing(localized, localized.branches[branch.id])


def combinations(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """For every branch, which services can be booked together."""
    localized = _localized(tx, call)
    made = [_combinations(localized, branch.id) for branch in localized.active_branches]
    return _listing(localized, [of_branch for of_branch in made if of_branch.serviceCombinations])


def combinations_of_branch(tx: AccountTx, call: Call, branch: Branch) -> Response:
    """For one branch, which services can be booked together."""
    localized = _localized(tx, call)
    return _listing(localized, [_combinations(localized, branch.id)])


def _combinations(localized: LocalizedCatalogue, branch_id: str) -> responses.BranchCombinations:
    of_account = localized.catalogue
    branch = of_account.branches[branch_id]
    offered = [of_account.services[s.id] for s in localized.services_at(branch_id)]
    types = sorted({kind for service in offered for kind in service.resource_types})
    return responses.BranchCombinations(
        branchId=branch_id,
        serviceCombinations=[
            responses.CombinationsOfType(
                resourceTypeId=localized.type_id(kind),
                combinableServices=[
                    s.id for s in rest if _could_combine(localized, branch, s, kind)
                ],
                unCombinableServices=[
                    s.id for s in rest if not _could_combine(localized, branch, s, kind)
                ],
                combinedServices=[s.id for s in combined],
            )
            for kind in types
            for combined in _sets(of_account, branch, offered, kind)
            if (rest := [s for s in offered if kind in s.resource_types and s not in combined])
            or combined
        ],
    )


def _sets(
    of_account: Catalogue, branch: Branch, offered: Sequence[Service], kind: str
) -> list[list[Service]]:
    """The largest sets that a branch has combined and that need a resource type; else one empty."""
    sets = [
        {s.key for s in offered if s.key in combination.service_keys}
        for combination in of_account.combinations.values()
        if combination.active and combination.branch_key == branch.key
    ]
    largest = {frozenset(one) for one in sets if not any(one < other for other in sets)}
    of_kind = [
        [s for s in offered if s.key in one]
        for one in largest
        if len(one) > 1 and any(kind in s.resource_types for s in offered if s.key in one)
    ]
    places = {service.key: place for place, service in enumerate(offered)}
    return sorted(of_kind, key=lambda one: [places[s.key] for s in one]) or [[]]


def _could_combine(
    localized: LocalizedCatalogue, branch: Branch, service: Service, kind: str
) -> bool:
    """Whether some resource here could serve it together with another service."""
    others = [
        localized.catalogue.services[s.id]
        for s in localized.services_at(branch.id)
        if s.id != service.id
    ]
    return any(
        other.occupies == service.occupies
        and kind in other.resource_types
        and any(
            resource.active
            and resource.type == kind
            and {service.key, other.key} <= resource.service_keys
            for resource in localized.catalogue.resources_at(branch)
        )
        for other in others
    )
