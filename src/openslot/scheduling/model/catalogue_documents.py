"""Catalogue items as they are stored, read into values.

An item is one JSON document in the words of the account file. Pure.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from openslot.kernel.ids import named_id
from openslot.scheduling.model.catalogue import (
    REQUIRED,
    Branch,
    Catalogue,
    Combination,
    Question,
    Resource,
    Service,
    ServiceGroup,
)
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.model.timetable_documents import narrowing_of, timetable_of


def catalogue_of_items(version: int, items: Iterable[CatalogueItem]) -> Catalogue:
    """The catalogue that stored items make up."""
    by_kind: dict[str, list[CatalogueItem]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item)
    return Catalogue(
        version=version,
        branches={i.id: _branch(i) for i in by_kind.get("branch", ())},
        services={i.id: _service(i) for i in by_kind.get("service", ())},
        resources={i.id: _resource(i) for i in by_kind.get("resource", ())},
        groups={
            i.id: ServiceGroup(i.id, i.key, i.active, json.loads(i.document))
            for i in by_kind.get("service-group", ())
        },
        combinations={i.id: _combination(i) for i in by_kind.get("service-combination", ())},
    )


def _branch(item: CatalogueItem) -> Branch:
    document = json.loads(item.document)
    return Branch(
        item.id,
        item.key,
        item.active,
        document,
        document["timeZone"],
        timetable_of(document),
        item.updated_at,
    )


def _service(item: CatalogueItem) -> Service:
    document = json.loads(item.document)
    return Service(
        id=item.id,
        key=item.key,
        active=item.active,
        document=document,
        group_key=document.get("group"),
        duration_minutes=document["durationMinutes"],
        slot_step_minutes=document["slotStepMinutes"],
        before_minutes=document.get("bufferBeforeMinutes", 0),
        after_minutes=document.get("bufferAfterMinutes", 0),
        notice_minutes=document.get("minimumNoticeMinutes", 0),
        horizon_days=document.get("horizonDays", 90),
        max_party=document.get("maxNumberOfReservations", 1),
        additional_customer_minutes=document.get("additionalCustomerMinutes", 0),
        occupies=document.get("partyMode", "extend") == "occupy",
        reschedule_cutoff_minutes=document.get("rescheduleCutoffMinutes", 0),
        cancel_cutoff_minutes=document.get("cancelCutoffMinutes", 0),
        customer_fields=_customer_fields(document),
        questions=tuple(
            Question(named_id(item.id, q["key"]), q["key"], q["text"], q.get("required", False))
            for q in document.get("questions", ())
        ),
        timetable=narrowing_of(document),
        resource_types=tuple(document["resourceTypes"]),
        branch_keys=frozenset(document["branches"]),
        updated_at=item.updated_at,
    )


_CUSTOMER_FIELDS = {
    "lastName": "last_name",
    "email": "email",
    "phoneNumber": "phone_number",
    "dateOfBirth": "date_of_birth",
}


def _customer_fields(document: Mapping[str, Any]) -> Mapping[str, str]:
    said = document.get("customerFields") or {}
    fields = {name: said[member] for member, name in _CUSTOMER_FIELDS.items() if said.get(member)}
    if document.get("dateOfBirthRequired", False):  # the earlier way to say it
        fields["date_of_birth"] = REQUIRED
    return fields


def _resource(item: CatalogueItem) -> Resource:
    document = json.loads(item.document)
    return Resource(
        id=item.id,
        key=item.key,
        active=item.active,
        document=document,
        branch_key=document["branch"],
        type=document["type"],
        capacity=document.get("capacity", 1),
        service_keys=frozenset(document["services"]),
        sort_order=document.get("sortOrder", 0),
        timetable=narrowing_of(document),
    )


def _combination(item: CatalogueItem) -> Combination:
    document = json.loads(item.document)
    return Combination(
        item.id, item.key, item.active, document["branch"], frozenset(document["services"])
    )
