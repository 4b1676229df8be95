"""What every response of the APIs is made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema


def described(**schema: Any) -> WithJsonSchema:
    """How OpenAPI describes a text. It is made here, so it is not checked on the way out."""
    return WithJsonSchema({"type": "string", **schema})


Uuid = Annotated[str, described(format="uuid")]
Timestamp = Annotated[
    str, described(format="date-time", description="RFC 3339, the branch's offset")
]
DateText = Annotated[str, described(format="date")]


class ApiResponse(BaseModel):
    """A closed object: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)
