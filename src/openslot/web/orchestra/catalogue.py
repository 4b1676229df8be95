"""Services, branches, and what a branch lets people book together."""

from collections.abc import Sequence

from openslot.kernel.errors import NotFound
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.http.response import Response
from openslot.web.http.route import Call
from openslot.web.orchestra.responses import BranchGroups, CalendarServiceGroup
from openslot.web.orchestra.shapes import (
    bare,
    branch_shown,
    branches_shown,
    grouped_service,
    localized_of,
    named,
    services_shown,
)


def services(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A1: every service."""
    localized = localized_of(tx, call)
    return named(localized, call, "serviceList", services_shown(localized, _all(localized)))


def branches(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A2: every branch."""
    localized = localized_of(tx, call)
    ids = [branch.id for branch in localized.active_branches]
    return named(localized, call, "branchList", branches_shown(localized, ids))


def branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A3: one branch."""
    localized = localized_of(tx, call)
    return named(localized, call, "branch", branch_shown(localized, found))


def services_of_branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A4: what a branch offers."""
    localized = localized_of(tx, call)
    ids = _offered(localized, found)
    return named(localized, call, "serviceList", services_shown(localized, ids))


def branches_of_service(tx: AccountTx, call: Call, found: Service) -> Response:
    """A5: the branches that offer a service."""
    localized = localized_of(tx, call)
    ids = [branch.id for branch in localized.branches_of(found.id)]
    return named(localized, call, "branchList", branches_shown(localized, ids))


def available_branches(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A8: the branches that offer all of some services, or every branch."""
    localized = localized_of(tx, call)
    wanted = _wanted(localized, call)
    of_account = localized.catalogue
    ids = [
        branch.id
        for branch in localized.active_branches
        if set(wanted) <= set(_offered(localized, of_account.branches[branch.id]))
    ]
    return named(localized, call, "branch", branches_shown(localized, ids))


def groups(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A6: for every branch that has any, what can be booked together."""
    localized = localized_of(tx, call)
    wanted = _wanted(localized, call)
    of_account = localized.catalogue
    found = [
        BranchGroups(branchPublicId=shown.id, branchName=shown.name, serviceGroups=at_branch)
        for shown in localized.active_branches
        if (at_branch := _groups(localized, of_account.branches[shown.id], wanted))
    ]
    return bare(localized, call, found)


def groups_of_branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A7: what can be booked together at a branch."""
    localized = localized_of(tx, call)
    return bare(localized, call, _groups(localized, found, _wanted(localized, call)))


def _all(localized: LocalizedCatalogue) -> list[str]:
    """The ids of the services that can be booked without an answer, in order."""
    known = localized.catalogue.services
    return [service.id for service in localized.active_services if not known[service.id].asks]


def _offered(localized: LocalizedCatalogue, branch: Branch) -> list[str]:
    known = localized.catalogue.services
    return [
        service.id for service in localized.services_at(branch.id) if not known[service.id].asks
    ]


def _wanted(localized: LocalizedCatalogue, call: Call) -> Sequence[str]:
    """The services that the path names.

    Raises:
        NotFound: one of them is not there.
    """
    wanted = [service_id.lower() for service_id in call.query.path.service_ids]
    known = set(_all(localized))
    if not known.issuperset(wanted):
        raise NotFound("There is no such service")
    return wanted


def _groups(
    localized: LocalizedCatalogue, branch: Branch, wanted: Sequence[str]
) -> list[CalendarServiceGroup]:
    """Each combination of a branch that holds all wanted services, whole, in the branch's order.

    A service in no combination is a group of itself.
    """
    offered = _offered(localized, branch)
    known = localized.catalogue.services
    keys = {known[service_id].key: service_id for service_id in offered}
    sets = [
        {keys[key] for key in combination.service_keys if key in keys}
        for combination in localized.catalogue.combinations.values()
        if combination.active and combination.branch_key == branch.key
    ]
    combined = {frozenset(each) for each in sets if len(each) > 1}
    alone = [
        frozenset({service_id})
        for service_id in offered
        if not any(service_id in each for each in combined)
    ]
    matching = [each for each in (*combined, *alone) if each.issuperset(wanted)]
    in_order = [[service_id for service_id in offered if service_id in each] for each in matching]
    in_order.sort(key=lambda ids: [offered.index(service_id) for service_id in ids])
    return [
        CalendarServiceGroup(services=[grouped_service(localized, known[i]) for i in ids])
        for ids in in_order
    ]
