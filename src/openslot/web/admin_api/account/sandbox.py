"""The clock of a sandbox account."""

from datetime import UTC
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from openslot.kernel.clock import Millis, instant_of_millis
from openslot.kernel.errors import NotFound
from openslot.scheduling import sandbox
from openslot.storage.transactions import AccountTx
from openslot.web.http.request_parsing import RequestModel, read_moment
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

Moment = Annotated[
    Millis, BeforeValidator(read_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


class ClockRequest(RequestModel):
    """The time it shall be; without `now` real time again."""

    now: Moment | None = None
    frozen: bool = False


class Clock(BaseModel):
    """The account's time, and whether it stands still."""

    model_config = ConfigDict(extra="forbid")

    now: str
    frozen: bool


def get_clock(tx: AccountTx, call: Call) -> Response:
    """What time it is for the account."""
    if not tx.account.sandbox:
        raise NotFound("There is nothing at this address")
    now = instant_of_millis(tx.now).astimezone(UTC).isoformat(timespec="milliseconds")
    return json_response(Clock(now=now, frozen=tx.account.clock_frozen_at is not None))


def set_clock(tx: AccountTx, call: Call) -> Response:
    """Sets the account's time, for every process at once."""
    sandbox.set_clock(tx, call.actor, call.body.now, frozen=call.body.frozen)
    return get_clock(tx.again(), call)
