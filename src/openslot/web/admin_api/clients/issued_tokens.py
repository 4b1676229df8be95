"""How many tokens a client got a day."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from openslot.identity.actions import IssuedListing
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Day
from openslot.web.api.response_model import ApiResponse, DateText
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


def _not_reversed(to: date | None, info: ValidationInfo) -> date | None:
    first = info.data.get("from_")
    if first is not None and to is not None and to < first:
        raise PydanticCustomError("invalid_value", "must be no earlier than from")
    return to


class IssuedQuery(RequestModel):
    """UTC dates, both included; by default the last 30."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Annotated[Day | None, AfterValidator(_not_reversed)] = None


class TokensOfDay(ApiResponse):
    """How many access tokens were issued on a UTC date."""

    date: DateText
    issued: int


def read_listing(call: Call) -> IssuedListing:
    """Which client, and which dates."""
    query: Any = call.query
    return IssuedListing(call.path_id("id"), query.from_, query.to)


def respond_days(_: AccountTx, __: Call, found: Mapping[date, int]) -> Response:
    """The dates on which there were any, the first one first."""
    days = [TokensOfDay(date=day.isoformat(), issued=issued) for day, issued in found.items()]
    return json_response(days)
