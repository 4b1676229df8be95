"""A person as the APIs take one: who comes, and what they answer to a service's questions."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from openslot.kernel import fields
from openslot.scheduling.model.customers import customers
from openslot.web.api.slot_requests import LongText, Notes
from openslot.web.http.request_parsing import Id, RequestModel, ruled


def _phone_text(value: object) -> object:
    """A JSON integer is taken as the text of its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Identifier = Annotated[
    str,
    ruled(customers.identifier),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([A-Za-z0-9]{10,48}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        }
    ),
]
Name = Annotated[
    str, ruled(fields.name), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 255})
]
Email = Annotated[
    str,
    ruled(fields.email),
    WithJsonSchema({"type": "string", "format": "email", "minLength": 1, "maxLength": 255}),
]
Phone = Annotated[
    str,
    ruled(fields.short_text),  # what is a number depends on the branch's country
    BeforeValidator(_phone_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 255},
                {"type": "integer", "minimum": 0},
            ]
        }
    ),
]
BirthDate = Annotated[
    str, ruled(fields.birth_date), WithJsonSchema({"type": "string", "format": "date"})
]


_UNLESS_SAID = Field(description="Required unless the service's customerFields say otherwise")


class GivenAnswer(RequestModel):
    """The answer to one of the service's questions."""

    id: Id
    answer: LongText


Answers = Annotated[tuple[GivenAnswer, ...], Field(max_length=100, strict=False)]


class PersonFields(RequestModel):
    """Who comes; what of it is needed depends on the service."""

    personalIdentifier: Identifier | None = None
    firstName: Name | None = None
    lastName: Annotated[Name | None, _UNLESS_SAID] = None
    email: Annotated[Email | None, _UNLESS_SAID] = None
    phoneNumber: Phone | None = None
    dateOfBirth: BirthDate | None = None
    notes: Notes | None = None


class PersonWithAnswers(PersonFields):
    """Who comes, and what they answer to the service's questions."""

    informationQuestions: Answers = ()


class CustomerRequest(PersonFields):
    """Who comes, as programs say it."""

    personalIdentifier: Identifier
    firstName: Name


class ConfirmRequest(PersonWithAnswers):
    """The same with the answers to the service's questions."""

    personalIdentifier: Identifier
    firstName: Name


def customer_of(person: PersonFields) -> customers.Customer:
    """The customer that a request names."""
    return customers.Customer(
        identifier=person.personalIdentifier,
        first_name=person.firstName,
        last_name=person.lastName,
        email=person.email,
        phone_number=person.phoneNumber,
        date_of_birth=person.dateOfBirth,
    )


def answers_of(given: Iterable[GivenAnswer]) -> list[dict[str, str]]:
    """The answers that a request gives."""
    return [{"id": answer.id, "answer": answer.answer} for answer in given]
