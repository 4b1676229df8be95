"""How often somebody may try to sign in, before any password is compared.

As with wrong secrets: by person and address together, so that nobody is locked out from
elsewhere, and by address. An unknown person is counted like a known one.
"""

import hashlib

from openslot.settings import Settings
from openslot.web.http.limits import Limit

_MINUTE_SECONDS = 60
_MOST_KEYS = 20_000


class SignInThrottle:
    """The limits of one process."""

    def __init__(self, settings: Settings) -> None:
        """The settings of wrong secrets hold for passwords and codes too; 0 is off."""
        self._by_person = _limit(settings.wrong_secrets_per_minute_and_client)
        self._by_address = _limit(settings.wrong_secrets_per_minute_and_address)

    def ask(self, account_id: str, person: str, address: str) -> None:
        """Counts an attempt for the person, good ones too: so many tried at once count as many.

        `person` is the e-mail address, as it was typed or of the person who is signed in.

        Raises:
            RateLimited: it is one too many.
        """
        self._by_address.ask(address)
        self._by_person.take(_key(account_id, person, address))

    def wrong(self, address: str) -> None:
        """Counts a failed attempt for the address. A town hall shares one, and signs in at eight.

        Raises:
            RateLimited: it is one too many: others were compared at the same time.
        """
        self._by_address.take(address)


def _limit(most: int) -> Limit:
    return Limit(most, _MINUTE_SECONDS, most_keys=_MOST_KEYS)


def _key(account_id: str, person: str, address: str) -> str:
    # What was typed is not stored as it is: it may be a password in the wrong field.
    text = f"{account_id}\n{person.strip().lower()}\n{address}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
