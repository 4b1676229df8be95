"""Pages of a list: a cursor says where the next one begins, a `Link` header where it is."""

import base64
import binascii
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from openslot.web.http.request_parsing import RequestModel

_MOST_CHARACTERS = 400


def cursor_of(*parts: str | int) -> str:
    """The cursor of a place in a list: its sort values and id, opaque to clients."""
    return base64.urlsafe_b64encode("\n".join(map(str, parts)).encode()).decode().rstrip("=")


def parts_of(cursor: str, count: int) -> tuple[str, ...]:
    """The `count` parts of a cursor.

    Raises:
        ValueError: it is none of this list.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not a cursor of this list") from error
    parts = tuple(text.split("\n"))
    if len(parts) != count:
        raise ValueError("is not a cursor of this list")
    return parts


def _checked(count: int) -> AfterValidator:
    def check(cursor: str) -> str:
        try:
            parts_of(cursor, count)
        except ValueError as error:
            raise PydanticCustomError("invalid_value", "is not a cursor of this list") from error
        return cursor

    return AfterValidator(check)


def _whole_number(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else text


IdCursor = Annotated[str, Field(max_length=_MOST_CHARACTERS), _checked(1)]
PlaceCursor = Annotated[str, Field(max_length=_MOST_CHARACTERS), _checked(2)]


class PageQuery(RequestModel):
    """How much of a list, in the order of ids."""

    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(_whole_number)] = 50
    cursor: IdCursor | None = None


def next_page(url: str, parameters: dict[str, str], cursor: str) -> str:
    """The `Link` to the next page (RFC 8288): the same question, from the cursor on."""
    return f'<{url}?{urlencode({**parameters, "cursor": cursor})}>; rel="next"'
