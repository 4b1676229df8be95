"""GET of services, groups, branches and combinations."""

from collections.abc import Sequence

from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import Words, words
from openslot.web.booking_api import responses
from openslot.web.http import languages
from openslot.web.http.response import Reply, json_reply
from openslot.web.http.route import Call


def in_words(of_call: Words, value: object) -> Reply:
    """A listing in one language, which the answer names."""
    headers = {
        "Content-Language": languages.content_language(of_call.locale),
        "Vary": "Accept-Language",
    }
    return json_reply(value, headers=headers)


def _words(tx: AccountTx, call: Call) -> Words:
    return words(tx, call.headers.get("accept-language"))


def list_services(tx: AccountTx, call: Call) -> Reply:
    """Every branch with what it offers."""
    of_call = _words(tx, call)
    nested = [
        responses.BranchServices(branch=branch, services=services)
        for branch in of_call.active_branches
        if (services := of_call.services_at(branch.id))
    ]
    return in_words(of_call, nested)


def list_groups(tx: AccountTx, call: Call) -> Reply:
    """Every group with the services under it."""
    of_call = _words(tx, call)
    by_group: dict[str, list[responses.Service]] = {}
    for service in of_call.active_services:
        if service.group is not None:
            by_group.setdefault(service.group.id, []).append(service)
    names = {s.group.id: s.group.name for s in of_call.active_services if s.group is not None}
    order = {g.id: g.document.get("sortOrder", 0) for g in of_call.catalogue.groups.values()}
    groups = [
        responses.ServiceGroup(id=group_id, name=names[group_id], services=services)
        for group_id, services in by_group.items()
    ]
    return in_words(of_call, sorted(groups, key=lambda g: (order[g.id], g.name, g.id)))


def get_service(tx: AccountTx, call: Call) -> Reply:
    """One service."""
    of_call = _words(tx, call)
    service = of_call.catalogue.service(call.path_id("serviceId"))
    return in_words(of_call, of_call.services[service.id])


def list_branches_of_service(tx: AccountTx, call: Call) -> Reply:
    """The branches that offer a service."""
    of_call = _words(tx, call)
    service = of_call.catalogue.service(call.path_id("serviceId"))
    return in_words(of_call, of_call.branches_of(service.id))


def list_branches(tx: AccountTx, call: Call) -> Reply:
    """Every branch."""
    of_call = _words(tx, call)
    return in_words(of_call, of_call.active_branches)


def get_branch(tx: AccountTx, call: Call) -> Reply:
    """One branch."""
    of_call = _words(tx, call)
    branch = of_call.catalogue.branch(call.path_id("branchId"))
    return in_words(of_call, of_call.branches[branch.id])


def list_combinations(tx: AccountTx, call: Call) -> Reply:
    """For every branch, which services can be booked together."""
    of_call = _words(tx, call)
    made = [_combinations(of_call, branch.id) for branch in of_call.active_branches]
    return in_words(of_call, [of_branch for of_branch in made if of_branch.serviceCombinations])


def get_combinations(tx: AccountTx, call: Call) -> Reply:
    """For one branch, which services can be booked together."""
    of_call = _words(tx, call)
    branch = of_call.catalogue.branch(call.path_id("branchId"))
    return in_words(of_call, [_combinations(of_call, branch.id)])


def _combinations(of_call: Words, branch_id: str) -> responses.BranchCombinations:
    of_account = of_call.catalogue
    branch = of_account.branches[branch_id]
    offered = [of_account.services[s.id] for s in of_call.services_at(branch_id)]
    types = sorted({kind for service in offered for kind in service.resource_types})
    return responses.BranchCombinations(
        branchId=branch_id,
        serviceCombinations=[
            responses.CombinationsOfType(
                resourceTypeId=of_call.type_id(kind),
                combinableServices=[s.id for s in rest if _could_combine(of_call, branch, s, kind)],
                unCombinableServices=[
                    s.id for s in rest if not _could_combine(of_call, branch, s, kind)
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


def _could_combine(of_call: Words, branch: Branch, service: Service, kind: str) -> bool:
    """Whether some resource here could serve it together with another service."""
    others = [
        of_call.catalogue.services[s.id]
        for s in of_call.services_at(branch.id)
        if s.id != service.id
    ]
    return any(
        other.occupies == service.occupies
        and kind in other.resource_types
        and any(
            resource.active
            and resource.type == kind
            and {service.key, other.key} <= resource.service_keys
            for resource in of_call.catalogue.resources_at(branch)
        )
        for other in others
    )
