"""How often the OAuth endpoints may be used: wrong secrets, and good requests.

Wrong secrets are counted by client and address together and by address, never by client alone:
nobody can lock a client out from another address. An unknown client is counted like a known one,
so that the limits tell nothing either.
"""

import re

from openslot.identity.clients.authentication import UNKNOWN_CLIENT
from openslot.identity.oauth_errors import InvalidClient, TooManyRequests
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.identity.refusals.token_refusals import TokenRefusals
from openslot.kernel.clock import now_ms
from openslot.kernel.counted_address import counted_address
from openslot.settings import Settings
from openslot.web.http.limits import Limit
from openslot.web.http.problems import RateLimited

_MINUTE_SECONDS = 60
_CLIENT_ID_CHARACTERS = 26
_CLIENT_ID = re.compile(rf"[a-z0-9]{{{_CLIENT_ID_CHARACTERS}}}")
_WRONG = "Too many failed attempts from this address; wait as long as Retry-After says"
_GOOD = "Too many token requests; use each token until it expires"
_TOO_MANY = "Too many requests from this client; wait as long as Retry-After says"
_THROTTLED = "throttled"


class Throttles:
    """The limits of one process, and the audit trail's count of those who were refused."""

    def __init__(self, settings: Settings, refusals: TokenRefusals) -> None:
        """0 is off."""
        self._refusals = refusals
        self.by_client_and_address = _limit(settings.wrong_secrets_per_minute_and_client)
        self.by_address = _limit(settings.wrong_secrets_per_minute_and_address)
        self.good = _limit(settings.tokens_per_minute_and_client)
        self.questions = Limit(settings.requests_per_second_and_client, 1)

    def ask(self, client_id: str, address: str) -> None:
        """Passes while this client may still be tried from this address. Asked before comparing.

        Raises:
            TooManyRequests: it has been tried too often.
        """
        try:
            self.by_address.ask(counted_address(address))
            self.by_client_and_address.ask(_key(client_id, address))
        except RateLimited as refusal:
            raise TooManyRequests(_WRONG, refusal.retry_after_seconds) from None

    def wrong(self, client_id: str, address: str) -> None:
        """Counts a failed authentication.

        Raises:
            TooManyRequests: it was one too many: others were compared at the same time.
        """
        try:
            self.by_address.take(counted_address(address))
            # Without a readable client id there is none to count for.
            if client_id:
                self.by_client_and_address.take(_key(client_id, address))
        except RateLimited as refusal:
            raise TooManyRequests(_WRONG, refusal.retry_after_seconds) from None

    def ask_good(self, client_id: str) -> None:
        """Passes while one more good request of a client would; counts nothing.

        Raises:
            TooManyRequests: it would not.
        """
        try:
            self.good.ask(client_id)
        except RateLimited as refusal:
            raise TooManyRequests(_GOOD, refusal.retry_after_seconds) from None

    def succeeded(self, client_id: str) -> None:
        """Counts a good request, whatever its address: the client has shown who it is.

        Raises:
            TooManyRequests: it is one too many.
        """
        try:
            self.good.take(client_id)
        except RateLimited as refusal:
            raise TooManyRequests(_GOOD, refusal.retry_after_seconds) from None

    def count_request(self, client_id: str) -> None:
        """Counts a revocation or introspection, as often as API calls may come.

        Raises:
            TooManyRequests: it is one too many.
        """
        try:
            self.questions.take(client_id)
        except RateLimited as refusal:
            raise TooManyRequests(_TOO_MANY, refusal.retry_after_seconds) from None

    def note(
        self,
        account_name: str,
        client_id: str,
        address: str,
        refusal: InvalidClient | TooManyRequests,
        request_id: str | None,
    ) -> None:
        """Leaves a refusal to the audit trail."""
        reason = refusal.reason if isinstance(refusal, InvalidClient) else _THROTTLED
        # Ids that nobody has are endless, and nobody's business.
        named = _CLIENT_ID.fullmatch(client_id) is not None and reason != UNKNOWN_CLIENT
        place = RefusalOrigin(account_name, client_id if named else None, address)
        self._refusals.note(place, reason, now_ms(), request_id)


def _limit(most: int) -> Limit:
    return Limit(most, _MINUTE_SECONDS)


def _key(client_id: str, address: str) -> str:
    # What is longer than any client id need not be stored to be counted.
    return f"{client_id[: _CLIENT_ID_CHARACTERS + 1]} {counted_address(address)}"
