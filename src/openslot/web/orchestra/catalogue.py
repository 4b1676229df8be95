"""Services, branches, and what a branch lets people book together."""

from collections.abc import Sequence

from openslot.kernel.errors import NotFound
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.http.route import Call
from openslot.web.orchestra.responses import BranchGroups, CalendarServiceGroup
from openslot.web.orchestra.shapes import CalendarCatalogue, bare, calendar_catalogue, named


def services(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A1: every service."""
    shown = calendar_catalogue(tx, call)
    return named(shown, call, "serviceList", shown.services_of(_all(shown)))


def branches(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A2: every branch."""
    shown = calendar_catalogue(tx, call)
    ids = [branch.id for branch in shown.localized.active_branches]
    return named(shown, call, "branchList", shown.branches_of(ids))


def branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A3: one branch."""
    shown = calendar_catalogue(tx, call)
    return named(shown, call, "branch", shown.branches[found.id])


def services_of_branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A4: what a branch offers."""
    shown = calendar_catalogue(tx, call)
    ids = _offered(shown, found)
    return named(shown, call, "serviceList", shown.services_of(ids))


def branches_of_service(tx: AccountTx, call: Call, found: Service) -> Response:
    """A5: the branches that offer a service."""
    shown = calendar_catalogue(tx, call)
    ids = [branch.id for branch in shown.localized.branches_of(found.id)]
    return named(shown, call, "branchList", shown.branches_of(ids))


def available_branches(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A8: the branches that offer all of some services, or every branch."""
    shown = calendar_catalogue(tx, call)
    wanted = _wanted(shown, call)
    of_account = shown.localized.catalogue
    ids = [
        branch.id
        for branch in shown.localized.active_branches
        if set(wanted) <= set(_offered(shown, of_account.branches[branch.id]))
    ]
    return named(shown, call, "branch", shown.branches_of(ids))


def groups(tx: AccountTx, call: Call, _: Catalogue) -> Response:
    """A6: for every branch that has any, what can be booked together."""
    shown = calendar_catalogue(tx, call)
    wanted = _wanted(shown, call)
    of_account = shown.localized.catalogue
    found = [
        BranchGroups(branchPublicId=each.id, branchName=each.name, serviceGroups=at_branch)
        for each in shown.localized.active_branches
        if (at_branch := _groups(shown, of_account.branches[each.id], wanted))
    ]
    return bare(shown, call, found)


def groups_of_branch(tx: AccountTx, call: Call, found: Branch) -> Response:
    """A7: what can be booked together at a branch."""
    shown = calendar_catalogue(tx, call)
    return bare(shown, call, _groups(shown, found, _wanted(shown, call)))


def _all(shown: CalendarCatalogue) -> list[str]:
    """The ids of the services that can be booked without an answer, in order."""
    known = shown.localized.catalogue.services
    return [service.id for service in shown.localized.active_services if not known[service.id].asks]


def _offered(shown: CalendarCatalogue, branch: Branch) -> list[str]:
    known = shown.localized.catalogue.services
    return [
        service.id
        for service in shown.localized.services_at(branch.id)
        if not known[service.id].asks
    ]


def _wanted(shown: CalendarCatalogue, call: Call) -> Sequence[str]:
    """The services that the path names.

    Raises:
        NotFound: one of them is not there.
    """
    wanted = [service_id.lower() for service_id in call.query.path.service_ids]
    known = set(_all(shown))
    if not known.issuperset(wanted):
        raise NotFound("There is no such service")
    return wanted


def _groups(
    shown: CalendarCatalogue, branch: Branch, wanted: Sequence[str]
) -> list[CalendarServiceGroup]:
    """Each combination of a branch that holds all wanted services, whole, in the branch's order.

    A service in no combination is a group of itself.
    """
    offered = _offered(shown, branch)
    known = shown.localized.catalogue.services
    keys = {known[service_id].key: service_id for service_id in offered}
    sets = [
        {keys[key] for key in combination.service_keys if key in keys}
        for combination in shown.localized.catalogue.combinations.values()
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
        CalendarServiceGroup(services=[shown.grouped_services[i] for i in ids]) for ids in in_order
    ]
