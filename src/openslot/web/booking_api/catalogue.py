"""GET of services, groups, branches and combinations."""

from openslot.storage.database import AccountTx
from openslot.web import languages
from openslot.web.booking_api import answers
from openslot.web.booking_api.words import Words, words
from openslot.web.operations import Call
from openslot.web.replies import Reply, json_reply


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
        answers.BranchServices(branch=branch, services=services)
        for branch in of_call.active_branches
        if (services := of_call.services_at(branch.id))
    ]
    return in_words(of_call, nested)


def list_groups(tx: AccountTx, call: Call) -> Reply:
    """Every group with the services under it."""
    of_call = _words(tx, call)
    by_group: dict[str, list[answers.Service]] = {}
    for service in of_call.active_services:
        if service.group is not None:
            by_group.setdefault(service.group.id, []).append(service)
    names = {s.group.id: s.group.name for s in of_call.active_services if s.group is not None}
    order = {g.id: g.document.get("sortOrder", 0) for g in of_call.catalogue.groups.values()}
    groups = [
        answers.ServiceGroup(id=group_id, name=names[group_id], services=services)
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


def _combinations(of_call: Words, branch_id: str) -> answers.BranchCombinations:
    of_account = of_call.catalogue
    branch = of_account.branches[branch_id]
    offered = {of_account.services[s.id].key: s for s in of_call.services_at(branch_id)}
    sets = [
        [offered[key].id for key in sorted(combination.service_keys) if key in offered]
        for combination in of_account.combinations.values()
        if combination.active and combination.branch_key == branch.key
    ]
    sets = sorted(ids for ids in sets if len(ids) > 1)
    combined = {service_id for ids in sets for service_id in ids}
    by_type: dict[str, list[answers.Service]] = {}
    for key, service in offered.items():
        for resource_type in of_account.services_by_key[key].resource_types:
            by_type.setdefault(resource_type, []).append(service)
    return answers.BranchCombinations(
        branchId=branch_id,
        serviceCombinations=[
            answers.CombinationsOfType(
                resourceTypeId=of_call.type_id(resource_type),
                combinableServices=[s for s in services if s.id in combined],
                unCombinableServices=[s for s in services if s.id not in combined],
                combinedServices=[ids for ids in sets if {s.id for s in services} & set(ids)],
            )
            for resource_type, services in sorted(by_type.items())
        ],
    )
