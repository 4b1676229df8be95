"""What of a person a booking needs, by what the services say and by who takes it."""

import json
from typing import Any

import pytest

from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.catalogue_documents import catalogue_of_items
from openslot.scheduling.model.catalogue_item import SERVICE, CatalogueItem
from openslot.scheduling.model.customers.customer_needs import (
    NEEDS_NOTHING,
    NEEDS_OF_FORM,
    NEEDS_OF_PROGRAM,
    NEEDS_OF_STAFF,
)

from .office import CATALOGUE


def service_that_says(said: dict[str, str], **fields: Any) -> Service:
    """A service with some `customerFields`."""
    passport = CATALOGUE["service"]["passport"]
    document = json.dumps({**passport, **fields, "customerFields": said})
    id_ = "00000000-0000-7000-8000-000000000001"
    item = CatalogueItem(id=id_, kind=SERVICE, key="x", active=True, version=1, document=document)
    return catalogue_of_items(1, [item]).services[id_]


@pytest.mark.parametrize(
    ("said", "left_out", "refused"),
    [
        ({}, {"last_name", "email"}, {"last_name", "email"}),
        ({"lastName": "optional", "email": "hidden"}, {"last_name", "email"}, set()),
        ({"phoneNumber": "required"}, {"phone_number"}, set()),
        ({"dateOfBirth": "required"}, {"date_of_birth"}, {"date_of_birth"}),
        ({"dateOfBirth": "hidden"}, {"date_of_birth"}, set()),
    ],
)
def test_a_service_says_what_it_needs_to_know(
    said: dict[str, str], left_out: set[str], refused: set[str]
) -> None:
    needed = set(NEEDS_OF_PROGRAM.fields_of([service_that_says(said)]))
    assert needed & left_out == refused
    # Of several services the strictest counts.
    both = set(NEEDS_OF_PROGRAM.fields_of([service_that_says(said), service_that_says({})]))
    assert both >= {"first_name", "last_name", "email"} | refused


def test_a_form_for_people_needs_other_things_than_a_program() -> None:
    def needed(said: dict[str, str]) -> list[str]:
        return NEEDS_OF_FORM.fields_of([service_that_says(said)])

    assert needed({}) == ["first_name", "email"]
    assert needed({"email": "optional", "phoneNumber": "required"}) == [
        "first_name",
        "phone_number",
    ]
    assert NEEDS_OF_STAFF.fields_of([service_that_says({})]) == ["last_name"]
    assert NEEDS_NOTHING.fields_of([service_that_says({"lastName": "required"})]) == []
