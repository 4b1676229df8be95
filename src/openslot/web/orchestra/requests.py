"""What the interface takes. Unknown members are passed over; `null` and "" read as absent."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from openslot.kernel import fields
from openslot.kernel.fields import MOST_CHARACTERS, MOST_IN_LONG_TEXTS
from openslot.web.api.person_requests import BirthDate, Email, Name, Phone
from openslot.web.api.slot_requests import MOST_SERVICES, LongText
from openslot.web.http.request_parsing import RequestModel, ruled


def _given(value: Any) -> Any:
    """The members of an object that are there."""
    if not isinstance(value, dict):
        return value
    return {name: member for name, member in value.items() if not _is_absent(member)}


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and not fields.trimmed(value))


def _as_text(value: object) -> object:
    """An object or a list as its JSON text; a text stays as it is."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, str) and len(value) > MOST_IN_LONG_TEXTS:
        detail = f"has at most {MOST_IN_LONG_TEXTS} characters"
        raise PydanticCustomError("too_long", detail)
    return value


def _cut(value: object) -> object:
    return fields.trimmed(value)[:MOST_CHARACTERS] if isinstance(value, str) else value


ShortText = Annotated[
    str,
    ruled(fields.short_text),
    WithJsonSchema({"type": "string", "maxLength": MOST_CHARACTERS}),
]
Title = Annotated[str, BeforeValidator(_cut), WithJsonSchema({"type": "string"})]
Custom = Annotated[
    str,
    BeforeValidator(_as_text),
    WithJsonSchema({"type": ["string", "object", "array"], "maxLength": MOST_IN_LONG_TEXTS}),
]


class TolerantRequest(RequestModel):
    """A body of which unknown members are passed over."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _absent_left_out(cls, value: Any) -> Any:
        return _given(value)


ServiceIds = Annotated[list[str], Field(min_length=1, max_length=MOST_SERVICES)]
Number = Annotated[int, Field(ge=1, le=999_999_999)]


class ServicesNamed(RequestModel):
    """The matrix parameters of a path that names services."""

    servicePublicId: ServiceIds


class PeopleCounted(RequestModel):
    """The matrix parameters of a path that says for how many people."""

    numberOfCustomers: Number


class ServicesForPeople(RequestModel):
    """Both."""

    servicePublicId: ServiceIds
    numberOfCustomers: Number


class MailNamed(RequestModel):
    """The matrix parameter of a path that names a person by mail address."""

    email: str


class ServiceReference(TolerantRequest):
    """A service that is to be booked."""

    publicId: str


class CalendarCustomer(TolerantRequest):
    """Who comes; no field is required."""

    firstName: Name | None = None
    lastName: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    dateOfBirth: BirthDate | None = None
    addressLine1: ShortText | None = None
    addressLine2: ShortText | None = None
    addressCity: ShortText | None = None
    addressState: ShortText | None = None
    addressZip: ShortText | None = None
    addressCountry: ShortText | None = None
    identificationNumber: ShortText | None = None
    externalId: ShortText | None = None
    custom: Custom | None = None


NOBODY = CalendarCustomer()


class NothingNeeded(TolerantRequest):
    """A body that says nothing."""


class ConfirmedDetails(TolerantRequest):
    """What a booking is called, and who comes."""

    title: Title | None = None
    notes: LongText | None = None
    custom: Custom | None = None
    customer: CalendarCustomer | None = None
    customers: list[CalendarCustomer] | None = None

    @property
    def people(self) -> list[CalendarCustomer]:
        """Those who come, as far as they are named."""
        if self.customers:
            return self.customers
        return [self.customer] if self.customer else []


Services = Annotated[list[ServiceReference], Field(min_length=1, max_length=MOST_SERVICES)]


class ReserveServices(TolerantRequest):
    """The services to reserve, in the order in which they are served."""

    services: Services


class BookServices(ConfirmedDetails):
    """The same, with what a booking is called, and who comes."""

    services: Services
