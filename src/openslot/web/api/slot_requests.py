"""A slot as the APIs take one: when, for how many, of which services."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.kernel.errors import InvalidValue
from openslot.kernel.fields import MOST_IN_LONG_TEXTS, long_text
from openslot.scheduling.views.listings import Bound
from openslot.web.http.request_parsing import (
    FIRST_YEAR,
    LAST_YEAR,
    Id,
    Instant,
    RequestModel,
    read_instant,
    ruled,
)

MOST_SERVICES = 20
_MOST_PARTY = 100_000  # far above any service's maximum, which is the limit that counts
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

LongText = Annotated[
    str,
    ruled(long_text),
    WithJsonSchema({"type": "string", "maxLength": MOST_IN_LONG_TEXTS}),
]
Notes = LongText
Party = Annotated[int, Field(ge=1, le=_MOST_PARTY)]


class TimeSlot(RequestModel):
    """A start; the end, if sent, must be the computed one."""

    startTime: Instant
    endTime: Instant | None = None


class ServiceOfCombination(RequestModel):
    """One of the services, with the party, which is the same for all."""

    id: Id
    numberOfReservations: Party = 1


def _distinct(services: list[ServiceOfCombination]) -> list[ServiceOfCombination]:
    if len({service.id for service in services}) < len(services):
        raise PydanticCustomError("invalid_value", "names a service twice")
    return services


Services = Annotated[
    list[ServiceOfCombination],
    Field(min_length=1, max_length=MOST_SERVICES),
    AfterValidator(_distinct),
]


def party_of(services: Sequence[ServiceOfCombination]) -> int:
    """For how many people the services are.

    Raises:
        PartyDiffers: not all for the same number.
    """
    party = services[0].numberOfReservations
    for place, service in enumerate(services):
        if service.numberOfReservations != party:
            raise PartyDiffers(f"/services/{place}/numberOfReservations")
    return party


class PartyDiffers(InvalidValue):
    """The same people come for all services of one appointment: send one number for all."""

    code = "party_differs"
    title = "All services of one appointment are for the same number of people"


_DATE_OR_INSTANT = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}


def _bound(text: str) -> Bound:
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("invalid_time", "is not a date of the calendar") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise PydanticCustomError("invalid_time", "is not a date of the calendar")
        return day
    return read_instant(text)


RangeBound = Annotated[Minute | date, BeforeValidator(_bound), WithJsonSchema(_DATE_OR_INSTANT)]
