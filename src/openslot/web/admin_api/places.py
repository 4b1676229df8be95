"""Pages of lists that are in the order of starts: a cursor is a start and an id."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.web.http.paging import parts_of
from openslot.web.http.request_parsing import RequestModel, canonical_id

_MOST_DIGITS = 10


def _whole_number(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else text


def _checked(cursor: str) -> str:
    try:
        start, item_id = parts_of(cursor, 2)
        canonical_id(item_id)
        if not start.isascii() or not start.isdigit() or len(start) > _MOST_DIGITS:
            raise ValueError(start)
    except ValueError as error:
        raise PydanticCustomError("invalid_value", "is not a cursor of this list") from error
    return cursor


class PlaceQuery(RequestModel):
    """How much of a list that is in the order of starts."""

    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(_whole_number)] = 50
    cursor: Annotated[
        str | None,
        Field(max_length=400),
        AfterValidator(lambda cursor: cursor and _checked(cursor)),
        WithJsonSchema({"type": "string", "description": "From a Link header"}),
    ] = None


def place_of(cursor: str | None) -> tuple[Minute, str] | None:
    """The place after which a page begins; None is the begin of the list."""
    if not cursor:
        return None
    start, item_id = parts_of(cursor, 2)
    return int(start), item_id
