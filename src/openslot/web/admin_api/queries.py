"""Query parameters that writes of the admin API share."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from openslot.web.reading import RequestModel


def _boolean(text: object) -> object:
    return {"true": True, "false": False}.get(text, text) if isinstance(text, str) else text


Flag = Annotated[bool, BeforeValidator(_boolean), WithJsonSchema({"type": "boolean"})]


class WriteQuery(RequestModel):
    """`dryRun=true` answers what would happen and changes nothing."""

    dryRun: Flag = False
