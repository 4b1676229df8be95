"""Values of requests that routes of the admin API share."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Millis
from openslot.web.http.request_parsing import FIRST_YEAR, LAST_YEAR, RequestModel, read_moment


def _boolean(text: object) -> object:
    return {"true": True, "false": False}.get(text, text) if isinstance(text, str) else text


Flag = Annotated[bool, BeforeValidator(_boolean), WithJsonSchema({"type": "boolean"})]


class WriteQuery(RequestModel):
    """`dryRun=true` says what would happen and changes nothing."""

    dryRun: Flag = False


def _date(text: object) -> date:
    try:
        if not isinstance(text, str) or len(text) != len("2027-01-04"):
            raise ValueError(text)
        day = date.fromisoformat(text)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(text)
    except ValueError as error:
        raise PydanticCustomError("invalid_time", "must be a date, YYYY-MM-DD") from error
    return day


Moment = Annotated[
    Millis, BeforeValidator(read_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
