"""Instants as the account's own people read them: local times of its first branch."""

from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS, Millis, instant_of_millis
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console_request import ConsoleRequest


class AccountTimes:
    """Writes instants for one page."""

    def __init__(self, request: ConsoleRequest, zone: ZoneInfo) -> None:
        """`zone` is where the account is."""
        self.zone = zone
        self._formats = request.formats
        self._today = request.now.astimezone(zone).date()
        self._never = request.words.say("never")

    def text(self, at: Millis | None) -> str:
        """`12 January 2027, 10:00`; None is never."""
        if at is None:
            return self._never
        day = instant_of_millis(at).astimezone(self.zone).date()
        return f"{self._formats.plain_date(day)}, {self.time(at)}"

    def short(self, at: Millis) -> str:
        """As `text`; of today the time alone."""
        day = instant_of_millis(at).astimezone(self.zone).date()
        return self.time(at) if day == self._today else self.text(at)

    def time(self, at: Millis) -> str:
        """`10:00`."""
        return self._formats.time(at // MINUTE_MS, self.zone)


def zone_of_account(tx: AccountTx) -> ZoneInfo:
    """The zone of the first branch; UTC where there is none."""
    branches = current_catalogue(tx).branches.values()
    return next((branch.zone for branch in branches), ZoneInfo("UTC"))


def account_times(tx: AccountTx, request: ConsoleRequest) -> AccountTimes:
    """How instants are written for somebody."""
    return AccountTimes(request, zone_of_account(tx))
