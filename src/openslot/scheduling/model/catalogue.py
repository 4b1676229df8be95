"""The catalogue of an account: its branches, services, resources, groups and combinations.

Frozen values, read once per catalogue version (`catalogue_documents`). References between items
are keys, which never change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from openslot.kernel.bounded_cache import BoundedCache
from openslot.kernel.clock import Millis
from openslot.kernel.errors import NotFound
from openslot.scheduling.model.opening_hours import Timetable
from openslot.scheduling.model.zones import zone_named

# What a service says of a customer's field.
REQUIRED, OPTIONAL, HIDDEN = "required", "optional", "hidden"

Document = Mapping[str, Any]
Localized = str | Mapping[str, str]  # one text, or one per locale


@dataclass(frozen=True)
class Branch:
    """A place with one zone and opening hours."""

    id: str
    key: str
    active: bool
    document: Document
    time_zone: str
    timetable: Timetable
    updated_at: Millis = 0  # when its content was last changed; 0: not known

    @cached_property
    def zone(self) -> ZoneInfo:
        """Its IANA zone."""
        zone = zone_named(self.time_zone)
        if zone is None:
            raise LookupError(f"no zone {self.time_zone}")  # the account file was checked for it
        return zone


@dataclass(frozen=True)
class Question:
    """Something a customer is asked when booking a service."""

    id: str
    key: str
    text: Localized
    required: bool


@dataclass(frozen=True)
class Service:
    """Something bookable: how long it takes and under which policy. Whole minutes throughout."""

    id: str
    key: str
    active: bool
    document: Document
    group_key: str | None
    duration_minutes: int
    slot_step_minutes: int
    before_minutes: int
    after_minutes: int
    notice_minutes: int
    horizon_days: int
    max_party: int
    additional_customer_minutes: int
    occupies: bool  # partyMode occupy: a party of n takes n places; else it takes longer
    reschedule_cutoff_minutes: int
    cancel_cutoff_minutes: int
    customer_fields: Mapping[str, str]  # by the names of `Customer`, of those that it says
    questions: tuple[Question, ...]
    timetable: Timetable | None  # narrows the branch's hours
    resource_types: tuple[str, ...]
    branch_keys: frozenset[str]
    updated_at: Millis = 0  # when its content was last changed; 0: not known

    @property
    def asks(self) -> bool:
        """Whether it cannot be booked without an answer to a question."""
        return any(question.required for question in self.questions)

    @property
    def date_of_birth_required(self) -> bool:
        """Whether nobody can book it without saying when they were born."""
        return self.customer_fields.get("date_of_birth") == REQUIRED

    def minutes_for(self, party: int) -> int:
        """How long it takes a party."""
        if self.occupies:
            return self.duration_minutes
        return self.duration_minutes + self.additional_customer_minutes * (party - 1)


@dataclass(frozen=True)
class Resource:
    """Who or what serves, at one branch, with places for `capacity` at once."""

    id: str
    key: str
    active: bool
    document: Document
    branch_key: str
    type: str
    capacity: int
    service_keys: frozenset[str]
    sort_order: int
    timetable: Timetable | None

    def can_serve(self, kind: str, services: Iterable[Service]) -> bool:
        """Whether it can be the `kind` of these services: qualified for all that need one."""
        return self.type == kind and all(
            service.key in self.service_keys
            for service in services
            if kind in service.resource_types
        )


@dataclass(frozen=True)
class ServiceGroup:
    """A heading under which services stand."""

    id: str
    key: str
    active: bool
    document: Document


@dataclass(frozen=True)
class Combination:
    """Services that a branch lets people book in one appointment: any subset, in any order."""

    id: str
    key: str
    active: bool
    branch_key: str
    service_keys: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """Everything an account offers, at one version, inactive things included."""

    version: int
    branches: Mapping[str, Branch]  # by id
    services: Mapping[str, Service]
    resources: Mapping[str, Resource]
    groups: Mapping[str, ServiceGroup]
    combinations: Mapping[str, Combination]
    slot_queries: BoundedCache = field(
        default_factory=lambda: BoundedCache(2_000), compare=False, repr=False
    )

    @cached_property
    def branches_by_key(self) -> Mapping[str, Branch]:
        """Branches by key."""
        return {branch.key: branch for branch in self.branches.values()}

    @cached_property
    def services_by_key(self) -> Mapping[str, Service]:
        """Services by key."""
        return {service.key: service for service in self.services.values()}

    @cached_property
    def groups_by_key(self) -> Mapping[str, ServiceGroup]:
        """Service groups by key."""
        return {group.key: group for group in self.groups.values()}

    @cached_property
    def _resources_by_branch_key(self) -> Mapping[str, tuple[Resource, ...]]:
        by_branch: dict[str, list[Resource]] = {}
        for resource in self.resources.values():
            by_branch.setdefault(resource.branch_key, []).append(resource)
        return {
            key: tuple(sorted(found, key=lambda r: (r.sort_order, r.id)))
            for key, found in by_branch.items()
        }

    def resources_at(self, branch: Branch) -> tuple[Resource, ...]:
        """The resources of a branch in sort order, inactive ones included."""
        return self._resources_by_branch_key.get(branch.key, ())

    def offer_of(
        self, branch_id: str, service_ids: Iterable[str]
    ) -> tuple[Branch, tuple[Service, ...]]:
        """The branch and services of a booking, active or not."""
        return self.branches[branch_id], tuple(self.services[i] for i in service_ids)

    def branch(self, branch_id: str) -> Branch:
        """An active branch.

        Raises:
            NotFound: unknown or inactive.
        """
        return _active(self.branches, branch_id, "branch")

    def service(self, service_id: str) -> Service:
        """An active service.

        Raises:
            NotFound: unknown or inactive.
        """
        return _active(self.services, service_id, "service")

    def resource(self, resource_id: str) -> Resource:
        """An active resource.

        Raises:
            NotFound: unknown or inactive.
        """
        return _active(self.resources, resource_id, "resource")

    def combines(self, branch: Branch, services: Iterable[Service]) -> bool:
        """Whether a branch lets people book these services in one appointment, each once."""
        keys = [service.key for service in services]
        return len(keys) == len(set(keys)) and any(
            combination.active
            and combination.branch_key == branch.key
            and combination.service_keys.issuperset(keys)
            for combination in self.combinations.values()
        )


_Thing = TypeVar("_Thing", Branch, Service, Resource)


def _active(things: Mapping[str, _Thing], thing_id: str, what: str) -> _Thing:
    thing = things.get(thing_id)
    if thing is None or not thing.active:
        raise NotFound(f"There is no such {what}")
    return thing
