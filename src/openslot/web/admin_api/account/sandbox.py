"""The clock of a sandbox account."""

from datetime import UTC

from openslot.kernel.clock import instant_of_millis
from openslot.scheduling.sandbox_actions import ClockSetting, SandboxClock
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Moment
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


class ClockRequest(RequestModel):
    """The time it shall be; without `now` real time again."""

    now: Moment | None = None
    frozen: bool = False


class Clock(ApiResponse):
    """The account's time, and whether it is frozen."""

    now: str
    frozen: bool


def read_setting(call: Call) -> ClockSetting:
    """The time that it shall be."""
    return ClockSetting(call.body.now, call.body.frozen)


def respond_clock(_: AccountTx, __: Call, clock: SandboxClock) -> Response:
    """What time it is for the account."""
    now = instant_of_millis(clock.now).astimezone(UTC).isoformat(timespec="milliseconds")
    return json_response(Clock(now=now, frozen=clock.frozen))
