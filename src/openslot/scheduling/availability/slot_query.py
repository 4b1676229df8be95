"""What somebody would like to book: everything about a request but its time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.model.claim import NOBODY
from openslot.scheduling.model.policies import Policy, policy_of


@dataclass(frozen=True)
class SlotQuery:
    """Who would like what, where: everything about a request but its time."""

    branch: Branch
    services: tuple[Service, ...]
    party: int
    policy: Policy
    offered: bool
    candidates: tuple[tuple[Resource, ...], ...]  # for each resource type of the policy
    replaces: bytes = NOBODY  # the appointment that the new claim is to move
    ignoring: bytes = NOBODY  # one's own reservation, shown as free
    own_minutes: int | None = None  # the appointment's own length; None: as the services say

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every candidate of every type, once."""
        return tuple({r.id: r for group in self.candidates for r in group}.values())

    @cached_property
    def resource_ids(self) -> tuple[str, ...]:
        """The ids of every candidate."""
        return tuple(resource.id for resource in self.resources)

    def days(self, first: Minute, last: Minute) -> range:
        """The UTC days whose sheets decide about starts in `[first, last)`."""
        begin = first - self.policy.before_minutes
        end = last - 1 + self.policy.reach_minutes - self.policy.before_minutes
        return range(begin // MINUTES_PER_DAY, (end - 1) // MINUTES_PER_DAY + 1)


def slot_query(
    catalogue: Catalogue,
    branch: Branch,
    services: Sequence[Service],
    party: int,
    *,
    resource: Resource | None = None,
    replaces: bytes = NOBODY,
    ignoring: bytes = NOBODY,
    own_minutes: int | None = None,
) -> SlotQuery:
    """The query whether a party can book some services at a branch, with a named resource."""
    key = (branch.id, tuple(s.id for s in services), party, resource and resource.id)
    query: SlotQuery | None = catalogue.slot_queries.get(key)
    if query is None:
        query = _slot_query(catalogue, branch, tuple(services), party, resource)
        catalogue.slot_queries.store(key, query)
    if replaces or ignoring:
        query = replace(query, replaces=replaces, ignoring=ignoring)
    if own_minutes is not None:
        policy = query.policy.lasting(own_minutes)
        query = replace(query, policy=policy, own_minutes=own_minutes)
    return query


def _slot_query(
    catalogue: Catalogue,
    branch: Branch,
    services: tuple[Service, ...],
    party: int,
    named: Resource | None,
) -> SlotQuery:
    policy = policy_of(services, party)
    return SlotQuery(
        branch=branch,
        services=services,
        party=party,
        policy=policy,
        offered=branch.active
        and policy.takes_party
        and all(s.active and branch.key in s.branch_keys for s in services)
        and (len(services) == 1 or catalogue.combines(branch, services)),
        candidates=tuple(
            tuple(
                resource
                for resource in catalogue.resources_at(branch)
                if resource.active
                and resource.can_serve(kind, services)
                and (named is None or named.type != kind or named.id == resource.id)
            )
            for kind in policy.resource_types
        ),
    )
